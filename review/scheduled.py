"""Releases what was signed for a later time: asked for by the worker, by cron, by anybody; each text goes out once."""

from datetime import datetime

from django.core.exceptions import PermissionDenied

from review.actions import releasing
from review.enums import State

Refused = list[tuple[str, str]]


def release_due(now: datetime) -> tuple[list[str], Refused]:
    """Release every text whose time has come; return the titles, and what was refused with the reason.

    Each in a transaction of its own, together with its time being taken away: a run that is cut off anywhere leaves
    the rest due, and one that is refused never stops the next.
    """
    released: list[str] = []
    refused: Refused = []
    for submission, by in list(releasing.due_submissions(now)):
        try:
            releasing.release(submission=submission, by=by, now=now)
            released.append(submission.title)
        except PermissionDenied as why:
            submission.refresh_from_db()
            if submission.state != State.RELEASED:  # another scheduler was faster
                refused.append((submission.title, str(why)))
    return released, refused
