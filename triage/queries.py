"""Counts as charts: bars of whole numbers, with small ones hidden."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Sum

from triage.models import DayCount, ProtocolVersion

LEAST = 10
"""A number below this could point at a person, so it is not shown."""
DAYS = 28
"""So many days, counted back from the last one with a number, are drawn."""
WIDTH = 320


@dataclass(frozen=True)
class Bar:
    """One number with its bar; None: too small to be shown."""

    label: str
    number: int | None
    width: int = 0

    @property
    def text(self) -> str:
        """The number as it may be shown."""
        return "too few to show" if self.number is None else str(self.number)


@dataclass
class Chart:
    """The numbers of one version of a protocol."""

    protocol: str
    version: str
    released: str
    started: Bar
    finished: Bar
    levels: list[Bar] = field(default_factory=list)
    days: list[Bar] = field(default_factory=list)
    """Checks started on each of the last days, oldest first."""
    reached: list[Bar] = field(default_factory=list)
    left: list[Bar] = field(default_factory=list)


def charts() -> list[Chart]:
    """Return a chart for each version that anybody has used, newest first."""
    sums: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    rows = DayCount.objects.values_list("protocol", "version", "event", "detail").annotate(sum=Sum("count"))
    for protocol, version, event, detail, number in rows:
        sums.setdefault((protocol, version), {})[event, detail] = number
    days = _days()
    released = {row.hash: f"{row.released_at:%Y-%m-%d}" for row in ProtocolVersion.objects.defer("content")}
    made = [_chart(key, numbers, released.get(key[1], ""), days.get(key, {})) for key, numbers in sums.items()]
    return sorted(made, key=lambda chart: (chart.released, chart.protocol), reverse=True)


def _days() -> dict[tuple[str, str], dict[date, int]]:
    """Return for each version how many checks were started on each day."""
    found: dict[tuple[str, str], dict[date, int]] = {}
    rows = DayCount.objects.filter(event=DayCount.STARTED).values_list("protocol", "version", "day", "count")
    for protocol, version, day, number in rows:
        found.setdefault((protocol, version), {})[day] = number
    return found


def _chart(key: tuple[str, str], numbers: dict[tuple[str, str], int], released: str, days: dict[date, int]) -> Chart:
    finished = {detail: number for (event, detail), number in numbers.items() if event == DayCount.FINISHED}
    return Chart(
        protocol=key[0],
        version=key[1],
        released=released,
        started=_bar("Started", numbers.get((DayCount.STARTED, ""), 0), 0),
        finished=_bar("Came to a result", sum(finished.values()), 0),
        levels=_bars(finished.items()),
        days=_line(days),
        reached=_bars((d, n) for (event, d), n in numbers.items() if event == DayCount.REACHED),
        left=_bars((d, n) for (event, d), n in numbers.items() if event == DayCount.LEFT),
    )


def _bars(items: Iterable[tuple[str, int]]) -> list[Bar]:
    return _covered(sorted(items, key=lambda item: -item[1]))


def _line(days: dict[date, int]) -> list[Bar]:
    """Return a bar for every one of the last days, also for those without a start."""
    if not days:
        return []
    last = max(days)
    first = max(min(days), last - timedelta(days=DAYS - 1))
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return _covered([(f"{day:%a} {day.day} {day:%b}", days.get(day, 0)) for day in every])


def _covered(items: list[tuple[str, int]]) -> list[Bar]:
    """Return the bars; a single hidden number could be worked out from the sum, so the next larger one goes too."""
    most = max((number for _, number in items), default=0)
    hidden = {label for label, number in items if number < LEAST}
    if len(hidden) == 1 < len(items):
        hidden.add(min((number, label) for label, number in items if label not in hidden)[1])
    return [Bar(label, None) if label in hidden else _bar(label, number, most) for label, number in items]


def _bar(label: str, number: int, most: int) -> Bar:
    if number < LEAST:
        return Bar(label, None)
    return Bar(label, number, round(WIDTH * number / most) if most else 0)
