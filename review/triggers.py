"""What the ORM does not see, the database refuses: `update()`, raw SQL, rows of child tables.

The triggers are made anew after every migration, so that the tables of page types that come later are covered. They
know which pages may change from `review.doors`: a setting that lives as long as the transaction.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connections, models
from modelcluster.models import get_all_child_relations
from wagtail.models import COMMENTS_RELATION_NAME, Page

from review.models.evidence import Evidence, SignOff
from review.models.page import ReviewedPage
from review.models.people import Credential
from review.models.submission import Standing, Use

PREFIX = "gaitway_"
GUARDED = (Standing, Use, Credential)

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION gaitway_open(page bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT position(',' || page || ',' IN coalesce(current_setting('gaitway.release', true), '')) > 0
$$;
CREATE OR REPLACE FUNCTION gaitway_refuse(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'Refused by the review gate: %', what USING ERRCODE = 'insufficient_privilege'; END $$;

CREATE OR REPLACE FUNCTION gaitway_page() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.live AND OLD.depth > 1 AND EXISTS (
      SELECT 1 FROM {standing} s WHERE s.page_id = OLD.id AND s.state = 'released'
    ) THEN PERFORM gaitway_refuse('a public page is withdrawn before it is deleted'); END IF;
    RETURN OLD;
  END IF;
  IF NEW.depth = 1 THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.live AND NOT NEW.live AND NOT gaitway_open(NEW.id) AND EXISTS (
      SELECT 1 FROM {standing} s WHERE s.page_id = NEW.id AND s.state = 'released'
    ) THEN PERFORM gaitway_refuse('a public page is withdrawn with a reason'); END IF;
    IF OLD.live AND NEW.live AND OLD.url_path <> NEW.url_path
      AND coalesce(current_setting('gaitway.release', true), '') = ''
    THEN PERFORM gaitway_refuse('a public page keeps its address'); END IF;
  END IF;
  IF NOT NEW.live THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' AND OLD.live AND (OLD.title, OLD.slug, OLD.seo_title, OLD.search_description,
      OLD.show_in_menus, OLD.live_revision_id, OLD.alias_of_id, OLD.content_type_id, OLD.id) IS NOT DISTINCT FROM (
      NEW.title, NEW.slug, NEW.seo_title, NEW.search_description, NEW.show_in_menus, NEW.live_revision_id,
      NEW.alias_of_id, NEW.content_type_id, NEW.id)
  THEN RETURN NEW; END IF;
  IF NEW.alias_of_id IS NOT NULL THEN PERFORM gaitway_refuse('an alias is never public'); END IF;
  IF NOT EXISTS (
    SELECT 1 FROM {standing} s WHERE s.page_id = NEW.id AND s.state = 'released'
      AND s.revision_id = NEW.live_revision_id AND s.base->>'title' = NEW.title AND s.base->>'slug' = NEW.slug
      AND s.base->>'seo_title' = NEW.seo_title AND s.base->>'search_description' = NEW.search_description
  ) THEN PERFORM gaitway_refuse('no release holds for this text'); END IF;
  IF TG_OP = 'UPDATE' AND OLD.live AND OLD.show_in_menus <> NEW.show_in_menus AND NOT gaitway_open(NEW.id)
  THEN PERFORM gaitway_refuse('a public page changes only through a release'); END IF;
  IF (TG_OP = 'INSERT' OR NOT OLD.live) AND NOT gaitway_open(NEW.id)
  THEN PERFORM gaitway_refuse('a page becomes public only through a release'); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION gaitway_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before bigint; after bigint;
BEGIN
  IF TG_OP <> 'INSERT' THEN before := (to_jsonb(OLD)->>TG_ARGV[0])::bigint; END IF;
  IF TG_OP <> 'DELETE' THEN after := (to_jsonb(NEW)->>TG_ARGV[0])::bigint; END IF;
  IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
  IF EXISTS (
    SELECT 1 FROM wagtailcore_page p WHERE p.live AND p.id IN (before, after) AND NOT gaitway_open(p.id)
  ) THEN PERFORM gaitway_refuse('a public page changes only through a release'); END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION gaitway_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF current_setting('gaitway.release', true) IS NULL OR current_setting('gaitway.release', true) = ''
    THEN PERFORM gaitway_refuse('evidence is written by the review alone'); END IF;
    RETURN NEW;
  END IF;
  PERFORM gaitway_refuse('evidence is never changed or removed');
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION gaitway_guarded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('gaitway.release', true), '') = ''
  THEN PERFORM gaitway_refuse('what is public changes only through a release'); END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION gaitway_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.content IS DISTINCT FROM NEW.content AND EXISTS (SELECT 1 FROM {sign_off} s WHERE s.revision_id = OLD.id)
  THEN PERFORM gaitway_refuse('a signed text does not change'); END IF;
  IF NEW.approved_go_live_at IS NOT NULL AND NEW.approved_go_live_at IS DISTINCT FROM OLD.approved_go_live_at
    AND NOT EXISTS (SELECT 1 FROM {sign_off} s WHERE s.revision_id = NEW.id)
  THEN PERFORM gaitway_refuse('only a signed text can be scheduled'); END IF;
  RETURN NEW;
END $$;
"""


