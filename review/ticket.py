"""What a form of the review screen proves: who saw which text, and that nothing was decided since."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.module_loading import import_string

from review.doors import RefusedError
from review.models.evidence import Event
from review.models.submission import Submission

SALT = "review.ticket"
HOURS = 8


def _facts(submission: Submission, by: Any) -> dict[str, Any]:
    decided = Event.objects.filter(submission_id=submission.pk).count()
    return {"submission": submission.pk, "by": by.pk, "fingerprint": submission.fingerprint, "decided": decided}


def issue(submission: Submission, by: Any) -> str:
    """Return a ticket for one person, one text, at this point of the review."""
    return signing.dumps(_facts(submission, by), salt=SALT)


def check(ticket: str, submission: Submission, by: Any) -> None:
    """Raise when a form is forged, somebody else's, too old, used already, or about another text."""
    try:
        seen = signing.loads(ticket, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature as error:
        raise RefusedError("This form is too old or was not made here; open the review again.") from error
    if seen != _facts(submission, by):
        raise RefusedError("Something was decided since you opened this form; open the review again.")


def check_person(by: Any, *, password: str, code: str = "") -> None:
    """Raise unless the person in front of the screen is the one who is logged in."""
    if not by.check_password(password):
        raise RefusedError("The password is not right; nothing was signed.")
    if settings.REVIEW_SECOND_FACTOR and import_string(settings.REVIEW_SECOND_FACTOR)(by, code) is False:
        raise RefusedError("The second factor is not right; nothing was signed.")
