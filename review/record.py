"""Events: one for every change of the review."""

from datetime import datetime
from typing import Any

from review import doors
from review.models.evidence import Event

# The one event of a submission that decides nothing.
COMMENTED = "commented"


def record(
    what: str, *, by: Any, now: datetime, page_id: int | None = None, submission_id: int | None = None, **data: Any
) -> Event:
    """Write down what happened; the name stays when the account goes."""
    event = Event(
        at=now,
        what=what,
        page_id=page_id,
        submission_id=submission_id,
        by_id=getattr(by, "pk", None),
        by_name=(by.get_full_name() or by.get_username()) if by else "",
        data=data,
    )
    with doors.open_for():
        event.save()
    return event
