"""What an author has begun, and what is still missing there; what somebody may begin."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from wagtail.models import Page

from articles.models import (
    CareRuleIndexPage,
    CauseIndexPage,
    ClaimIndexPage,
    FindingIndexPage,
    GuideIndexPage,
    SourceIndexPage,
    TechniqueIndexPage,
)
from review import queries
from review.difference import difference
from review.fingerprint import content
from review.models import ReviewedPage, Submission

MOST = 8
# What an author may want to begin, in the order in which the parts are needed.
STARTS = (
    (SourceIndexPage, "sourcepage", "Add a source"),
    (ClaimIndexPage, "claimpage", "Write up a claim"),
    (FindingIndexPage, "findingpage", "Describe a sign"),
    (CareRuleIndexPage, "carerulepage", "Write a care rule"),
    (TechniqueIndexPage, "techniquepage", "Describe a technique"),
    (CauseIndexPage, "causepage", "Describe a cause"),
    (GuideIndexPage, "guidepage", "Begin a guide"),
)


@dataclass(frozen=True)
class Begun:
    """A draft of an author: how much keeps it from being submitted, and the first of it."""

    page: Page
    problem_count: int
    first_problem: str


@dataclass(frozen=True)
class Start:
    """Something that an author may begin here."""

    label: str
    address: str


def begun_by(user: Any) -> list[Begun]:
    """Return the drafts that somebody began or last changed, the latest first, with what they lack."""
    mine = Q(owner=user) | Q(latest_revision__user=user)
    drafts = Page.objects.filter(mine, Q(live=False) | Q(has_unpublished_changes=True))
    drafts = drafts.exclude(pk__in=Submission.objects.open().order_by().values("page_id"))
    pages = drafts.order_by("-latest_revision_created_at").distinct().specific()[:MOST]
    found = []
    for page in pages:
        if isinstance(page, ReviewedPage):
            draft: Any = page.get_latest_revision_as_object()
            if page.live and _is_as_released(draft):
                continue
            problems = draft.problems()
            found.append(Begun(page, len(problems), str(problems[0]) if problems else ""))
    return found


def _is_as_released(draft: Any) -> bool:
    """Whether readers see just this: the form of a long page saves it, stored in another way, for whoever opens it."""
    released = queries.released_content(draft.pk)
    return bool(released) and not difference(released, content(draft), draft.change_classes).changes


def starts_for(user: Any) -> list[Start]:
    """Return what somebody may begin."""
    found = []
    for model, child, label in STARTS:
        parent = model.objects.first()
        if parent is not None and parent.permissions_for_user(user).can_add_subpage():
            found.append(Start(label, reverse("wagtailadmin_pages:add", args=["articles", child, parent.pk])))
    return found
