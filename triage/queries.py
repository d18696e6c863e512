"""Counts as charts: bars of whole numbers, with small ones hidden."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Sum

from triage.models import DayCount, ProtocolVersion

LEAST = 10
"""A number below this could point at a person, so it is not shown."""
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
        return f"fewer than {LEAST}" if self.number is None else str(self.number)


@dataclass
class Chart:
    """The numbers of one version of a protocol."""

    protocol: str
    version: str
    released: str
    started: Bar
    finished: Bar
    levels: list[Bar] = field(default_factory=list)
    reached: list[Bar] = field(default_factory=list)
    left: list[Bar] = field(default_factory=list)


def charts() -> list[Chart]:
    """Return a chart for each version that anybody has used, newest first."""
    sums: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    rows = DayCount.objects.values_list("protocol", "version", "event", "detail").annotate(sum=Sum("count"))
    for protocol, version, event, detail, number in rows:
        sums.setdefault((protocol, version), {})[event, detail] = number
    released = {row.hash: f"{row.released_at:%Y-%m-%d}" for row in ProtocolVersion.objects.defer("content")}
    made = [_chart(key, numbers, released.get(key[1], "")) for key, numbers in sums.items()]
    return sorted(made, key=lambda chart: (chart.released, chart.protocol), reverse=True)


def _chart(key: tuple[str, str], numbers: dict[tuple[str, str], int], released: str) -> Chart:
    finished = {detail: number for (event, detail), number in numbers.items() if event == DayCount.FINISHED}
    return Chart(
        protocol=key[0],
        version=key[1],
        released=released,
        started=_bar("Started", numbers.get((DayCount.STARTED, ""), 0), 0),
        finished=_bar("Came to a result", sum(finished.values()), 0),
        levels=_bars(finished.items()),
        reached=_bars((d, n) for (event, d), n in numbers.items() if event == DayCount.REACHED),
        left=_bars((d, n) for (event, d), n in numbers.items() if event == DayCount.LEFT),
    )


def _bars(items: Iterable[tuple[str, int]]) -> list[Bar]:
    found = sorted(items, key=lambda item: -item[1])
    most = max((number for _, number in found), default=0)
    return [_bar(label, number, most) for label, number in found]


def _bar(label: str, number: int, most: int) -> Bar:
    if number < LEAST:
        return Bar(label, None)
    return Bar(label, number, round(WIDTH * number / most) if most else 0)
