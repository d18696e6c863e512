"""Texts in review, as they were submitted: read from their revisions, never from what somebody edits now."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from wagtail.models import Page

from review import queries
from review.doors import RefusedError
from review.enums import ChangeClass
from review.fingerprint import content_hash
from review.models.submission import Submission


class StaleError(RefusedError):
    """What is to be signed is not what was submitted."""


# Pages of one batch, by revision and hash of its content; None outside of a batch.
_read: ContextVar[dict[tuple[int, str], Page] | None] = ContextVar("read", default=None)
classes: ContextVar[dict[tuple[int, str], ChangeClass] | None] = ContextVar("classes", default=None)


@contextmanager
def reading_each_text_once() -> Iterator[None]:
    """Make one page object for each text of a batch, which nothing is released in between; one transaction long.

    What is stored is still read and hashed at every step.
    """
    tokens = _read.set({}), classes.set({})
    try:
        yield
    finally:
        _read.reset(tokens[0])
        classes.reset(tokens[1])


def proposed_page(row: Submission) -> Page:
    """Return the page as it was submitted; raise when a byte of it is different now."""
    revision = queries.revision_of(row)
    if revision is None or content_hash(revision.content) != row.content_hash:
        raise StaleError("The text was changed after it was submitted; it has to be submitted again.")
    known = _read.get()
    if known is None:
        return revision.as_object()
    key = (revision.pk, row.content_hash)
    if key not in known:
        known[key] = revision.as_object()
    return known[key]


def in_review() -> dict[int, Page]:
    """Return every text that reviewers hold, by page id; one that was changed since is left out."""
    found: dict[int, Page] = {}
    for row in Submission.objects.open():
        with suppress(StaleError):
            found[row.page_id] = proposed_page(row)
    return found
