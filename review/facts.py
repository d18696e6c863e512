"""What readers are told about the review of a page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils import timezone
from wagtail.models import Page

from review import dependencies
from review.enums import ChangeClass, PublicState

# Where a page object keeps what holds for it, once it was read.
KEPT = "_standing"
# Where it keeps what holds for the pages inside it, by page id.
INSIDE = "_standings_inside"
# Where it keeps the page whose reviewers answer for its words, when it is shown in other words than its own.
TOLD_BY = "_told_by"


@dataclass(frozen=True)
class Facts:
    """The facts of one release: who signed, when, when next; `demonstration` when no clinician has."""

    page_id: int
    signers: list[dict[str, Any]]
    reviewed_on: date
    due_on: date
    released_on: date
    change_class: ChangeClass
    demonstration: bool
    fingerprint: str
    today: date

    @property
    def ledger_url(self) -> str:
        """The address of the page's public ledger."""
        return f"/ledger/{self.page_id}/"

    @property
    def is_overdue(self) -> bool:
        """Whether the review is late."""
        return self.today > self.due_on

    @property
    def relief_is_withheld(self) -> bool:
        """Whether it is so late that relief advice is not shown; emergency advice always is."""
        return self.today > self.due_on + timedelta(days=settings.REVIEW_GRACE_DAYS)


def standing_of(page: Page) -> Any:
    """Return what holds for a page, read once for each page object."""
    if KEPT not in page.__dict__:
        page.__dict__[KEPT] = apps.get_model("review", "Standing").objects.filter(pk=page.pk).first()
    return page.__dict__[KEPT]


def facts_of(page: Page) -> Facts | None:
    """Return the facts of the release that holds, or None when nothing is released."""
    row = standing_of(page.__dict__.get(TOLD_BY, page))
    if row is None or row.state != PublicState.RELEASED:
        return None
    today = timezone.localdate()
    for late in (timedelta(days=1), timedelta(days=settings.REVIEW_GRACE_DAYS + 1)):
        if row.due_on + late > today:
            dependencies.on_day(row.due_on + late)
    return Facts(
        page_id=row.page_id,
        signers=row.signers,
        reviewed_on=row.reviewed_on,
        due_on=row.due_on,
        released_on=row.released_at.date(),
        change_class=ChangeClass(row.change_class),
        demonstration=row.demonstration,
        fingerprint=row.fingerprint,
        today=today,
    )


def held(page: Page) -> frozenset[str]:
    """Return the ids of the blocks on hold, with "" for the whole page; nothing of an emergency page ever is."""
    row = standing_of(page)
    # what is asked last may have to be read: a translation knows from its source whether it is for emergencies
    if row is None or not row.held or page.is_emergency:  # type: ignore[attr-defined]  # every page of the gate has it
        return frozenset()
    return frozenset(row.held)
