"""Counts as charts: bars of whole numbers, with small ones hidden."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

from triage.models import CountSum, DayCount, ProtocolVersion

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


@dataclass(frozen=True)
class Version:
    """A version of a protocol that somebody has used."""

    released: str
    protocol: str
    hash: str

    @property
    def fits(self) -> Q:
        """What finds its numbers."""
        return Q(protocol=self.protocol, version=self.hash)


def versions() -> list[Version]:
    """Return every version that anybody has used, newest first."""
    used = CountSum.objects.values_list("protocol", "version").distinct()
    released = {row.hash: f"{row.released_at:%Y-%m-%d}" for row in ProtocolVersion.objects.defer("content")}
    found = [Version(released.get(version, ""), protocol, version) for protocol, version in used]
    return sorted(found, key=lambda one: (one.released, one.protocol, one.hash), reverse=True)


def charts(of: Sequence[Version]) -> list[Chart]:
    """Return a chart for each of some versions."""
    sums: dict[tuple[str, str], list[CountSum]] = {(one.protocol, one.hash): [] for one in of}
    for row in CountSum.objects.filter(_any(one.fits for one in of)):
        sums[row.protocol, row.version].append(row)
    days = _days([row for rows in sums.values() for row in rows if row.event == DayCount.STARTED])
    return [_chart(one, sums[one.protocol, one.hash], days.get((one.protocol, one.hash), [])) for one in of]


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def _days(started: list[CountSum]) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """Return for each version how many checks were started on each of its last days, also on those without one."""
    first = {
        (row.protocol, row.version): max(row.first_day, row.last_day - timedelta(days=DAYS - 1)) for row in started
    }
    since = [Q(protocol=protocol, version=version, day__gte=day) for (protocol, version), day in first.items()]
    rows = DayCount.objects.filter(_any(since), event=DayCount.STARTED, detail="")
    numbers = {(row.protocol, row.version, row.day): row.count for row in rows}
    found = {}
    for row in started:
        of = (row.protocol, row.version)
        days = [first[of] + timedelta(days=number) for number in range((row.last_day - first[of]).days + 1)]
        found[of] = [(f"{day:%a} {day.day} {day:%b}", numbers.get((*of, day), 0)) for day in days]
    return found


def _chart(one: Version, sums: list[CountSum], days: list[tuple[str, int]]) -> Chart:
    numbers = {(row.event, row.detail): row.count for row in sums}
    finished = {detail: number for (event, detail), number in numbers.items() if event == DayCount.FINISHED}
    return Chart(
        protocol=one.protocol,
        version=one.hash,
        released=one.released,
        started=_bar("Started", numbers.get((DayCount.STARTED, ""), 0), 0),
        finished=_bar("Came to a result", sum(finished.values()), 0),
        levels=_bars(finished.items()),
        days=_covered(days),
        reached=_bars((d, n) for (event, d), n in numbers.items() if event == DayCount.REACHED),
        left=_bars((d, n) for (event, d), n in numbers.items() if event == DayCount.LEFT),
    )


def _bars(items: Iterable[tuple[str, int]]) -> list[Bar]:
    return _covered(sorted(items, key=lambda item: -item[1]))


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
