"""How far two people who judged the same stories agree: in percent, and beyond chance (Cohen's kappa)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over some pairs of levels; shares run from 0 to 1, kappa from -1 to 1."""

    pairs: int
    same: int
    share: float | None
    """None: nothing was judged twice."""
    kappa: float | None
    """None: nothing was judged twice, or both gave one level throughout, so that chance explains everything."""

    @property
    def percent(self) -> int | None:
        """The share in whole percent."""
        return None if self.share is None else round(100 * self.share)


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """Return how far the first and the second of each pair agree; unweighted, since one step can be a life."""
    total = len(pairs)
    same = sum(first == second for first, second in pairs)
    if not total:
        return Agreement(0, 0, None, None)
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    by_chance = sum(firsts[level] * seconds[level] for level in firsts) / total**2
    share = same / total
    kappa = None if by_chance == 1 else (share - by_chance) / (1 - by_chance)
    return Agreement(total, same, share, kappa)
