"""Pages made at release and kept in the database: found with one query, whatever the size of page and tree."""

import gzip
import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from portal import replica
from portal.delivery.build import build
from portal.models import Rendering
from review import dependencies
from review.dependencies import Dependencies, collected
from review.models import Change, Generation
from review.static_files import written

logger = logging.getLogger(__name__)
Marks = dict[str, list[int]]
HTML, JSON, ATOM = "text/html; charset=utf-8", "application/json", "application/atom+xml; charset=utf-8"
# What is kept besides pages, by how its address begins.
KINDS = {"/api/": JSON, "/feeds/": ATOM}


@dataclass
class Made:
    """A released page: its bytes, and what they depend on."""

    path: str
    gzipped: bytes
    generation: int
    keys: tuple[str, ...] = ()
    files: Mapping[str, list[int]] = field(default_factory=dict)
    until: datetime | None = None

    @property
    def html(self) -> bytes:
        """The page as UTF-8."""
        return gzip.decompress(self.gzipped)

    @cached_property
    def etag(self) -> str:
        """What tells this version of the page from any other."""
        return hashlib.sha256(self.gzipped).hexdigest()[:24]


def kind_of(path: str) -> str:
    """Return the content type of what is kept at an address."""
    return next((kind for start, kind in KINDS.items() if path.startswith(start)), HTML)


def find(path: str) -> tuple[int, Made | None]:
    """Return the generation that holds now, and the page when it was made and nothing in it has changed; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND[connection.vendor], {"path": path, "build": build(), "now": timezone.now()})
        generation, found, keys, files, until, html, seal = cursor.fetchone() or (0,) + (None,) * 6
    if found is None or html is None or seal is None:
        return generation, None
    row = Rendering(
        path=path, build=build(), generation=found, keys=_json(keys), files=_json(files), until=_moment(until),
        html=bytes(html),
    )  # fmt: skip
    if not constant_time_compare(seal, seal_of(row)):
        logger.critical("The kept page %s was not written by this site; it is made anew.", path)
        return generation, None
    if marks_of(map(Path, row.files)) != row.files:
        return generation, None
    return generation, Made(path, bytes(row.html), generation, tuple(row.keys), row.files, row.until)


def rests_on(made: Made) -> None:
    """Say that what is being made shows what a kept page shows."""
    dependencies.note(*made.keys)
    for name in made.files:
        dependencies.on_file(Path(name))
    if made.until is not None:
        dependencies.on_day(timezone.localdate(made.until))


def _find(keys: str) -> str:
    change, generation, row = (model._meta.db_table for model in (Change, Generation, Rendering))
    return (
        "SELECT g.number, r.generation, r.keys, r.files, r.until, r.html, r.seal"  # noqa: S608  # names of our tables
        f" FROM {generation} g LEFT JOIN {row} r ON r.path = %(path)s AND r.build = %(build)s"
        " AND (r.until IS NULL OR r.until > %(now)s)"
        f" AND NOT EXISTS (SELECT 1 FROM {change} c WHERE c.generation > r.generation AND c.key IN ({keys}))"
    )


_FIND = {
    "postgresql": _find("SELECT jsonb_array_elements_text(r.keys)"),
    "sqlite": _find("SELECT value FROM json_each(r.keys)"),
}


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


def _moment(value: Any) -> datetime | None:
    """Return a moment as the database gave it; SQLite gives text, or a time that does not say where."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if isinstance(found, datetime) and found.tzinfo is None else found


def make(path: str, serve: Callable[[HttpRequest], HttpResponse]) -> tuple[HttpResponse, Made | None]:
    """Make a page with `serve`, as everybody gets it; None when the answer must not be kept.

    It is made for a request of our own that carries nothing of any reader.
    """
    generation, _ = find(path)

    def once() -> tuple[HttpResponse, Dependencies]:
        with collected() as found:
            return serve(own_request(path)), found

    response, found = replica.read(once, generation=generation)
    if not _may_be_kept(response, path):
        return response, None
    html = gzip.compress(response.content, 6, mtime=0)
    made = Made(path, html, generation, tuple(sorted(found.keys)), marks_of(found.files), _until(found))
    _keep(made)
    return response, made


def _may_be_kept(response: HttpResponse, path: str) -> bool:
    """Return whether an answer is what belongs to its address, the same for everybody."""
    right = response.get("Content-Type", "").startswith(kind_of(path).partition(";")[0])
    personal = bool(response.cookies) or "cookie" in response.get("Vary", "").lower()
    stored = "no-store" not in response.get("Cache-Control", "")
    return response.status_code == HTTPStatus.OK and right and stored and not personal and not response.streaming


def _until(found: Dependencies) -> datetime | None:
    """Return the moment from which the page would read otherwise."""
    day: date | None = found.until
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def marks_of(files: Iterable[Path]) -> Marks:
    """Return what differs once a file was written again; a file that is not there has nothing of it."""
    marks: Marks = {}
    for path in files:
        try:
            marks[str(path)] = list(written(path.stat()))
        except OSError:
            marks[str(path)] = []
    return marks


def seal_of(row: Rendering) -> str:
    """Return what proves that this site wrote a row."""
    until = row.until.astimezone(UTC).isoformat() if row.until else ""
    head = "\0".join([row.path, row.build, str(row.generation), *row.keys, str(sorted(row.files.items())), until])
    return salted_hmac("portal.rendering", head.encode() + b"\0" + bytes(row.html), algorithm="sha256").hexdigest()


def _keep(made: Made) -> None:
    """Keep a page that was made; whoever asked gets it also when it cannot be kept."""
    row = Rendering(
        path=made.path, build=build(), generation=made.generation, keys=list(made.keys), files=dict(made.files),
        until=made.until, html=made.gzipped,
    )  # fmt: skip
    row.seal = seal_of(row)
    values = {name: getattr(row, name) for name in ("generation", "keys", "files", "until", "html", "seal")}
    try:
        with transaction.atomic():
            Rendering.objects.update_or_create(path=row.path, build=row.build, defaults=values)
    except DatabaseError:
        logger.exception("The page %s could not be kept.", made.path)


def own_request(path: str) -> HttpRequest:
    """Return a request for a page that comes from nobody, to the public address."""
    scheme, _, host = settings.SITE_URL.partition("://")
    name, _, port = host.partition(":")
    extra: dict[str, Any] = {"SERVER_NAME": name, "SERVER_PORT": port or {"https": "443"}.get(scheme, "80")}
    return RequestFactory().get(path, secure=scheme == "https", **extra)


def affected(keys: Collection[str], since: int) -> set[str]:
    """Return the addresses of pages that show something that changed, and of those made anew since then."""
    if not keys:
        return set()
    rows = Rendering.objects.filter(build=build())
    newer = rows.filter(generation__gt=since).values_list("path", flat=True)
    each = _EACH[connection.vendor]
    hit = Rendering.objects.raw(
        f"SELECT r.id, r.path FROM {Rendering._meta.db_table} r WHERE r.build = %s"  # noqa: S608  # names of our own
        f" AND EXISTS (SELECT 1 FROM {each} WHERE k.value IN ({', '.join(['%s'] * len(keys))}))",
        [build(), *sorted(keys)],
    )
    return {*newer, *(row.path for row in hit)}


_EACH = {"postgresql": "jsonb_array_elements_text(r.keys) AS k(value)", "sqlite": "json_each(r.keys) k"}
