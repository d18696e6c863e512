"""One mail a day to each person who has something to do."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from review import dashboard, notifications

BACKEND = "django.contrib.auth.backends.ModelBackend"


def digests(now: datetime) -> Iterator[tuple[str, str]]:
    """Yield (address, text) for each reviewer and keeper who has something to do today."""
    for person in _people("sign_off"):
        lines = list(_for_reviewer(person, now))
        if lines:
            yield person.email, _text(lines, "/admin/review/")
    ending = [f"{row}: valid until {row.valid_until}" for row in dashboard.expiring_credentials(now)]
    for person in _people("keep_credentials") if ending else ():
        yield person.email, _text(ending, "/admin/review/credentials/")


def send(now: datetime) -> int:
    """Send all digests of the day and return how many."""
    sent = 0
    for address, text in digests(now):
        notifications.tell_each([address], "Medical review: what waits for you", text)
        sent += 1
    return sent


def _people(codename: str) -> list[Any]:
    people = get_user_model().objects.with_perm(f"review.{codename}", backend=BACKEND, include_superusers=False)
    return list(people.filter(is_active=True).exclude(email=""))


def _for_reviewer(person: Any, now: datetime) -> Iterator[str]:
    for row in dashboard.waiting_for(person):
        yield f"To review ({row.change_class.label}): {row.title}"
    for row in dashboard.waiting_too_long(now):
        yield f"Waits too long: {row.title}"
    for due in dashboard.due(now, overdue=True):
        yield f"Overdue since {due.standing.due_on}: {due.title}"
    for concern in dashboard.open_concerns():
        late = " (late)" if concern.due_at < now else ""
        yield f"Concern to answer by {concern.due_at:%d %B %H:%M} UTC{late}: {concern.page_title}"


def _text(lines: list[str], path: str) -> str:
    return "\n".join(lines) + f"\n\n{settings.WAGTAILADMIN_BASE_URL}{path}\n"
