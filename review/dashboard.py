"""What reviewers and editors must know today: reads over the whole review."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Min, Q, QuerySet
from wagtail.models import Page

from review import concerns, going_back, permissions, reach
from review.enums import OPEN, PublicState, State
from review.forecast import DAYS_A_MONTH, Forecast, Hand, Item, forecast
from review.models.concern import Hold
from review.models.evidence import Event, SignOff
from review.models.people import Credential
from review.models.submission import Standing, Submission, higher
from review.triggers import reviewed_models

T = TypeVar("T")
# For each text in review, oldest first: the ids of the people who cannot sign it any more.
Out = dict[int, set[int]]
SOON_DAYS = 90
PAST_MONTHS = 6
# Of each list a screen shows so many, the most pressing first, and how many there are; files hold all of them.
SHOWN = 25


@dataclass(frozen=True)
class Due:
    """A page whose review is near or late."""

    page_id: int
    title: str
    standing: Standing
    days: int


@dataclass(frozen=True)
class Late:
    """A submission that waits longer than its class allows."""

    submission: Submission
    days: int
    allowed: int


@dataclass(frozen=True)
class Load:
    """One person: what they wrote and signed in the past months, and what they could sign now."""

    name: str
    submitted: int
    signed: int
    waiting: int


@dataclass(frozen=True)
class Some(Generic[T]):
    """The beginning of a list, and how long it is."""

    rows: Sequence[T]
    total: int

    def __iter__(self) -> Iterator[T]:
        """Yield what is shown."""
        return iter(self.rows)

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)


def waiting_for(user: Any) -> list[Submission]:
    """Return what a reviewer could sign: not their own, not signed or declined by them, oldest first."""
    return list(Submission.objects.filter(pk__in=_ids_waiting_for(user)))


def some_waiting_for(user: Any, most: int = SHOWN, out: Out | None = None) -> Some[Submission]:
    """Return the oldest of what a reviewer could sign."""
    known = Submission.objects.filter(_may_know_of(user), state=State.IN_REVIEW).order_by()
    may_know = set(known.values_list("pk", flat=True))
    ids = [pk for pk in _ids_waiting_for(user, out) if pk in may_know]
    return Some(list(Submission.objects.filter(pk__in=ids[:most])), len(ids))


def _ids_waiting_for(user: Any, out: Out | None = None) -> list[int]:
    return [pk for pk, people in (out or out_of_it()).items() if user.pk not in people]


def out_of_it() -> Out:
    """Return for each text in review who cannot sign it any more: contributors, signers, those who declined."""
    rows = Submission.objects.filter(state=State.IN_REVIEW)
    found = {pk: set(people) for pk, people in rows.values_list("pk", "contributors")}
    of_these = rows.order_by().values("pk")
    signed = SignOff.objects.filter(submission_id__in=of_these).order_by().values_list("submission_id", "reviewer_id")
    declined = Event.objects.filter(submission_id__in=of_these, what="declined").order_by()
    for submission, person in [*signed, *declined.values_list("submission_id", "by_id")]:
        found.get(submission or 0, set()).add(person or 0)
    return found


def of_author(user: Any) -> list[Submission]:
    """Return somebody's texts that are in review or came back, the latest first; a newer round hides an older one."""
    rows = Submission.objects.filter(submitted_by=user).order_by("-submitted_at")
    latest: dict[int, Submission] = {}
    for row in rows.filter(state__in=[*OPEN, State.CHANGES_REQUESTED, State.VOID])[:200]:
        latest.setdefault(row.page_id, row)
    newer = Submission.objects.filter(page_id__in=latest).order_by("submitted_at")
    last = dict(newer.values_list("page_id", "pk"))
    return [row for row in latest.values() if last[row.page_id] == row.pk]


def waiting_too_long(now: datetime, most: int | None = None, of: Q | None = None) -> Some[Late]:
    """Return the first submissions that wait longer than their class allows, the oldest first."""
    allowed = settings.REVIEW_WAITING_DAYS
    begun = Submission.objects.open().filter(of or Q(), submitted_at__lt=now - timedelta(min(allowed.values())))
    late = [
        pk
        for pk, at, computed, raised in begun.values_list("pk", "submitted_at", "computed_class", "raised_class")
        if now - at > timedelta(allowed[higher(computed, raised)])
    ]
    rows = Submission.objects.filter(pk__in=late[:most])
    return Some([Late(r, (now - r.submitted_at).days, allowed[r.change_class]) for r in rows], len(late))


def due(now: datetime, *, overdue: bool, most: int | None = None, of: Q | None = None) -> Some[Due]:
    """Return the first pages whose review is late, or falls due within 90 days; `of` says among which."""
    today = now.date()
    day = {"due_on__lt": today} if overdue else {"due_on__range": (today, today + timedelta(SOON_DAYS))}
    every = Standing.objects.filter(of or Q(), state=PublicState.RELEASED, **day).order_by("due_on")
    rows = list(every[:most])
    titles = dict(Page.objects.filter(pk__in=[r.pk for r in rows]).values_list("pk", "title"))
    found = [Due(row.pk, titles.get(row.pk, str(row.pk)), row, abs((row.due_on - today).days)) for row in rows]
    return Some(found, len(found) if most is None or len(found) < most else every.count())


