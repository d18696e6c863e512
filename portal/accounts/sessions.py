"""How long a login lasts: shorter for those who decide, and never longer without a sign of life."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from portal.accounts.roles import needs_second_factor

BEGUN, SEEN = "begun", "seen"
# (from login on, without a sign of life)
LIMITS = {True: (timedelta(hours=8), timedelta(minutes=45)), False: (timedelta(hours=12), timedelta(hours=4))}
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


def end(user: Any, *, but: str | None = None) -> int:
    """End the sessions of a person, except one by its key; return how many there were."""
    keys = [
        session.session_key
        for session in Session.objects.iterator()
        if session.session_key != but and session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return Session.objects.filter(session_key__in=keys).delete()[0]
