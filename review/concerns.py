"""What readers have said is unsafe: what waits, and how fast it was answered; reads only."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from review.enums import ConcernState, Harm
from review.models.concern import Concern, Hold


@dataclass(frozen=True)
class Figures:
    """What everybody may know: numbers and hours, nothing of what was said or by whom."""

    open: int
    oldest_hours: int | None
    late: int
    answered: int
    median_hours: float | None
    serious: int
    held: int


def waiting(*, most: int | None = None) -> list[Concern]:
    """Return what nobody has answered, the oldest first; at most so many."""
    return list(Concern.objects.filter(state=ConcernState.OPEN)[:most])


def number_waiting() -> int:
    """Return how many concerns nobody has answered."""
    return Concern.objects.filter(state=ConcernState.OPEN).count()


def figures(now: datetime) -> Figures:
    """Return the clock of the concern channel."""
    still_open = waiting()
    closed = Concern.objects.filter(state=ConcernState.CLOSED).order_by()
    hours = [(end - begin).total_seconds() / 3600 for begin, end in closed.values_list("raised_at", "closed_at") if end]
    return Figures(
        open=len(still_open),
        oldest_hours=int((now - still_open[0].raised_at).total_seconds() // 3600) if still_open else None,
        late=sum(concern.due_at < now for concern in still_open),
        answered=len(hours),
        median_hours=round(median(hours), 1) if hours else None,
        serious=Concern.objects.filter(harm=Harm.SERIOUS).count(),
        held=Hold.objects.filter(lifted_at=None).count(),
    )
