"""Triggers that count changes of what readers see; on PostgreSQL and on SQLite, for the ORM and for raw SQL alike.

On PostgreSQL a change gets its number at the end of its transaction, under a lock on the one row of `Generation`: so
numbers come in the order in which changes become visible, and the lock is held for the shortest time. The triggers
fire also where somebody has turned ordinary ones off by `session_replication_role`.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.models import F
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, ReferenceIndex, Site

from review.dependencies import EVERYTHING, REMADE
from review.models.freshness import Change, Generation
from review.models.submission import Standing, Use
from review.triggers import existing_tables, page_parts, reviewed_models

# Not `gaitway_…`: those are the triggers of the gate, which are taken away and made anew apart from these.
NAME = "fresh_gaitway"
EVENTS = ("INSERT", "UPDATE", "DELETE")
# How the key begins that says which triggers count.
WHICH = "="
# What readers see of a page's own row, and what of that is shown on other pages: in menus, lists and links.
SEEN = (
    "title", "slug", "url_path", "path", "live", "live_revision_id", "seo_title", "search_description",
    "show_in_menus", "first_published_at", "last_published_at", "content_type_id", "alias_of_id",
)  # fmt: skip
NAMES = ("title", "slug", "url_path", "path", "live")
# Beside the pages themselves, what decides whether a page may be shown.
DECIDING = (Standing, Site, PageViewRestriction)
STEP = Page.steplen
_PAGE = Page._meta.db_table

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION gaitway_changed(keys text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
  n := nullif(current_setting('gaitway.generation', true), '')::bigint;
  IF n IS NULL THEN
    UPDATE {generation} SET number = number + 1 RETURNING number INTO n;
    IF n IS NULL THEN
      INSERT INTO {generation} (number) VALUES (1) RETURNING number INTO n;
    END IF;
    PERFORM set_config('gaitway.generation', n::text, true);
  END IF;
  INSERT INTO {change} (key, generation) SELECT DISTINCT k, n FROM unnest(keys) k WHERE k IS NOT NULL
    ON CONFLICT (key) DO UPDATE SET generation = n WHERE {change}.generation < n;
END $$;

CREATE OR REPLACE FUNCTION gaitway_fresh_page() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys text[] := '{}';
BEGIN
  IF TG_OP = 'UPDATE' AND (({old_seen}) IS NOT DISTINCT FROM ({new_seen}) OR NOT (OLD.live OR NEW.live))
  THEN RETURN NULL; END IF;
  IF TG_OP <> 'INSERT' AND OLD.live THEN
    keys := keys || ARRAY['p:' || OLD.id, 't:' || OLD.content_type_id];
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.live THEN
    keys := keys || ARRAY['p:' || NEW.id, 't:' || NEW.content_type_id];
  END IF;
  IF TG_OP <> 'UPDATE' OR ({old_names}) IS DISTINCT FROM ({new_names}) THEN
    IF TG_OP <> 'INSERT' AND OLD.live THEN keys := keys || ('c:' || left(OLD.path, -{step})); END IF;
    IF TG_OP <> 'DELETE' AND NEW.live THEN keys := keys || ('c:' || left(NEW.path, -{step})); END IF;
  END IF;
  IF keys <> '{}' THEN PERFORM gaitway_changed(keys); END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION gaitway_fresh_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE row jsonb; keys text[]; page text;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN RETURN NULL; END IF;
  row := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
  page := row->>TG_ARGV[0];
  keys := (SELECT ARRAY['p:' || id, 't:' || content_type_id] FROM {page} WHERE id = page::bigint AND live);
  IF TG_NARGS > 1 THEN keys := keys || ('u:' || (row->>TG_ARGV[1])); END IF;
  IF TG_OP = 'UPDATE' AND TG_NARGS > 1 THEN keys := keys || ('u:' || (to_jsonb(OLD)->>TG_ARGV[1])); END IF;
  IF keys IS NOT NULL THEN PERFORM gaitway_changed(keys); END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION gaitway_fresh_reference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM gaitway_changed(ARRAY['u:' || CASE WHEN TG_OP = 'DELETE' THEN OLD.to_object_id ELSE NEW.to_object_id END]);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION gaitway_fresh_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM gaitway_changed(ARRAY['*']); RETURN NULL; END $$;
"""


