"""Texts in review, as they were submitted: read from their revisions, never from what somebody edits now."""

from contextlib import suppress

from wagtail.models import Page

from review import batch, queries
from review.doors import RefusedError
from review.fingerprint import content_hash
from review.models.submission import Submission


class StaleError(RefusedError):
    """What is to be signed is not what was submitted."""


def proposed_page(row: Submission) -> Page:
    """Return the page as it was submitted; raise when a byte of it is different now."""
    revision = queries.revision_of(row)
    if revision is None or content_hash(revision.content) != row.content_hash:
        raise StaleError("The text was changed after it was submitted; it has to be submitted again.")
    return batch.text_of(revision, row.content_hash)


def in_review() -> dict[int, Page]:
    """Return every text that reviewers hold, by page id; one that was changed since is left out."""
    found: dict[int, Page] = {}
    for row in Submission.objects.open():
        with suppress(StaleError):
            found[row.page_id] = proposed_page(row)
    return found
