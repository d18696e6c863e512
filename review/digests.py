"""One mail a day to each person who has something to do."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from review import concerns, dashboard, notifications
from review.enums import State
from review.models.submission import Submission

BACKEND = "django.contrib.auth.backends.ModelBackend"
DAY = "%-d %B %Y"


def digests(now: datetime) -> Iterator[tuple[str, str]]:
    """Yield (address, text) for each reviewer, author and keeper who has something to do today."""
    lines: dict[str, list[str]] = {}
    general = list(_for_every_reviewer(now))
    for person in _people("sign_off"):
        own = [f"To review ({row.change_class.label}): {row.title}" for row in dashboard.waiting_for(person)]
        lines.setdefault(person.email, []).extend([*own, *general])
    authors = Submission.objects.order_by().values("submitted_by")
    for person in get_user_model().objects.filter(is_active=True, pk__in=authors).exclude(email=""):
        back = [row for row in dashboard.of_author(person) if row.state in {State.CHANGES_REQUESTED, State.VOID}]
        lines.setdefault(person.email, []).extend(f"To change and submit again: {row.title}" for row in back)
    ending = [f"Credential: {row}: valid until {row.valid_until:{DAY}}" for row in dashboard.expiring_credentials(now)]
    for person in _people("keep_credentials"):
        lines.setdefault(person.email, []).extend(ending)
    for address, found in lines.items():
        if found:
            yield address, "\n".join(found) + f"\n\n{settings.WAGTAILADMIN_BASE_URL}/admin/review/\n"


def send(
    now: datetime,
    *,
    is_done: Callable[[str], bool] = lambda part: False,
    done: Callable[[str], None] = lambda part: None,
) -> int:
    """Send all digests of the day and return how many went out; an address that cannot be reached stops no other.

    `is_done` and `done`: whom a run that was cut off has told already, by a name that says nothing of the person.
    """
    sent = 0
    for address, text in digests(now):
        part = hashlib.sha256(f"{now.date()} {address}".encode()).hexdigest()[:16]
        if not is_done(part):
            sent += notifications.tell(address, "Medical review: what waits for you", text)
            done(part)
    return sent


def _people(codename: str) -> list[Any]:
    people = get_user_model().objects.with_perm(f"review.{codename}", backend=BACKEND, include_superusers=False)
    return list(people.filter(is_active=True).exclude(email=""))


def _for_every_reviewer(now: datetime) -> Iterator[str]:
    for title, _ in dashboard.rollbacks(now):
        yield f"Rollback that a second reviewer has to agree to: {title}"
    for row in dashboard.second_person():
        yield f"Withdrawn or rolled back by one person, for a second one to look at: {row.base['title']}"
    for late in dashboard.waiting_too_long(now):
        yield f"Waits too long ({late.days} days, {late.allowed} allowed): {late.submission.title}"
    for due in dashboard.due(now, overdue=True):
        yield f"Overdue since {due.standing.due_on:{DAY}}: {due.title}"
    for due in dashboard.due(now, overdue=False):
        yield f"Due on {due.standing.due_on:{DAY}}: {due.title}"
    for concern in concerns.waiting():
        late_already = " (late)" if concern.due_at < now else ""
        yield f"Concern to answer by {concern.due_at:{DAY} %H:%M} UTC{late_already}: {concern.page_title}"
