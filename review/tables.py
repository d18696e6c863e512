"""The tables of the dashboard as spreadsheets."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from review import concerns, dashboard, spreadsheet
from review.enums import State
from review.models.submission import Submission
from review.spreadsheet import Row


def _submissions(rows: Iterable[Submission]) -> list[Row]:
    return [(r.title, r.change_class.label, r.submitted_at.date(), r.get_state_display(), r.summary) for r in rows]


def _due(rows: Iterable[dashboard.Due]) -> list[Row]:
    return [(d.title, d.standing.reviewed_on, d.standing.due_on, d.days) for d in rows]


SUBMISSION = ("Page", "Class of change", "Submitted on", "State", "What changed")
DUE = ("Page", "Last reviewed", "Due", "Days")
# name in the address -> (heading row, rows for a person at a time)
TABLES: dict[str, tuple[Row, Callable[[Any, datetime], list[Row]]]] = {
    "waiting": (
        SUBMISSION,
        lambda user, now: _submissions(dashboard.submissions_for(user, dashboard.waiting_for(user))),
    ),
    "in-review": (
        SUBMISSION,
        lambda user, now: _submissions(
            dashboard.submissions_for(user, Submission.objects.filter(state=State.IN_REVIEW))
        ),
    ),
    "too-long": (
        ("Page", "Class of change", "Days", "Days allowed"),
        lambda user, now: [
            (late.submission.title, late.submission.change_class.label, late.days, late.allowed)
            for late in dashboard.late_for(user, now)
        ],
    ),
    "overdue": (DUE, lambda user, now: _due(dashboard.due(now, overdue=True))),
    "due-soon": (DUE, lambda user, now: _due(dashboard.due(now, overdue=False))),
    "load": (
        ("Person", "Submitted in six months", "Signed in six months", "Waiting now"),
        lambda user, now: [(one.name, one.submitted, one.signed, one.waiting) for one in dashboard.load(now)],
    ),
    "credentials": (
        ("Name", "Body", "Number", "Valid until"),
        lambda user, now: [(c.name, c.body, c.number, c.valid_until) for c in dashboard.expiring_credentials(now)],
    ),
    "forecast": (
        ("Month", "Falls due", "Will be done", "Late at its end"),
        lambda user, now: [(f"{m.first:%Y-%m}", m.due, m.done, m.late) for m in dashboard.capacity(now)[1].months],
    ),
    "concerns": (
        ("Page", "Raised", "Answer by", "Text"),
        lambda user, now: [(c.page_title, c.raised_at, c.due_at, c.text) for c in concerns.waiting()],
    ),
}


def as_csv(name: str, user: Any, now: datetime) -> str:
    """Return one table as CSV in which no cell is a formula; KeyError for a table that does not exist."""
    heading, rows = TABLES[name]
    return spreadsheet.as_csv(heading, rows(user, now))