def load(now: datetime, out: Out | None = None) -> list[Load]:
    """Return who wrote, signed and has to sign how much, busiest first."""
    since = now - timedelta(days=30 * PAST_MONTHS)
    wrote = _counted(Submission.objects.filter(submitted_at__gt=since), "submitted_by_id")
    signed = _counted(SignOff.objects.filter(signed_at__gt=since), "reviewer_id")
    reviewers = set(Credential.objects.valid_on(now.date()).values_list("holder_id", flat=True))
    waits = Counter(pk for people in (out or out_of_it()).values() for pk in reviewers - people)
    people = get_user_model().objects.in_bulk([pk for pk in {*wrote, *signed, *reviewers} if pk])
    found = [Load(p.get_full_name() or p.get_username(), wrote[pk], signed[pk], waits[pk]) for pk, p in people.items()]
    return sorted(found, key=lambda one: (-one.waiting, -one.submitted - one.signed, one.name))


def _counted(rows: QuerySet[Any], person: str) -> Counter[int | None]:
    """Return how many rows each person has."""
    return Counter(dict(rows.order_by().values_list(person).annotate(count=Count("*"))))


def expiring_credentials(now: datetime) -> list[Credential]:
    """Return credentials that ended, or end within 90 days, and that no newer one of the same person replaces."""
    last = now.date() + timedelta(SOON_DAYS)
    rows = Credential.objects.filter(revoked_at=None)
    lasting = set(rows.filter(valid_until__gt=last).values_list("holder_id", flat=True))
    return [row for row in rows.filter(valid_until__lte=last).order_by("valid_until") if row.holder_id not in lasting]


def hands(now: datetime) -> list[Hand]:
    """Return each reviewer's pace under whole pages, until the credential ends; demonstrations are no work."""
    since = now - timedelta(days=DAYS_A_MONTH * PAST_MONTHS)
    rows = SignOff.objects.filter(signed_at__gt=since, whole_page=True, demonstration=False).order_by()
    signed = list(rows.values_list("reviewer_id").annotate(count=Count("*"), first=Min("signed_at")))
    if not signed:
        return []
    months = max((now - min(first for _, _, first in signed)).days / DAYS_A_MONTH, 1.0)
    until: dict[int, date] = {}
    for holder, day in Credential.objects.valid_on(now.date()).values_list("holder_id", "valid_until"):
        until[holder] = max(day, until.get(holder, day))
    return [Hand(count / months, until[pk]) for pk, count, _ in signed if pk in until]


def capacity(now: datetime) -> tuple[float, Forecast]:
    """Return signatures a month in the past, and what the months to come look like at that pace."""
    working = hands(now)
    rows = Standing.objects.filter(state=PublicState.RELEASED).order_by("due_on")
    more = {model: model.least_signers for model in reviewed_models() if model.least_signers > 1}
    kinds = {ContentType.objects.get_for_model(model).pk: least for model, least in more.items()}
    pages = dict(Page.objects.filter(live=True, content_type_id__in=kinds).values_list("pk", "content_type_id"))
    some = rows.filter(pk__in=pages).values_list("due_on", "pk")
    items = [Item(day, kinds[pages[pk]]) for day, pk in some]
    for day, count in rows.exclude(pk__in=pages).values_list("due_on").annotate(count=Count("*")):
        items += [Item(day)] * count
    return sum(hand.per_month for hand in working), forecast(items, working, start=now.date())


def holds() -> list[Hold]:
    """Return what was put on hold last, with the titles of the pages."""
    rows = list(Hold.objects.filter(lifted_at=None)[:SHOWN])
    titles = dict(Page.objects.filter(pk__in=[row.page_id for row in rows]).values_list("pk", "title"))
    for row in rows:
        row.title = titles.get(row.page_id, "")
    return rows


def second_person() -> list[Standing]:
    """Return what one person has withdrawn or rolled back, and a second one has not looked at yet."""
    return list(Standing.objects.filter(second_person_needed=True).order_by("pk"))


def rollbacks(now: datetime) -> list[tuple[str, Event]]:
    """Return the rollbacks that wait for a second reviewer, each with the title of its page."""
    rows = going_back.waiting(now)
    titles = dict(Page.objects.filter(pk__in=[row.page_id for row in rows]).values_list("pk", "title"))
    return [(titles.get(row.page_id or 0, ""), row) for row in rows]


def submissions_for(user: Any, rows: Iterable[Submission]) -> list[Submission]:
    """Return the submissions a person may know of: an author's own part of the tree, everything for reviewers."""
    return reach.within(reach.own_pages(user), rows, lambda row: row.page_id)


def late_for(user: Any, now: datetime, most: int | None = None) -> Some[Late]:
    """Return what waits too long, as far as a person may know of it."""
    return waiting_too_long(now, most, _may_know_of(user))


def _may_know_of(user: Any) -> Q:
    """Return which open submissions a person may know of: all that wait, for whoever reviews or withdraws."""
    every = permissions.can_review(user) or permissions.can_withdraw(user) or reach.reaches_everything(user)
    return Q() if every else Q(page_id__in=reach.own_pages(user).order_by().values("pk"))


def overview(user: Any, now: datetime) -> dict[str, Any]:
    """Return everything that the dashboard shows to a person."""
    pace, future = capacity(now)
    out = out_of_it()
    signed = Submission.objects.filter(_may_know_of(user), state=State.SIGNED)
    return {
        "waiting": some_waiting_for(user, out=out),
        "mine": of_author(user)[:SHOWN],
        "signed": Some(list(signed[:SHOWN]), signed.count()),
        "too_long": late_for(user, now, SHOWN),
        "overdue": due(now, overdue=True, most=SHOWN),
        "due_soon": due(now, overdue=False, most=SHOWN),
        "rollbacks": rollbacks(now),
        "second_person": second_person(),
        "load": load(now, out),
        "credentials": expiring_credentials(now),
        "concerns": concerns.number_waiting(),
        "holds": holds(),
        "on_hold": Hold.objects.filter(lifted_at=None).count(),
        "pace": round(pace, 1),
        "forecast": future,
        "enough": round(future.enough_per_month, 1),
        "now": now,
        "today": now.date(),
    }
