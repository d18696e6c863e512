"""Everybody who had a hand in a text since its last release."""

from collections.abc import Collection
from typing import Any

from django.db.models import BigIntegerField, Q
from django.db.models.functions import Cast
from wagtail.models import Page, PageLogEntry, Revision

from review import batch
from review.models.submission import Standing, Submission
from review.permissions import UNKNOWN

WRITING = frozenset(
    {"wagtail.create", "wagtail.edit", "wagtail.revert", "wagtail.copy", "wagtail.rename", "wagtail.convert_alias"}
)


def contributors_of(page: Page, standing: Standing | None) -> list[int]:
    """Return the ids of all who wrote, copied or submitted since the last release; 0 for somebody unknown."""
    since = _signed_at(standing)
    if standing is None or since is None:
        people = batch.about_page("writers", page.pk, _writers) or set()
        return sorted(people | {page.owner_id or UNKNOWN})
    asked = _asked(
        Q(pk__gt=standing.revision_id) | Q(created_at__gt=since), Q(timestamp__gt=since), Q(submitted_at__gt=since),
        ids=[page.pk],
    )  # fmt: skip
    return sorted({pk or UNKNOWN for _, pk in asked})


def _writers(ids: Collection[int]) -> dict[int, set[int]]:
    """Return by page everybody who ever wrote, copied or submitted it."""
    found: dict[int, set[int]] = {pk: set() for pk in ids}
    for page_id, user in _asked(Q(), Q(), Q(), ids=ids):
        found[page_id].add(user or UNKNOWN)
    return found


def _asked(revisions: Q, entries: Q, submissions: Q, *, ids: Collection[int]) -> Any:
    """Return (page, user) of everything that somebody did to some pages; one query."""
    drafts: Any = Revision.page_revisions.filter(revisions, object_id__in=[str(pk) for pk in ids]).order_by()
    log = PageLogEntry.objects.filter(entries, page_id__in=ids, action__in=WRITING).order_by()
    sent = Submission.objects.filter(submissions, page_id__in=ids).order_by()
    return (
        drafts.annotate(about=Cast("object_id", BigIntegerField()))
        .values_list("about", "user_id")
        .union(log.values_list("page_id", "user_id"), sent.values_list("page_id", "submitted_by"))
    )


def _signed_at(standing: Standing | None) -> Any:
    """Return when the released revision was written; None when nothing was released or it is gone."""
    if standing is None:
        return None
    return Revision.objects.filter(pk=standing.revision_id).values_list("created_at", flat=True).first()