def page_parts() -> Iterator[tuple[str, str]]:
    """Yield (table, column with the page's id) for everything a page type keeps outside Wagtail's own table."""
    for model in reviewed_models():
        link: Any = model._meta.pk
        yield model._meta.db_table, link.column
        for field in model._meta.many_to_many:
            through: Any = field.remote_field.through  # type: ignore[union-attr]
            yield through._meta.db_table, through._meta.get_field(field.m2m_field_name()).column  # type: ignore[attr-defined]
        for relation in get_all_child_relations(model):
            name, child = relation.get_accessor_name(), relation.related_model
            if name != COMMENTS_RELATION_NAME and not child.__module__.startswith("wagtail."):
                yield child._meta.db_table, relation.field.column


@cache
def reviewed_models() -> tuple[type[ReviewedPage], ...]:
    """Return every page type that passes the gate."""
    return tuple(m for m in apps.get_models() if issubclass(m, ReviewedPage) and not m._meta.proxy)


@cache
def evidence_models() -> tuple[type[Evidence], ...]:
    """Return every kind of row that is written once, those of other apps too."""
    return tuple(m for m in apps.get_models() if issubclass(m, Evidence) and not m._meta.proxy)


def _statements() -> Iterator[str]:
    names = {"standing": Standing._meta.db_table, "sign_off": SignOff._meta.db_table}
    functions = _FUNCTIONS
    for key, table in names.items():
        functions = functions.replace("{" + key + "}", table)
    yield functions
    yield _trigger(Page._meta.db_table, "INSERT OR UPDATE OR DELETE", "gaitway_page()")
    yield _trigger("wagtailcore_revision", "UPDATE", "gaitway_revision()")
    for table, column in sorted(set(page_parts())):
        yield _trigger(table, "INSERT OR UPDATE OR DELETE", f"gaitway_part('{column}')")
    for model in evidence_models():
        yield _trigger(model._meta.db_table, "INSERT OR UPDATE OR DELETE", "gaitway_evidence()")
    for guarded in GUARDED:
        yield _trigger(guarded._meta.db_table, "INSERT OR UPDATE OR DELETE", "gaitway_guarded()")


def _trigger(table: str, events: str, function: str) -> str:
    return (
        f'DROP TRIGGER IF EXISTS {PREFIX}gate ON "{table}";'
        f'CREATE TRIGGER {PREFIX}gate BEFORE {events} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {function};'
    )


def existing_tables(using: str) -> set[str]:
    """Return the tables that are there."""
    connection = connections[using]
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def install(using: str = "default") -> None:
    """Make all triggers anew; does nothing on a database that has no such triggers, or no tables yet."""
    connection = connections[using]
    if connection.vendor != "postgresql" or not _needed() <= existing_tables(using):
        return
    with connection.cursor() as cursor:
        for statement in _statements():
            cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Drop all triggers, so that migrations can do their work."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT event_object_table FROM information_schema.triggers WHERE trigger_name = 'gaitway_gate'")
        for (table,) in set(cursor.fetchall()):
            cursor.execute(f'DROP TRIGGER IF EXISTS gaitway_gate ON "{table}"')


def missing(using: str = "default") -> list[str]:
    """Return the tables without their trigger; empty on a database that has no such triggers."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = 'gaitway_gate' AND t.tgenabled IN ('O', 'A')"
        )
        there = {row[0] for row in cursor.fetchall()}
    return sorted(_needed() - there)


def _needed() -> set[str]:
    models_: Iterable[type[models.Model]] = (Page, *evidence_models(), *GUARDED)
    return {m._meta.db_table for m in models_} | {table for table, _ in page_parts()} | {"wagtailcore_revision"}


def after_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Make the triggers once the tables of all apps are there."""
    install(using)


def before_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Take the triggers away while tables change."""
    remove(using)
