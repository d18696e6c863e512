"""What the steps of a review read, read for all texts of a batch with one query.

Each read is written once, for any number of texts: outside of a batch it is asked for one, inside of one for all of
them, the first time that one asks. A batch lives inside one transaction, and forgets at every step: what is read for a
step is what is stored when it begins, and its own writes say what they have changed. What is made of released texts
alone is kept across steps, where somebody says that none is released meanwhile.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from wagtail.models import Page, Revision

from review.enums import ChangeClass

if TYPE_CHECKING:
    from review.models.submission import Submission

T = TypeVar("T")


@dataclass
class Batch:
    """Texts that go through the review together, and what was read about them in this step."""

    pages: frozenset[int]
    rows: "dict[int, Submission]" = field(default_factory=dict)
    read: dict[Hashable, Any] = field(default_factory=dict)
    # made from stored text, by revision and hash of what it says: good in every step
    texts: dict[tuple[int, str], Page] = field(default_factory=dict)
    classes: dict[tuple[int, str], ChangeClass] = field(default_factory=dict)

    def next_step(self, rows: "dict[int, Submission]") -> None:
        """Forget what was read, and take these submissions, by id, as they are stored now and locked."""
        self.read.clear()
        self.rows = rows


_batch: ContextVar[Batch | None] = ContextVar("batch", default=None)


_unchanged: ContextVar[dict[Hashable, Any] | None] = ContextVar("unchanged", default=None)


@contextmanager
def nothing_released() -> Iterator[None]:
    """Say that until the end of the block, or until a release in it, nothing changes that readers see.

    It is for whoever takes texts from their drafts to their release alone, inside one transaction.
    """
    token = _unchanged.set({})
    try:
        yield
    finally:
        _unchanged.reset(token)


def released() -> None:
    """Forget what was made of released texts: they are others now."""
    known = _unchanged.get()
    if known is not None:
        known.clear()


def from_released(key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` makes of released texts and of what `key` names; made once while no other is released."""
    known = _unchanged.get()
    if known is None:
        return make()
    if key not in known:
        known[key] = make()
    return known[key]  # type: ignore[no-any-return]


@contextmanager
def of(pages: Iterable[Page]) -> Iterator[Batch]:
    """Read together what these pages need, until the end of the block: inside one transaction, which none leaves."""
    batch = Batch(frozenset(page.pk for page in pages))
    token = _batch.set(batch)
    try:
        yield batch
    finally:
        _batch.reset(token)


def current() -> Batch | None:
    """Return the batch that is at work, if any."""
    return _batch.get()


def once(key: Hashable, read: Callable[[], T]) -> T:
    """Return what `read` returns: asked once in a step of a batch, every time outside of one."""
    batch = _batch.get()
    if batch is None:
        return read()
    if key not in batch.read:
        batch.read[key] = read()
    return batch.read[key]  # type: ignore[no-any-return]


def about_page(what: str, page_id: int, read: Callable[[Collection[int]], Mapping[int, T]]) -> T | None:
    """Return what `read` says about one page; it takes ids of pages and returns something by id."""
    batch = _batch.get()
    if batch is None or page_id not in batch.pages:
        return read([page_id]).get(page_id)
    return once(("page", what), lambda: dict(read(batch.pages))).get(page_id)


def about_submission(
    what: str, row: "Submission", read: "Callable[[Collection[Submission]], Mapping[int, T]]"
) -> T | None:
    """Return what `read` says about one submission; it takes submissions and returns something by id."""
    batch = _batch.get()
    if batch is None or row.pk not in batch.rows:
        return read([row]).get(row.pk)
    return once(("submission", what), lambda: dict(read(batch.rows.values()))).get(row.pk)


def changed(what: str, page_id: int, value: Any) -> None:
    """Say what a write has made of something that was read about a page."""
    batch = _batch.get()
    if batch is not None and ("page", what) in batch.read:
        batch.read["page", what][page_id] = value


def text_of(revision: Revision, content_hash: str) -> Page:
    """Return the page that a revision holds; in a batch one object for each text, which nobody changes."""
    batch = _batch.get()
    if batch is None:
        return revision.as_object()
    key = (revision.pk, content_hash)
    if key not in batch.texts:
        batch.texts[key] = revision.as_object()
    return batch.texts[key]
