"""What reviewers and editors must know today: reads over the whole review."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from wagtail.models import Page

from review.enums import ConcernState, PublicState, State
from review.forecast import Month, first_lapse, forecast
from review.models.concern import Concern, Hold
from review.models.evidence import Event, SignOff
from review.models.people import Credential
from review.models.submission import Standing, Submission

SOON_DAYS = 90
PAST_MONTHS = 6


@dataclass(frozen=True)
class Due:
    """A page whose review is near or late."""

    page_id: int
    title: str
    standing: Standing


def waiting_for(user: Any) -> list[Submission]:
    """Return what a reviewer could sign: not their own, not signed or declined by them, oldest first."""
    rows = list(Submission.objects.filter(state=State.IN_REVIEW))
    ids = [row.pk for row in rows]
    signed = set(
        SignOff.objects.filter(submission_id__in=ids, reviewer_id=user.pk).values_list("submission_id", flat=True)
    )
    events = Event.objects.filter(submission_id__in=ids, what="declined", by_id=user.pk)
    not_mine = signed | set(events.values_list("submission_id", flat=True))
    return [row for row in rows if row.pk not in not_mine and user.pk not in row.contributors]


def waiting_too_long(now: datetime) -> list[Submission]:
    """Return submissions that wait longer than their class allows."""
    rows = Submission.objects.open()
    days = settings.REVIEW_WAITING_DAYS
    return [row for row in rows if now - row.submitted_at > timedelta(days=days[row.change_class])]


def due(now: datetime, *, overdue: bool) -> list[Due]:
    """Return pages whose review is late, or falls due within 90 days."""
    today = now.date()
    day = {"due_on__lt": today} if overdue else {"due_on__range": (today, today + timedelta(SOON_DAYS))}
    rows = list(Standing.objects.filter(state=PublicState.RELEASED, **day).order_by("due_on"))
    titles = dict(Page.objects.filter(pk__in=[r.pk for r in rows]).values_list("pk", "title"))
    return [Due(row.pk, titles.get(row.pk, str(row.pk)), row) for row in rows]


def load(now: datetime) -> list[tuple[str, int, int]]:
    """Return (name, texts submitted, texts signed) for the last months, busiest first."""
    since = now - timedelta(days=30 * PAST_MONTHS)
    wrote = Counter(
        Submission.objects.filter(submitted_at__gt=since).order_by().values_list("submitted_by_id", flat=True)
    )
    signed = Counter(SignOff.objects.filter(signed_at__gt=since).order_by().values_list("reviewer_id", flat=True))
    people = get_user_model().objects.in_bulk([pk for pk in {*wrote, *signed} if pk])
    rows = [(p.get_full_name() or p.get_username(), wrote[pk], signed[pk]) for pk, p in people.items()]
    return sorted(rows, key=lambda row: (-row[1] - row[2], row[0]))


def expiring_credentials(now: datetime) -> list[Credential]:
    """Return credentials that end within 90 days."""
    last = now.date() + timedelta(SOON_DAYS)
    return list(Credential.objects.filter(revoked_at=None, valid_until__lte=last).order_by("valid_until"))


def open_concerns() -> list[Concern]:
    """Return what readers have said and nobody has answered, the oldest first."""
    return list(Concern.objects.filter(state=ConcernState.OPEN))


def capacity(now: datetime) -> tuple[float, list[Month]]:
    """Return full reviews a month in the past, and what the months to come look like at that pace."""
    since = now - timedelta(days=30 * PAST_MONTHS)
    signed = SignOff.objects.filter(signed_at__gt=since, whole_page=True).order_by()
    pace = signed.values("submission_id").distinct().count() / PAST_MONTHS
    days = Standing.objects.filter(state=PublicState.RELEASED).values_list("due_on", flat=True)
    return pace, forecast(days, start=now.date(), per_month=pace)


def overview(user: Any, now: datetime) -> dict[str, Any]:
    """Return everything that the dashboard shows."""
    pace, months = capacity(now)
    return {
        "waiting": waiting_for(user),
        "signed": list(Submission.objects.filter(state=State.SIGNED)),
        "too_long": waiting_too_long(now),
        "overdue": due(now, overdue=True),
        "due_soon": due(now, overdue=False),
        "second_person": list(Standing.objects.filter(second_person_needed=True)),
        "load": load(now),
        "credentials": expiring_credentials(now),
        "concerns": open_concerns(),
        "holds": list(Hold.objects.filter(lifted_at=None)),
        "pace": round(pace, 1),
        "months": [month for month in months if month.due or month.late],
        "lapse": first_lapse(months),
        "now": now,
    }
