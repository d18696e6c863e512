"""Which code may write evidence, and for which pages a release is open at this moment.

A door is open only inside `open_for`, only in this thread of work, and only the actions of this app open one.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.dispatch import Signal

# Page ids that may change while live; None: no door is open.
_open: ContextVar[frozenset[int] | None] = ContextVar("open_pages", default=None)


# An address of this site: a browser takes “//”, “/\\” and “/⇥/” for the start of another one.
INSIDE = r"^/([^/\\[:space:][:cntrl:]][^\\[:space:][:cntrl:]]*)?$"
_INSIDE = re.compile(r"/(?:[^/\\\s\x00-\x1f\x7f][^\\\s\x00-\x1f\x7f]*)?")

# The sentences of the gate during one request.
_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)


# Sent whenever the gate refuses something, without saying what: for whoever counts.
refused = Signal()


class RefusedError(PermissionDenied):
    """What the gate refuses, with a sentence for whoever asked."""

    def __init__(self, *said: object) -> None:
        super().__init__(*said)
        refused.send(type(self))


class UsedError(RefusedError):
    """What cannot go, or change, because it is public or public pages show it; whoever hears the gate is told."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        tell(sentence)


def tell(sentence: str) -> None:
    """Say why something was refused to whoever hears the gate and never sees its errors."""
    heard = _heard.get()
    if heard is not None:
        heard.append(sentence)


@contextmanager
def hearing() -> Iterator[list[str]]:
    """Collect what the gate says to somebody who never sees its errors."""
    said: list[str] = []
    token = _heard.set(said)
    try:
        yield said
    finally:
        _heard.reset(token)


def leads_inside(link: str) -> bool:
    """Return whether an address, as somebody wrote it, is one of this site."""
    return _INSIDE.fullmatch(link) is not None


def is_open(page_id: int | None = None) -> bool:
    """Return whether evidence may be written now, or whether this page may change while it is live."""
    pages = _open.get()
    return pages is not None and (page_id is None or page_id in pages)


@contextmanager
def open_for(pages: Iterable[int] = ()) -> Iterator[None]:
    """Open the door for some pages; the database's own triggers are told inside this transaction only."""
    if not connection.in_atomic_block:
        raise RuntimeError("A release is one transaction.")
    before = _open.get()
    ids = frozenset(pages) | (before or frozenset())
    token = _open.set(ids)
    _tell(ids)
    try:
        yield
    finally:
        _open.reset(token)
        if not connection.needs_rollback:
            _tell(before)


def _tell(ids: frozenset[int] | None) -> None:
    """Tell PostgreSQL for which pages a release is open; forgotten at the end of the transaction."""
    if connection.vendor != "postgresql":
        return
    value = "" if ids is None else "," + ",".join(str(pk) for pk in sorted(ids)) + ","
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('gaitway.release', %s, true)", [value])
