"""Statements that are both true until somebody asks which comes first, and lists that belong together."""

import re
from collections.abc import Iterator

from articles.quarantine.hints.kinds import Hint, HintKind, Told, in_short, over
from articles.quarantine.segments import Piece

_BY_ITSELF = r"(?:by (?:itself|themselves)|on (?:its|their) own|without treatment|naturally|spontaneously)"
_SPAN = r"(?:\d+(?:[-–]\d+)?|an?|one|two|three|four|five|six|seven|ten|several|a few|some)\s+(?:day|week|month)s?"
_WAIT = re.compile(
    rf"{_BY_ITSELF}[^.;]{{0,40}}\b{_SPAN}|\b{_SPAN}[^.;]{{0,40}}{_BY_ITSELF}|\bwait (?:for )?{_SPAN}", re.IGNORECASE
)
_AT_ONCE = re.compile(
    r"\b(?:immediately|at once|right away|straight away|without delay|as soon as possible|same day|urgently)\b",
    re.IGNORECASE,
)
_CARE = re.compile(
    r"\b(?:doctor|hospital|medical|clinic|emergency|ambulance|treatment|examin\w+|seen)\b", re.IGNORECASE
)
#: Words that say which of the two comes first.
_RANKED = re.compile(
    r"\b(?:do not wait|don't wait|rather than wait|even if|even when|before then|sooner|unless|except|otherwise"
    r"|instead of waiting|without waiting|whatever)\b",
    re.IGNORECASE,
)
_WHO_GETS_IT = re.compile(
    r"\b(?:due to|because of|caused? (?:by|of)|lead(?:s|ing)? to|will cause|can cause|may cause|causes"
    r"|(?:occurs?|common|seen|found|happens?) (?:mainly |mostly |often )?(?:in|among)|risk|people who|mostly in)\b",
    re.IGNORECASE,
)
FEWEST = 2


def wait_and_hurry(told: Told) -> Iterator[Hint]:
    """It heals by itself within a time, and elsewhere: go at once. Which of the two beats the other is not said."""
    if any(_RANKED.search(piece.text) for piece in told.pieces if _CARE.search(piece.text)):
        return
    urgent = [one for one in told.pieces if _AT_ONCE.search(one.text) and _CARE.search(one.text) and not one.is_heading]
    for piece in told.pieces:
        found = _WAIT.search(piece.text)
        near = [one for one in urgent if _section(told, one) == _section(told, piece)]
        if found and near and piece not in near:
            why = (
                f"To wait is said here (“{found[0]}”), and in the same part to go at once (“{in_short(near[0])}”):"
                " say which comes first."
            )
            yield over(HintKind.CONTRADICTION, why, piece)


def _section(told: Told, piece: Piece) -> int:
    """Return the place of the heading that a piece stands under; 0 before the first."""
    return max((one.start for one in told.pieces if one.is_heading and one.start <= piece.start), default=0)


def scattered_risks(told: Told) -> Iterator[Hint]:
    """Who gets a condition is told in several paragraphs, each with another list."""
    for name in sorted(told.known.conditions):
        met: dict[int, Piece] = {}
        for piece in told.pieces:
            if name in piece.text.lower() and not piece.is_heading and _WHO_GETS_IT.search(piece.text):
                met.setdefault(piece.block, piece)
        if len(met) < FEWEST:
            continue
        for block, piece in met.items():
            other = next(one for number, one in met.items() if number != block)
            why = (
                f"Who gets “{name}”, or from what, is told in {len(met)} places; another is “{in_short(other)}”."
                " These are one list for one condition: put them together."
            )
            yield over(HintKind.CONTRADICTION, why, piece)


RULES = (wait_and_hurry, scattered_risks)
