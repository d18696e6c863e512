"""What a run ends in. Both evaluators make these values, so that they can be compared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that applies: for certain, or only because something is not known."""

    code: str
    disposition: str
    sure: bool
    conditions: tuple[int, ...]
    """Numbers of the conditions that hold; for a doubtful rule those that may hold."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A module that must not be used now and the blocks that are not excluded."""

    code: str
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that the answers say; words are looked up in the protocol."""

    finished: bool
    stopped: bool
    next: str | None
    asked: tuple[str, ...]
    disposition: str | None
    """None: not finished, and nothing urgent so far; we cannot say that it is safe."""
    within_days: int | None
    review_days: int | None
    fired: tuple[Fired, ...]
    winning: tuple[str, ...]
    specialties: tuple[str, ...]
    could_be: tuple[str, ...]
    shown: tuple[str, ...]
    withheld: tuple[Withheld, ...]
    on: tuple[str, ...]
    """Blocks that are on."""
    true: frozenset[str]
    unknown: frozenset[str]
    settled: frozenset[str]
