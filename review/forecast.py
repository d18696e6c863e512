"""When reviews will lapse at the pace of the past; pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from review.calendar import add_months


@dataclass(frozen=True)
class Month:
    """One month to come: what falls due, what can be done, what will be late at its end."""

    first: date
    due: int
    done: int
    late: int


def forecast(due: Iterable[date], *, start: date, per_month: float, months: int = 24) -> list[Month]:
    """Return the months to come when reviewers do `per_month` reviews, the most urgent first."""
    waiting = sorted(due)
    first, room, done, result = start.replace(day=1), 0.0, 0, []
    for _ in range(months):
        after = add_months(first, 1)
        room += per_month
        able = min(int(room), len(waiting) - done)
        room -= able
        done += able
        result.append(
            Month(first, sum(first <= day < after for day in waiting), able, sum(day < after for day in waiting[done:]))
        )
        first = after
    return result


def first_lapse(months: Iterable[Month]) -> date | None:
    """Return the first month at whose end a review is late."""
    return next((month.first for month in months if month.late), None)
