"""When reviews will lapse at the pace of the past, and what pace would be enough; pure functions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAYS_A_MONTH = 365.25 / 12
# A review is not begun earlier than this before it is due: nobody reads a page in spring that is due in three years.
LEAD_DAYS = 90
HORIZON_DAYS = 3 * 366


@dataclass(frozen=True)
class Hand:
    """One reviewer: signatures a month under whole pages, until the credential ends."""

    per_month: float
    until: date


@dataclass(frozen=True)
class Item:
    """One page: when its review is due, and how many signatures that takes."""

    due: date
    signatures: int = 1


@dataclass(frozen=True)
class Month:
    """One month to come: what falls due, what will be done, what will be late at its end."""

    first: date
    due: int
    done: int
    late: int


@dataclass(frozen=True)
class Forecast:
    """The months in which something happens; the day on which the first review lapses; the pace that would do."""

    months: tuple[Month, ...]
    lapse: date | None
    enough_per_month: float

    @property
    def lapse_month(self) -> date | None:
        """The first of the month in which reviews lapse."""
        return self.lapse.replace(day=1) if self.lapse else None


def forecast(items: Iterable[Item], hands: Sequence[Hand], *, start: date) -> Forecast:
    """Return what the next three years look like, day by day, the most urgent page first."""
    queue = sorted(items, key=lambda item: item.due)
    done: dict[int, date] = {}
    room, place, last = 0.0, 0, start + timedelta(HORIZON_DAYS)
    day = start
    while day <= last and place < len(queue):
        room += sum(hand.per_month for hand in hands if hand.until >= day) / DAYS_A_MONTH
        while place < len(queue) and queue[place].due <= day + timedelta(LEAD_DAYS) and room >= queue[place].signatures:
            room -= queue[place].signatures
            done[place] = day
            place += 1
        if place < len(queue) and queue[place].due > day + timedelta(LEAD_DAYS):
            room = 0.0  # hours in which nothing can be done are not saved up
        day += timedelta(days=1)
    return Forecast(_months(queue, done, start, last), _lapse(queue, done, start, last), _enough(queue, start, last))


def _lapse(queue: Sequence[Item], done: dict[int, date], start: date, last: date) -> date | None:
    """Return the day after which the first review is late; today when one is late already."""
    late = [item.due for place, item in enumerate(queue) if item.due <= last and done.get(place, date.max) > item.due]
    return max(min(late), start) if late else None


def _months(queue: Sequence[Item], done: dict[int, date], start: date, last: date) -> tuple[Month, ...]:
    """Return the months in which something falls due, is done or becomes late."""
    begun = _by_month((item.due for item in queue), start)
    due = _by_month((item.due for item in queue if item.due <= last), start)
    work = _by_month(done.values(), start)
    # A page is late from the month in which it falls due to the one in which it is done.
    settled = _by_month((max(day, queue[place].due) for place, day in done.items()), start)
    found, before, late = [], 0, 0
    month = start.replace(day=1)
    while month <= last:
        after = _after(month)
        late += begun[month] - settled[month]
        if due[month] or work[month] or late != before:
            found.append(Month(month, due[month], work[month], late))
        before, month = late, after
    return tuple(found)


def _by_month(days: Iterable[date], start: date) -> Counter[date]:
    """Return how many of some days are in each month, those before the start in the first one."""
    found: Counter[date] = Counter()
    for day, count in Counter(days).items():
        found[max(day, start).replace(day=1)] += count
    return found


def _after(month: date) -> date:
    """Return the first day of the month after one that begins with a day."""
    return (month + timedelta(days=32)).replace(day=1)


def _enough(queue: Sequence[Item], start: date, last: date) -> float:
    """Return the signatures a month with which nothing would lapse, when all of the time until each due day is used."""
    needed, most = 0, 0.0
    for item in queue:
        if item.due > last:
            break
        needed += item.signatures
        most = max(most, needed / max((item.due - start).days, 1) * DAYS_A_MONTH)
    return most
