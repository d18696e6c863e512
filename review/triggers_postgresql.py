"""The triggers of PostgreSQL; they see every change of a row, whoever makes it, and whoever empties a whole table."""

from collections.abc import Iterable, Iterator

ROW, STATEMENT = "gaitway_gate", "gaitway_truncate"

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
  IF TG_OP = 'UPDATE' AND (OLD.live OR NEW.live) AND OLD.depth <> NEW.depth
    AND coalesce(current_setting('gaitway.release', true), '') = ''
  THEN PERFORM gaitway_refuse('a public page keeps its place in the tree'); END IF;
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
      OLD.show_in_menus, OLD.live_revision_id, OLD.alias_of_id, OLD.content_type_id, OLD.id, OLD.locale_id,
      OLD.translation_key, OLD.first_published_at, OLD.last_published_at) IS NOT DISTINCT FROM (
      NEW.title, NEW.slug, NEW.seo_title, NEW.search_description, NEW.show_in_menus, NEW.live_revision_id,
      NEW.alias_of_id, NEW.content_type_id, NEW.id, NEW.locale_id, NEW.translation_key, NEW.first_published_at,
      NEW.last_published_at)
  THEN RETURN NEW; END IF;
  IF NEW.alias_of_id IS NOT NULL THEN PERFORM gaitway_refuse('an alias is never public'); END IF;
  IF NOT EXISTS (
    SELECT 1 FROM {standing} s WHERE s.page_id = NEW.id AND s.state = 'released'
      AND s.revision_id = NEW.live_revision_id AND s.base->>'title' = NEW.title AND s.base->>'slug' = NEW.slug
      AND s.base->>'seo_title' = NEW.seo_title AND s.base->>'search_description' = NEW.search_description
  ) THEN PERFORM gaitway_refuse('no release holds for this text'); END IF;
  IF TG_OP = 'UPDATE' AND OLD.live AND NOT gaitway_open(NEW.id) AND (OLD.show_in_menus, OLD.content_type_id,
      OLD.locale_id, OLD.translation_key, OLD.first_published_at, OLD.last_published_at) IS DISTINCT FROM (
      NEW.show_in_menus, NEW.content_type_id, NEW.locale_id, NEW.translation_key, NEW.first_published_at,
      NEW.last_published_at)
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
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT 1 FROM {standing} s WHERE s.revision_id = OLD.id AND s.state = 'released')
    THEN PERFORM gaitway_refuse('the text that readers see is kept'); END IF;
    RETURN OLD;
  END IF;
  IF (OLD.object_id, OLD.content_type_id, OLD.base_content_type_id) IS DISTINCT FROM (
      NEW.object_id, NEW.content_type_id, NEW.base_content_type_id) OR (NEW.user_id <> OLD.user_id)
  THEN PERFORM gaitway_refuse('who wrote what is never rewritten'); END IF;
  IF OLD.content IS DISTINCT FROM NEW.content AND EXISTS (SELECT 1 FROM {sign_off} s WHERE s.revision_id = OLD.id)
  THEN PERFORM gaitway_refuse('a signed text does not change'); END IF;
  IF NEW.approved_go_live_at IS NOT NULL AND NEW.approved_go_live_at IS DISTINCT FROM OLD.approved_go_live_at
    AND NOT EXISTS (SELECT 1 FROM {sign_off} s WHERE s.revision_id = NEW.id)
  THEN PERFORM gaitway_refuse('only a signed text can be scheduled'); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION gaitway_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM {use} u WHERE u.kind = TG_ARGV[0] AND u.used = OLD.id::text) THEN
    IF TG_OP = 'DELETE' THEN PERFORM gaitway_refuse('a public page shows this file'); END IF;
    IF EXISTS (
      SELECT 1 FROM unnest(string_to_array(TG_ARGV[1], ',')) AS name
      WHERE to_jsonb(OLD)->>name IS DISTINCT FROM to_jsonb(NEW)->>name
    ) THEN PERFORM gaitway_refuse('a public page shows this file'); END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION gaitway_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (OLD.page_id, OLD.user_id, OLD.action, OLD.timestamp) IS NOT DISTINCT FROM
       (NEW.page_id, NEW.user_id, NEW.action, NEW.timestamp) THEN RETURN NEW; END IF;
  END IF;
  PERFORM gaitway_refuse('who wrote what is never rewritten');
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION gaitway_hidden() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM gaitway_refuse('a released page is for everybody'); RETURN NULL; END $$;

