"""Shows pages as they would be with a change that is not released yet: for reviewers, never for the public."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from wagtail.models import Page

_proposed: ContextVar[Mapping[int, Page]] = ContextVar("proposed")


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
