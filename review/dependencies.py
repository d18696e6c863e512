"""What a page that is being made depends on: the keys of `review.models.freshness.Change`, and until when it holds."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import Page

EVERYTHING = "*"
# Everything is to be made anew; what was made before is true until then.
REMADE = "+"


@dataclass
class Dependencies:
    """Keys of changes, files, and the first day on which the page would read otherwise."""

    keys: set[str] = field(default_factory=lambda: {EVERYTHING, REMADE})
    files: set[Path] = field(default_factory=set)
    until: date | None = None


_collected: ContextVar[Dependencies | None] = ContextVar("dependencies", default=None)


@contextmanager
def collected() -> Iterator[Dependencies]:
    """Give what is read until the end of the block as dependencies."""
    found = Dependencies()
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)


def note(*keys: str) -> None:
    """Say that what is being made depends on these keys."""
    if (found := _collected.get()) is not None:
        found.keys.update(keys)


def on_pages(ids: Iterable[int]) -> None:
    """Say that it shows, or would show if they were released, these pages."""
    note(*(f"p:{pk}" for pk in ids))


def on_type(model: type[models.Model]) -> None:
    """Say that it lists all pages of a type."""
    if _collected.get() is not None:
        note(f"t:{ContentType.objects.get_for_model(model).pk}")


def on_users_of(page_id: int) -> None:
    """Say that it lists what refers to a page."""
    note(f"u:{page_id}")


def on_names_below(page: Page) -> None:
    """Say that it shows names and addresses of a page and of the pages right below it."""
    note(f"c:{page.path}", f"c:{page.path[: -page.steplen]}")


def on_file(path: Path) -> None:
    """Say that it shows what a file says."""
    if (found := _collected.get()) is not None:
        found.files.add(path)


def on_day(day: date) -> None:
    """Say that it reads otherwise from this day on."""
    if (found := _collected.get()) is not None:
        found.until = min(found.until or day, day)