def parts() -> set[tuple[str, str, str]]:
    """Return (table, column of the page, column of another page or nothing) of whatever belongs to pages."""
    found = {(table, column, "") for table, column in page_parts()}
    for model in reviewed_models():
        for field in model._meta.many_to_many:
            through: Any = field.remote_field.through  # type: ignore[union-attr]
            columns = (
                through._meta.get_field(name).column
                for name in (field.m2m_field_name(), field.m2m_reverse_field_name())  # type: ignore[attr-defined]
            )
            table, (own, other) = through._meta.db_table, columns
            found = {row for row in found if row[0] != table} | {(table, own, other)}
    return found | {
        (Standing._meta.db_table, "page_id", ""),
        (Use._meta.db_table, "user_page_id", ""),
    }


def shown_everywhere() -> list[tuple[str, tuple[str, ...]]]:
    """Return (table, events) of what may be on any page: the site, files, who may read."""
    whole = [(model._meta.db_table, EVENTS) for model in (Site, PageViewRestriction)]
    return whole + [(model._meta.db_table, EVENTS[1:]) for model in (get_image_model(), get_document_model())]


def _postgresql() -> Iterator[str]:
    names = {
        "generation": Generation._meta.db_table, "change": Change._meta.db_table, "page": _PAGE, "step": str(STEP),
        "old_seen": _row("OLD", SEEN), "new_seen": _row("NEW", SEEN),
        "old_names": _row("OLD", NAMES), "new_names": _row("NEW", NAMES),
    }  # fmt: skip
    functions = _FUNCTIONS
    for key, value in names.items():
        functions = functions.replace("{" + key + "}", value)
    yield functions
    yield from _deferred(_PAGE, EVENTS, "gaitway_fresh_page()")
    for table, column, other in sorted(parts()):
        arguments = f"'{column}', '{other}'" if other else f"'{column}'"
        yield from _deferred(table, EVENTS, f"gaitway_fresh_part({arguments})")
    yield from _deferred(ReferenceIndex._meta.db_table, ("INSERT", "DELETE"), "gaitway_fresh_reference()")
    for table, events in shown_everywhere():
        yield from _deferred(table, events, "gaitway_fresh_all()")


def _row(name: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{name}.{column}" for column in columns)


def _deferred(table: str, events: Iterable[str], function: str) -> Iterator[str]:
    yield f'DROP TRIGGER IF EXISTS {NAME} ON "{table}"'
    yield (
        f'CREATE CONSTRAINT TRIGGER {NAME} AFTER {" OR ".join(events)} ON "{table}"'
        f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {function}"
    )
    yield f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {NAME}'


def _sqlite() -> Iterator[str]:
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in SEEN)
    renamed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in NAMES)
    for event in EVENTS:
        sides = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[event]
        alive = " OR ".join(f"{side}.live" for side in sides)
        when = f"({alive}) AND ({changed})" if event == "UPDATE" else alive
        below = {f"'c:' || substr({side}.path, 1, length({side}.path) - {STEP})" for side in sides}
        own = [f"'p:' || {sides[-1]}.id", *(f"'t:' || {side}.content_type_id" for side in sides)]
        yield _immediate(_PAGE, event, own, when)
        names = f"({alive}) AND ({renamed})" if event == "UPDATE" else alive
        yield _immediate(_PAGE, event, sorted(below), names, suffix="_names")
    for table, column, other in sorted(parts()):
        for event in EVENTS:
            side = "OLD" if event == "DELETE" else "NEW"
            live = f'EXISTS (SELECT 1 FROM {_PAGE} WHERE id = {side}."{column}" AND live)'  # noqa: S608
            yield _immediate(table, event, _part_keys(side, column, other), "1" if other else live)
    for event, side in (("INSERT", "NEW"), ("DELETE", "OLD")):
        yield _immediate(ReferenceIndex._meta.db_table, event, [f"'u:' || {side}.to_object_id"], "1")
    for table, events in shown_everywhere():
        for event in events:
            yield _immediate(table, event, ["'*'"], "1")


def _part_keys(side: str, column: str, other: str) -> list[str]:
    kind = f'(SELECT content_type_id FROM {_PAGE} WHERE id = {side}."{column}")'  # noqa: S608  # names of our tables
    keys = [f"'p:' || {side}.\"{column}\"", f"'t:' || {kind}"]
    return [*keys, f"'u:' || {side}.\"{other}\""] if other else keys


