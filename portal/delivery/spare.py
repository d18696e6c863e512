"""Whether the processors of this machine have time to spare: what nobody waits for is done then.

The lowest priority is not enough. A process that has it still holds a processor for whole milliseconds, and moves those
who answer readers onto the other one: beside a print, the slowest answers of a machine at full load took three times
as long as without. So nothing of that kind begins while readers take the whole machine, until it has waited too long.
"""

import time
from collections.abc import Callable
from pathlib import Path

STAT = Path("/proc/stat")
# The share of all processors that has to be free.
FREE = 0.2
LOOK_SECONDS = 0.5
# After so long without a look, what was seen before is of no use.
PAUSE = 10.0
# So long something waits at most; a machine that is always at its limit does it all the same.
PATIENCE = 600.0
IDLE, WAITING = 3, 4


def _ticks() -> tuple[int, int]:
    """Return how long the processors had nothing to do, and how long they have been there, in one unit."""
    with STAT.open() as file:
        figures = [int(one) for one in file.readline().split()[1:9]]
    return figures[IDLE] + figures[WAITING], sum(figures)


class Spare:
    """Looks at the machine again and again; says whether there is time for what nobody waits for."""

    def __init__(self, patience: float = PATIENCE, clock: Callable[[], float] = time.monotonic) -> None:
        self.patience, self.clock = patience, clock
        self._before: tuple[int, int] | None = None
        self._looked_at = self._since = clock()
        self._is_free = False

    def is_there(self) -> bool:
        """Return whether there was time lately, or none for too long; True on a system that does not say.

        The first look, and one after a pause, can only begin to find out.
        """
        now = self.clock()
        if now - self._looked_at > PAUSE:
            self._before, self._since, self._is_free = None, now, False
        if self._before is None or now - self._looked_at >= LOOK_SECONDS:
            self._look(now)
        return self._is_free or now - self._since >= self.patience

    def _look(self, now: float) -> None:
        try:
            idle, total = _ticks()
        except (OSError, ValueError, IndexError):
            self._is_free = True
            return
        before, self._before, self._looked_at = self._before, (idle, total), now
        if before is not None and total > before[1]:
            self._is_free = (idle - before[0]) / (total - before[1]) >= FREE
        if self._is_free:
            self._since = now

    def wait(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Return once there is time, as others leave it: what this process used itself before does not count."""
        self._before, self._is_free = None, False
        while not self.is_there():
            sleep(LOOK_SECONDS)