CREATE OR REPLACE FUNCTION gaitway_redirect() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.redirect_link <> '' AND NEW.redirect_link !~ '{inside}'
  THEN PERFORM gaitway_refuse('a redirect leads to a page of this site'); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION gaitway_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('gaitway.release', true), '') = ''
    AND EXISTS (SELECT 1 FROM {standing} s WHERE s.state = 'released')
  THEN
    IF TG_OP = 'INSERT' THEN PERFORM gaitway_refuse('a second site would take the addresses of public pages'); END IF;
    IF TG_OP = 'DELETE' THEN PERFORM gaitway_refuse('the addresses of public pages stay'); END IF;
    IF OLD.root_page_id <> NEW.root_page_id OR (OLD.is_default_site AND NOT NEW.is_default_site)
    THEN PERFORM gaitway_refuse('the addresses of public pages stay'); END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION gaitway_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM gaitway_refuse('tables of what is public are never emptied'); RETURN NULL; END $$;
"""


def functions(**tables: str) -> str:
    """Return the functions of the triggers, which ask the tables of the review."""
    found = _FUNCTIONS
    for key, table in tables.items():
        found = found.replace("{" + key + "}", table)
    return found


def page(table: str) -> Iterator[str]:
    """Yield the triggers of Wagtail's own table of pages."""
    yield from _triggers(table, "INSERT OR UPDATE OR DELETE", "gaitway_page()")


def part(table: str, column: str) -> Iterator[str]:
    """Yield the triggers of a table that holds a part of pages, `column` being the page's id."""
    yield from _triggers(table, "INSERT OR UPDATE OR DELETE", f"gaitway_part('{column}')")


def evidence(table: str) -> Iterator[str]:
    """Yield the triggers of a table whose rows are written once."""
    yield from _triggers(table, "INSERT OR UPDATE OR DELETE", "gaitway_evidence()")


def guarded(table: str) -> Iterator[str]:
    """Yield the triggers of a table that says what is public now."""
    yield from _triggers(table, "INSERT OR UPDATE OR DELETE", "gaitway_guarded()")


def revision(table: str) -> Iterator[str]:
    """Yield the triggers of the table of revisions."""
    yield from _triggers(table, "UPDATE OR DELETE", "gaitway_revision()")


def file(table: str, kind: str, columns: Iterable[str]) -> Iterator[str]:
    """Yield the triggers of a table of images or documents."""
    yield from _triggers(table, "UPDATE OR DELETE", f"gaitway_file('{kind}', '{','.join(columns)}')")


def log(table: str) -> Iterator[str]:
    """Yield the triggers of the table that says who wrote pages."""
    yield from _triggers(table, "UPDATE OR DELETE", "gaitway_log()")


def hidden(table: str) -> Iterator[str]:
    """Yield the triggers of a table that hides pages or files."""
    yield from _triggers(table, "INSERT OR UPDATE", "gaitway_hidden()")


def redirect(table: str) -> Iterator[str]:
    """Yield the triggers of the table of redirects."""
    yield from _triggers(table, "INSERT OR UPDATE", "gaitway_redirect()")


def site(table: str) -> Iterator[str]:
    """Yield the triggers of the table of sites."""
    yield from _triggers(table, "INSERT OR UPDATE OR DELETE", "gaitway_site()")


def _triggers(table: str, events: str, function: str) -> Iterator[str]:
    """Yield one trigger for rows, and one against emptying the table, which fires no trigger for rows."""
    yield f'DROP TRIGGER IF EXISTS {ROW} ON "{table}"'
    yield f'CREATE TRIGGER {ROW} BEFORE {events} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {function}'
    yield f'DROP TRIGGER IF EXISTS {STATEMENT} ON "{table}"'
    yield (
        f'CREATE TRIGGER {STATEMENT} BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT'
        " EXECUTE FUNCTION gaitway_truncate()"
    )
