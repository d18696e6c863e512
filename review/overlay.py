"""Shows pages as they would be with a change that is not released yet: for reviewers, never for the public."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from wagtail.models import Page

T = TypeVar("T")
_proposed: ContextVar[Mapping[int, Page]] = ContextVar("proposed")
_look: ContextVar[dict[Hashable, tuple[Any, list[Page]]] | None] = ContextVar("look", default=None)


@contextmanager
def showing(pages: Mapping[int, Page]) -> Iterator[None]:
    """Let content apps show these pages in place of what is released."""
    token = _proposed.set(pages)
    try:
        yield
    finally:
        _proposed.reset(token)


def proposed(rows: Mapping[int, Page]) -> dict[int, Page]:
    """Return rows by id, with those that a reviewer is looking at in their proposed text."""
    pages = _proposed.get({})
    return {pk: pages.get(pk, row) for pk, row in rows.items()}


def standing_in(kinds: tuple[type[Page], ...]) -> dict[int, Page]:
    """Return the pages of some types that are shown in place of what is released, by id."""
    return {pk: page for pk, page in _proposed.get({}).items() if isinstance(page, kinds)}


@contextmanager
def one_look() -> Iterator[None]:
    """Say that until the end of the block nobody here changes what pages say: what is made of them is made once."""
    token = _look.set({})
    try:
        yield
    finally:
        _look.reset(token)


def once(key: Hashable, make: Callable[[], T], *, of: tuple[type[Page], ...]) -> T:
    """Return what `make` makes of pages of some types as they are shown now; made once in a look for the same pages."""
    known = _look.get()
    if known is None:
        return make()
    pages = standing_in(of)
    # the pages are kept beside what was made of them: as long as they are, no other object has their identity
    full = (key, frozenset((pk, id(page)) for pk, page in pages.items()))
    if full not in known:
        known[full] = (make(), list(pages.values()))
    return known[full][0]  # type: ignore[no-any-return]
