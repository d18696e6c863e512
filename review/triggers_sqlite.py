"""The triggers of SQLite: the same refusals as on PostgreSQL, as far as SQLite has words for them.

They ask this process which doors are open, by two functions that every connection of Django has. Any other program has
no such functions: whatever it tries to change on a governed table fails.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.backends.signals import connection_created

from review import doors

SAID = "Refused by the review gate: "
REWRITTEN = "who wrote what is never rewritten"
_BASE = ("title", "slug", "seo_title", "search_description")
_OPEN = ("show_in_menus", "content_type_id", "locale_id", "translation_key", "first_published_at", "last_published_at")
_KEPT = (*_BASE, *_OPEN, "live_revision_id", "alias_of_id", "id")


def connected(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Give a new connection the functions that the triggers ask."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("gaitway_open", 1, lambda page: int(doors.is_open(page)))
        connection.connection.create_function("gaitway_inside", 1, lambda link: int(doors.leads_inside(link)))
        connection.connection.create_function("gaitway_any_open", 0, lambda: int(doors.is_open()))


def connect() -> None:
    """Let every connection know which doors are open."""
    connection_created.connect(connected, dispatch_uid="review.triggers.sqlite")


def page(table: str, standing: str) -> Iterator[str]:
    """Yield the triggers of Wagtail's own table of pages."""
    released = f"EXISTS (SELECT 1 FROM {standing} s WHERE s.page_id = {{row}}.id AND s.state = 'released')"  # noqa: S608
    base = " AND ".join(f"json_extract(s.base, '$.{name}') IS NEW.{name}" for name in _BASE)
    holds = released.replace(
        "s.state = 'released')", f"s.state = 'released' AND s.revision_id IS NEW.live_revision_id AND {base})"
    ).format(row="NEW")
    yield _trigger(
        table, "DELETE", "OLD.live AND OLD.depth > 1 AND " + released.format(row="OLD"),
        "a public page is withdrawn before it is deleted",
    )  # fmt: skip
    yield _trigger(
        table, "UPDATE", "OLD.live AND NOT NEW.live AND NEW.depth > 1 AND NOT gaitway_open(NEW.id) AND "
        + released.format(row="NEW"), "a public page is withdrawn with a reason", "away",
    )  # fmt: skip
    yield _trigger(
        table, "UPDATE", "OLD.live AND NEW.live AND NEW.depth > 1 AND OLD.url_path IS NOT NEW.url_path"
        " AND NOT gaitway_any_open()", "a public page keeps its address", "address",
    )  # fmt: skip
    yield _trigger(
        table, "UPDATE", "(OLD.live OR NEW.live) AND OLD.depth IS NOT NEW.depth AND NOT gaitway_any_open()",
        "a public page keeps its place in the tree", "place",
    )  # fmt: skip
    public = f"NEW.alias_of_id IS NOT NULL OR NOT {holds}"
    yield _trigger(
        table, "UPDATE", f"NEW.live AND NEW.depth > 1 AND (NOT OLD.live OR {_differ(_KEPT)}) AND ({public}"
        f" OR ((NOT OLD.live OR {_differ(_OPEN)}) AND NOT gaitway_open(NEW.id)))",
        "no release holds for this text",
    )  # fmt: skip
    yield _trigger(
        table, "INSERT", f"NEW.live AND NEW.depth > 1 AND ({public} OR NOT gaitway_open(NEW.id))",
        "no release holds for this text",
    )  # fmt: skip


def part(table: str, column: str, columns: Iterable[str], pages: str) -> Iterator[str]:
    """Yield the triggers of a table that holds a part of pages, `column` being the page's id."""
    public = f'EXISTS (SELECT 1 FROM {pages} p WHERE p.live AND p.id = {{row}}."{column}" AND NOT gaitway_open(p.id))'  # noqa: S608
    said = "a public page changes only through a release"
    yield _trigger(table, "INSERT", public.format(row="NEW"), said)
    yield _trigger(table, "DELETE", public.format(row="OLD"), said)
    either = f"({public.format(row='OLD')} OR {public.format(row='NEW')})"
    yield _trigger(table, "UPDATE", f"({_differ(columns)}) AND {either}", said)


