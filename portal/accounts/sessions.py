"""How long a login lasts: shorter for those who decide, and never longer without a sign of life."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.roles import needs_second_factor

BEGUN, SEEN = "begun", "seen"
# (from login on, without a sign of life)
LIMITS = {True: (timedelta(hours=8), timedelta(minutes=45)), False: (timedelta(hours=12), timedelta(hours=4))}
HOUR = timedelta(hours=1)
NOTED_EVERY = timedelta(minutes=5)
# The editor asks by itself who else is there: that is no sign of life.
BY_ITSELF = "/editing-sessions/"


def is_over(request: HttpRequest, user: Any, now: float) -> bool:
    """Whether a session has come to its end; notes a sign of life when it has not."""
    begun, seen = request.session.setdefault(BEGUN, now), request.session.setdefault(SEEN, now)
    whole, quiet = LIMITS[needs_second_factor(user)]
    if now - begun > whole.total_seconds() or now - seen > quiet.total_seconds():
        return True
    if now - seen > NOTED_EVERY.total_seconds() and BY_ITSELF not in request.path:
        request.session[SEEN] = now
    return False


def why_over(user: Any) -> str:
    """Say why a person has to sign in again."""
    whole, quiet = LIMITS[needs_second_factor(user)]
    rest = f"{quiet // timedelta(minutes=1)} minutes" if quiet < timedelta(hours=1) else f"{quiet // HOUR} hours"
    return (
        f"You were signed out: that happens after {rest} without doing anything, and after {whole // HOUR} hours in "
        "any case. What you saved is there; sign in to go on."
    )


@dataclass(frozen=True)
class SignedIn:
    """One place where a person is signed in."""

    key: str
    begun: datetime | None
    seen: datetime | None


def of(user: Any) -> list[SignedIn]:
    """Return where a person is signed in, the latest sign of life first."""
    found = []
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(user.pk):
            found.append(SignedIn(str(session.session_key), _moment(data.get(BEGUN)), _moment(data.get(SEEN))))
    return sorted(found, key=lambda one: one.seen.timestamp() if one.seen else 0, reverse=True)


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def end(user: Any, *, but: str | None = None) -> int:
    """End the sessions of a person, except one by its key; return how many there were."""
    keys = [one.key for one in of(user) if one.key != but]
    return Session.objects.filter(session_key__in=keys).delete()[0]
