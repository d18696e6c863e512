"""What a form of the review screen proves: who saw which text, that nothing was decided since, and who sits there."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.utils.module_loading import import_string

from review.doors import RefusedError
from review.models.evidence import Event
from review.models.submission import Submission
from review.record import COMMENTED, record

SALT = "review.ticket"
HOURS = 8
REFUSED = "signing refused"
# A guesser who goes from page to page is stopped after this many times the tries for one page.
PAGES = 3

logger = logging.getLogger(__name__)


def _facts(submission: Submission, by: Any) -> dict[str, Any]:
    decided = Event.objects.filter(submission_id=submission.pk).exclude(what=COMMENTED).count()
    return {"submission": submission.pk, "by": by.pk, "fingerprint": submission.fingerprint, "decided": decided}


def issue(submission: Submission, by: Any) -> str:
    """Return a ticket for one person, one text, at this point of the review."""
    return signing.dumps(_facts(submission, by), salt=SALT)


def check(ticket: str, submission: Submission, by: Any) -> None:
    """Raise when a form is forged, somebody else's, too old, used already, or about another text."""
    try:
        seen = signing.loads(ticket, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature as error:
        raise RefusedError("This form is too old or was not made here. Look at the text again, then decide.") from error
    if seen != _facts(submission, by):
        raise RefusedError(
            "Something was decided since you opened this form. Look again at what happened, then decide."
        )


def has_second_factor(by: Any) -> bool:
    """Return whether an account has set up a second factor; asked with an empty code."""
    return bool(settings.REVIEW_SECOND_FACTOR) and import_string(settings.REVIEW_SECOND_FACTOR)(by, "") is not None


def check_person(submission: Submission, by: Any, *, now: datetime, password: str, code: str = "") -> None:
    """Raise unless the person in front of the screen is the one who is logged in; guesses are counted and limited.

    Counted in the database, for one account: nobody can lock out somebody else, whatever process answers.
    """
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=by.pk)
        _check_not_guessing(submission, by, now)
        fault = _fault(by, password, code)
        if fault:
            record(REFUSED, by=by, now=now, page_id=submission.page_id, submission=submission.pk, fault=fault)
    if fault:
        logger.warning("Signing refused: account %s, page %s: %s is wrong.", by.pk, submission.page_id, fault)
        left = _left(submission, by, now)
        tries = f"{left} more {'try' if left == 1 else 'tries'}" if left else "no more tries for now"
        raise RefusedError(f"Your {fault} is not right. Nothing was signed. You have {tries}.")


def _fault(by: Any, password: str, code: str) -> str:
    """Return what is wrong; empty when this is the person."""
    if not by.check_password(password):
        return "password"
    if settings.REVIEW_SECOND_FACTOR and import_string(settings.REVIEW_SECOND_FACTOR)(by, code) not in {True, None}:
        return "second factor"
    return ""


def _left(submission: Submission, by: Any, now: datetime) -> int:
    """Return how many wrong tries an account has left, for one page and over all pages."""
    since = now - timedelta(minutes=settings.REVIEW_SIGNING_PAUSE_MINUTES)
    wrong = Event.objects.filter(what=REFUSED, by_id=by.pk, at__gt=since)
    here = settings.REVIEW_SIGNING_TRIES - wrong.filter(page_id=submission.page_id).count()
    return max(0, min(here, PAGES * settings.REVIEW_SIGNING_TRIES - wrong.count()))


def _check_not_guessing(submission: Submission, by: Any, now: datetime) -> None:
    if _left(submission, by, now):
        return
    logger.warning("Signing blocked after wrong tries: account %s, page %s.", by.pk, submission.page_id)
    raise RefusedError(
        f"Too many wrong tries. Wait {settings.REVIEW_SIGNING_PAUSE_MINUTES} minutes, then sign. Nothing was signed."
    )
