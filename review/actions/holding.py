"""Readers' concerns, and text that readers do not see until a reviewer has decided."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from wagtail.models import Page

from review import doors, notifications, permissions
from review.doors import RefusedError
from review.enums import ConcernState, Harm
from review.models.concern import Concern, Hold
from review.models.submission import Standing
from review.record import record

LONGEST = 2000


class FloodError(RefusedError):
    """More concerns than people can have; reviewers have been told of the first ones."""


@transaction.atomic
def raise_concern(*, page: Page, text: str, now: datetime, block: str = "") -> Concern:
    """Take a reader's concern; nothing about the reader is kept. It never changes the page by itself."""
    words = text.replace("\x00", "").strip()[:LONGEST]
    if not words:
        raise RefusedError("Tell us what is unsafe.")
    if block and block not in page.specific.part_names():
        block = ""
    hour = Concern.objects.filter(raised_at__gt=now - timedelta(hours=1))
    of_page = hour.filter(page_id=page.pk).count()
    if of_page >= settings.REVIEW_CONCERNS_AN_HOUR or hour.count() >= 5 * settings.REVIEW_CONCERNS_AN_HOUR:
        raise FloodError("We have many messages about this page already, and people are reading them.")
    standing = Standing.objects.filter(pk=page.pk).first()
    concern = Concern.objects.create(
        page_id=page.pk, page_title=page.title, block=block[:64], text=words, raised_at=now,
        fingerprint=standing.fingerprint if standing else "",
        due_at=now + timedelta(hours=settings.REVIEW_CONCERN_HOURS),
    )  # fmt: skip
    record("concern raised", by=None, now=now, page_id=page.pk, concern=concern.pk)
    notifications.later(notifications.concern_raised, concern.pk)
    return concern


@transaction.atomic
def close_concern(*, concern: Concern | int, by: Any, now: datetime, harm: str, answer: str) -> Concern:
    """Judge a concern and say what follows from it."""
    permissions.check_can_review(by)
    pk = concern.pk if isinstance(concern, Concern) else concern
    row = Concern.objects.select_for_update().get(pk=pk)
    if row.state != ConcernState.OPEN:
        raise RefusedError("This concern is closed already.")
    if not answer.strip():
        raise RefusedError("Say what follows from the concern.")
    row.state, row.harm, row.answer = ConcernState.CLOSED, Harm(harm), answer
    row.closed_at, row.closed_by = now, by
    row.save()
    record("concern closed", by=by, now=now, page_id=row.page_id, concern=row.pk, harm=harm)
    return row


@transaction.atomic
def hold(*, page: Page, by: Any, now: datetime, reason: str, block: str = "", concern: Concern | None = None) -> Hold:
    """Take a page, or one block of it, out of readers' sight at once; never emergency text."""
    permissions.check_can_withdraw(by)
    row = Standing.objects.select_for_update().filter(pk=page.pk).first()
    if row is None:
        raise RefusedError("This page is not public.")
    live: Any = Page.objects.get(pk=page.pk).specific
    if live.is_emergency or (block and block not in live.parts_to_hold()):
        raise RefusedError("Emergency text is never put on hold; change it through a review, or withdraw the page.")
    if not reason.strip():
        raise RefusedError("Say why.")
    held, made = Hold.objects.get_or_create(
        page_id=page.pk, block=block, lifted_at=None,
        defaults={"reason": reason[:300], "held_at": now, "held_by": by, "concern": concern},
    )  # fmt: skip
    if concern is not None and concern.page_id == page.pk:
        Concern.objects.filter(pk=concern.pk).update(harm=Harm.SERIOUS)
    if made:
        _keep(row)
        record("held", by=by, now=now, page_id=page.pk, block=block, reason=reason)
    return held


@transaction.atomic
def lift_hold(*, hold: Hold | int, by: Any, now: datetime) -> Hold:
    """Show again what was on hold."""
    permissions.check_can_withdraw(by)
    pk = hold.pk if isinstance(hold, Hold) else hold
    row = Hold.objects.select_for_update().get(pk=pk)
    if row.lifted_at:
        raise RefusedError("This hold is lifted already.")
    row.lifted_at, row.lifted_by = now, by
    row.save()
    _keep(Standing.objects.select_for_update().get(pk=row.page_id))
    record("hold lifted", by=by, now=now, page_id=row.page_id, block=row.block)
    return row


def _keep(standing: Standing) -> None:
    """Write the holds of a page where serving reads them."""
    rows = Hold.objects.filter(page_id=standing.pk, lifted_at=None)
    standing.held = sorted(rows.values_list("block", flat=True))
    with doors.open_for():
        standing.save(update_fields=["held"])