def _immediate(table: str, event: str, keys: Iterable[str], when: str, *, suffix: str = "") -> str:
    generation, change = Generation._meta.db_table, Change._meta.db_table
    rows = "".join(
        f"INSERT OR REPLACE INTO {change} (key, generation)"  # noqa: S608  # names of our own tables
        f" SELECT {key}, (SELECT max(number) FROM {generation}) WHERE {key} IS NOT NULL;"
        for key in keys
    )
    return (
        f'CREATE TRIGGER "{NAME}_{table}_{event.lower()}{suffix}" AFTER {event} ON "{table}" FOR EACH ROW WHEN {when}'  # noqa: S608
        f" BEGIN UPDATE {generation} SET number = number + 1; {rows} END"
    )


def install(using: str = "default", *, key: str = EVERYTHING) -> None:
    """Make all triggers anew and let everything that was kept be made anew; nothing where tables are missing.

    With the key `REMADE` what was made before is true until then: nothing has changed that was not counted.
    """
    connection = connections[using]
    needed = {row[0] for row in parts()} | {row[0] for row in shown_everywhere()}
    needed |= {Generation._meta.db_table, Change._meta.db_table, _PAGE, ReferenceIndex._meta.db_table}
    if not needed <= existing_tables(using):
        return
    remove(using)
    statements = _statements(using)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    everything_changed(using, key=key)
    Change.objects.using(using).filter(key__startswith=WHICH).delete()
    Change.objects.using(using).create(key=_which(statements), generation=0)


def _statements(using: str) -> list[str]:
    return list(_postgresql() if connections[using].vendor == "postgresql" else _sqlite())


def _which(statements: list[str]) -> str:
    """Return the key that says which triggers were made."""
    return WHICH + hashlib.sha256("\n".join(statements).encode()).hexdigest()


def everything_changed(using: str = "default", *, key: str = EVERYTHING) -> None:
    """Let everything that was kept be made anew."""
    rows = Generation.objects.using(using)
    with transaction.atomic(using=using):
        rows.get_or_create(pk=1)
        rows.filter(pk=1).update(number=F("number") + 1)
        number = rows.values_list("number", flat=True).get(pk=1)
        Change.objects.using(using).update_or_create(key=key, defaults={"generation": number})


def remove(using: str = "default") -> None:
    """Drop all triggers, so that migrations can do their work."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table, name in _installed(connection, cursor):
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def missing(using: str = "default") -> set[str]:
    """Return the tables whose changes are not counted."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = {table for table, _ in _installed(connection, cursor)}
    needed = {row[0] for row in parts()} | {row[0] for row in shown_everywhere()} | {_PAGE}
    return (needed | {ReferenceIndex._meta.db_table}) - there


def _installed(connection: Any, cursor: Any) -> list[tuple[str, str]]:
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE t.tgname = %s AND t.tgenabled = 'A' AND n.nspname = current_schema()",
            [NAME],
        )
    else:
        cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{NAME}%"])
    return list(cursor.fetchall())


def _are_in_place(using: str) -> bool:
    """Whether all triggers are there as they would be made now."""
    try:
        with transaction.atomic(using=using):
            made = Change.objects.using(using).filter(key=_which(_statements(using))).exists()
        return made and not missing(using)
    except DatabaseError:
        return False


# What was public when the triggers were taken away, by database; None: it was not certain then that all were there.
_public: dict[str, object] = {}


def _what_is_public(using: str) -> object:
    """Return what decides whether a page may be shown, so that two moments can be compared; None when unknown."""
    connection = connections[using]
    if missing(using).intersection(existing_tables(using)):
        return None
    asked = {model._meta.db_table: f"SELECT * FROM {model._meta.db_table}" for model in DECIDING}  # noqa: S608
    asked[_PAGE] = f"SELECT id, {', '.join(SEEN)} FROM {_PAGE} WHERE live"  # noqa: S608  # names of our own
    found = {}
    try:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            for table, statement in asked.items():
                cursor.execute(f"{statement} ORDER BY 1")
                found[table] = ([column[0] for column in cursor.description], cursor.fetchall())
    except DatabaseError:
        return None
    return found


def before_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Take the triggers away while tables change; leave them where nothing will."""
    if kwargs.get("plan") or not _are_in_place(using):
        _public[using] = _what_is_public(using)
        remove(using)


def after_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Make the triggers once the tables of all apps are there.

    Others may have written meanwhile, and nobody counted: what was kept is true still when what is public is the same.
    """
    before = _public.pop(using, None)
    if before is None and _are_in_place(using):
        return
    install(using, key=REMADE)
    if before is None or before != _what_is_public(using):
        everything_changed(using)