def evidence(table: str) -> Iterator[str]:
    """Yield the triggers of a table whose rows are written once."""
    yield _trigger(table, "INSERT", "NOT gaitway_any_open()", "evidence is written by the review alone")
    for event in ("UPDATE", "DELETE"):
        yield _trigger(table, event, "1", "evidence is never changed or removed")


def guarded(table: str) -> Iterator[str]:
    """Yield the triggers of a table that says what is public now."""
    for event in ("INSERT", "UPDATE", "DELETE"):
        yield _trigger(table, event, "NOT gaitway_any_open()", "what is public changes only through a release")


def revision(table: str, sign_off: str, standing: str) -> Iterator[str]:
    """Yield the triggers of the table of revisions."""
    signed = f"EXISTS (SELECT 1 FROM {sign_off} s WHERE s.revision_id = OLD.id)"  # noqa: S608
    of_page = _differ(("object_id", "content_type_id", "base_content_type_id"))
    yield _trigger(table, "UPDATE", f"{of_page} OR NEW.user_id <> OLD.user_id", REWRITTEN, "author")
    yield _trigger(
        table, "UPDATE", f"OLD.content IS NOT NEW.content AND {signed}", "a signed text does not change", "text"
    )
    yield _trigger(
        table, "UPDATE", "NEW.approved_go_live_at IS NOT NULL"
        f" AND NEW.approved_go_live_at IS NOT OLD.approved_go_live_at AND NOT {signed}",
        "only a signed text can be scheduled",
    )  # fmt: skip
    yield _trigger(
        table, "DELETE", f"EXISTS (SELECT 1 FROM {standing} s WHERE s.revision_id = OLD.id AND s.state = 'released')",  # noqa: S608
        "the text that readers see is kept",
    )  # fmt: skip


def file(table: str, kind: str, columns: Iterable[str], use: str) -> Iterator[str]:
    """Yield the triggers of a table of images or documents."""
    used = f"EXISTS (SELECT 1 FROM {use} u WHERE u.kind = '{kind}' AND u.used = CAST(OLD.id AS text))"  # noqa: S608
    said = "a public page shows this file"
    yield _trigger(table, "DELETE", used, said)
    yield _trigger(table, "UPDATE", f"({_differ(columns)}) AND {used}", said)


def log(table: str) -> Iterator[str]:
    """Yield the triggers of the table that says who wrote pages."""
    yield _trigger(table, "DELETE", "1", REWRITTEN)
    yield _trigger(table, "UPDATE", _differ(("page_id", "user_id", "action", "timestamp")), REWRITTEN)


def hidden(table: str) -> Iterator[str]:
    """Yield the triggers of a table that hides pages or files."""
    for event in ("INSERT", "UPDATE"):
        yield _trigger(table, event, "1", "a released page is for everybody")


def redirect(table: str) -> Iterator[str]:
    """Yield the triggers of the table of redirects."""
    for event in ("INSERT", "UPDATE"):
        leads_away = "NEW.redirect_link <> '' AND NOT gaitway_inside(NEW.redirect_link)"
        yield _trigger(table, event, leads_away, "a redirect leads to a page of this site")


def site(table: str, standing: str) -> Iterator[str]:
    """Yield the triggers of the table of sites."""
    public = f"NOT gaitway_any_open() AND EXISTS (SELECT 1 FROM {standing} s WHERE s.state = 'released')"  # noqa: S608
    moved = "OLD.root_page_id IS NOT NEW.root_page_id OR (OLD.is_default_site AND NOT NEW.is_default_site)"
    yield _trigger(table, "INSERT", public, "a second site would take the addresses of public pages")
    yield _trigger(table, "DELETE", public, "the addresses of public pages stay")
    yield _trigger(table, "UPDATE", f"({moved}) AND {public}", "the addresses of public pages stay")


def _differ(columns: Iterable[str]) -> str:
    return " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)


def _trigger(table: str, event: str, when: str, said: str, name: str = "gate") -> str:
    return (
        f'CREATE TRIGGER "gaitway_{name}_{event.lower()}_{table}" BEFORE {event} ON "{table}" FOR EACH ROW'
        f" WHEN {when} BEGIN SELECT RAISE(ABORT, '{SAID}{said}'); END"
    )
