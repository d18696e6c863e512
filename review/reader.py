"""Who reads a screen of the admin at this moment, for titles that are not for everybody there."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_reader: ContextVar[Any] = ContextVar("reader of the admin", default=None)


@contextmanager
def reading(user: Any) -> Iterator[None]:
    """Name the person for whom screens are made until the end of the block."""
    token = _reader.set(user)
    try:
        yield
    finally:
        _reader.reset(token)


def title_for_reader(page: Any) -> str:
    """Return the title of the newest draft, but the public one to somebody who may not edit the page.

    Lists of the admin name public pages to everybody who may refer to them; what a draft is to be called is not public.
    """
    newest = str(page.draft_title or page.title)
    reader = _reader.get()
    if reader is None or newest == page.title or not page.live:
        return newest
    return newest if page.permissions_for_user(reader).can_edit() else str(page.title)
