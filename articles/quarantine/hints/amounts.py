"""Advice with an amount that nobody can measure."""

import re
from collections.abc import Iterator

from articles.quarantine.hints.kinds import Hint, HintKind, Told
from articles.quarantine.lexicon import GRAMMAR, can_be_verb
from articles.quarantine.segments import Piece

_VAGUE = re.compile(
    r"\b(?:frequent(?:ly)?|regularly|moderate(?:ly)?|excessive(?:ly)?|appropriate(?:ly)?|properly|proper amount"
    r"|a few (?:minutes|times|days|hours)|for a (?:while|long time|short time)|(?:too|very) (?:large|long|much|big)"
    r"|large amounts?|a certain \w+|more often|repeatedly|a lot)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:should|must|have to|has to|avoid|it is best|need to|try to|you can|can also|may also help|be sure|please"
    r"|never|if you|do not|don't)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|ten|fifteen|twenty|half|twice|once) \w+")


def is_advice(piece: Piece) -> bool:
    """Whether a sentence tells somebody what to do, in so many words or by beginning with a verb."""
    if piece.is_heading:
        return False
    words = piece.words
    begins = bool(words) and words[0] not in GRAMMAR and not words[0].endswith(("ing", "s")) and can_be_verb(words[0])
    return bool(_ADVICE.search(piece.text)) or begins


def vague(told: Told) -> Iterator[Hint]:
    """An amount in a piece of advice that has no number anywhere."""
    for piece in told.pieces:
        found = _VAGUE.search(piece.text)
        if found and is_advice(piece) and not _NUMBER.search(piece.text):
            why = f"“{found[0]}” is no amount that a reader can measure: how much, how long or how often?"
            yield Hint(HintKind.VAGUE, why, piece.start + found.start(), piece.start + found.end())


RULES = (vague,)
