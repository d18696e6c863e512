"""The figures: each is a table of whole numbers with a name for every row and column; drawings are made from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count
from django.utils.formats import date_format

from articles.enums import Disposition
from review.enums import PublicState
from review.models.submission import Standing
from triage import queries
from triage.models import ProtocolVersion

# The present one, and a year: most reviews fall due a year after the last.
MONTHS = 13
RELEASES = 12
LEVELS = dict(Disposition.choices)
# Of a table of accuracy: key in the public figures, heading. The last is what must not happen.
VERDICTS = (
    ("right", "Right"),
    ("acceptable", "Acceptable"),
    ("too_cautious", "Too cautious"),
    ("too_risky", "Too risky"),
)


@dataclass(frozen=True)
class Figure:
    """A table: rows of (name, numbers), a number for each column; None stands for one that is not shown."""

    key: str
    title: str
    about: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]

    @property
    def heading(self) -> tuple[str, ...]:
        """The headings of the table, that of the names first."""
        return (self.first, *self.columns)

    @property
    def cells(self) -> list[tuple[Any, ...]]:
        """The rows of a file; a number that is not shown says so."""
        return [(name, *("too few to show" if one is None else one for one in numbers)) for name, numbers in self.rows]


def due_by_month(today: date) -> Figure:
    """Return how many reviews of public pages are late, and how many fall due in each of the coming months."""
    rows = Standing.objects.filter(state=PublicState.RELEASED).order_by().values_list("due_on")
    start = today.replace(day=1)
    months = [start]
    while len(months) < MONTHS:
        months.append((months[-1] + timedelta(days=32)).replace(day=1))
    late, later, found = 0, 0, dict.fromkeys(months, 0)
    for day, number in rows.annotate(number=Count("*")):
        if day < today:
            late += number
        elif (month := day.replace(day=1)) in found:
            found[month] += number
        else:
            later += number
    named = [(date_format(month, "M Y"), (number,)) for month, number in found.items()]
    about = "Each public page is read again against its sources by the day on which its review falls due."
    return Figure("due", "Reviews due by month", about, "Month", ("Reviews",),
                  (("Late", (late,)), *named, ("Later", (later,))))  # fmt: skip


def results_by_level(today: date) -> Figure:
    """Return how often each release of a check came to each level; small numbers stay hidden."""
    found = []
    for chart in queries.charts(queries.versions()[:RELEASES]):
        numbers = {bar.label: bar.number for bar in chart.levels}
        name = f"{chart.protocol}, released {chart.released or 'earlier'}"
        if numbers:
            found.append((name, tuple(numbers.get(level, 0) for level in LEVELS)))
    about = f"Finished checks, counted without anybody's answers. A number below {queries.LEAST} is not shown."
    return Figure("results", "Results by level", about, "Check", tuple(LEVELS.values()), tuple(found))


def accuracy_by_release(today: date) -> Figure:
    """Return how right each of the last releases of a check was on its patient stories, the latest first."""
    rows = ProtocolVersion.objects.order_by("-released_at", "-pk").values_list("hash", "key", "released_at")
    found = []
    for version, key, at in rows[:RELEASES]:
        if tally := _tally(version):
            found.append((f"{key}, {date_format(at, 'j M Y')}", tally))
    about = "Stories that count: written by nobody who wrote the check. “Too risky” must be nought."
    return Figure(
        "accuracy", "Accuracy by release", about, "Release", tuple(name for _, name in VERDICTS), tuple(found)
    )


@lru_cache(maxsize=256)
def _tally(version: str) -> tuple[int, ...]:
    """Return the sums that were published with a release; it is never changed, so they are read once."""
    found = ProtocolVersion.objects.get(hash=version).document.get("accuracy")
    return tuple(found["total"][key] for key, _ in VERDICTS) if found else ()


FIGURES: dict[str, Callable[[date], Figure]] = {
    "due": due_by_month,
    "results": results_by_level,
    "accuracy": accuracy_by_release,
}
