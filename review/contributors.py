"""Everybody who had a hand in a text since its last release."""

from typing import Any

from django.db.models import Q
from wagtail.models import Page, PageLogEntry, Revision

from review.models.submission import Standing, Submission
from review.permissions import UNKNOWN

WRITING = frozenset(
    {"wagtail.create", "wagtail.edit", "wagtail.revert", "wagtail.copy", "wagtail.rename", "wagtail.convert_alias"}
)


def contributors_of(page: Page, standing: Standing | None) -> list[int]:
    """Return the ids of all who wrote, copied or submitted since the last release; 0 for somebody unknown."""
    revisions: Any = Revision.objects.for_instance(page).order_by()
    entries = PageLogEntry.objects.filter(page_id=page.pk, action__in=WRITING).order_by()
    submissions = Submission.objects.filter(page_id=page.pk).order_by()
    since = _signed_at(standing)
    people: set[int] = set()
    if standing is None or since is None:
        people.add(page.owner_id or UNKNOWN)
    else:
        revisions = revisions.filter(Q(pk__gt=standing.revision_id) | Q(created_at__gt=since))
        entries = entries.filter(timestamp__gt=since)
        submissions = submissions.filter(submitted_at__gt=since)
    asked = revisions.values_list("user_id").union(
        entries.values_list("user_id"), submissions.values_list("submitted_by")
    )
    return sorted(people | {pk or UNKNOWN for (pk,) in asked})


def _signed_at(standing: Standing | None) -> Any:
    """Return when the released revision was written; None when nothing was released or it is gone."""
    if standing is None:
        return None
    return Revision.objects.filter(pk=standing.revision_id).values_list("created_at", flat=True).first()
