"""What a hint is, and what rules are given."""

from dataclasses import dataclass, field

from django.db.models import TextChoices

from articles.quarantine.segments import Piece, Token
from articles.quarantine.vocabulary import Vocabulary


class HintKind(TextChoices):
    """What sort of thing was noticed."""

    WORD = "word", "Unknown word"
    TERM = "term", "Doubtful term"
    TWICE = "twice", "Said twice"
    CUT = "cut", "Cut off"
    LOST = "lost", "A word seems lost"
    NEGATION = "negation", "A “not” may be lost"
    PERSON = "person", "Who is meant?"
    COUNT = "count", "Count does not match"
    VAGUE = "vague", "Vague amount"
    CONDITION = "condition", "Condition or amount missing"
    CONTRADICTION = "contradiction", "Contradicts"
    GRAVE = "grave", "Grave, without help"


@dataclass(frozen=True)
class Hint:
    """Something noticed at a place of a raw text, with the reason in a sentence."""

    kind: HintKind
    why: str
    start: int
    end: int


@dataclass(frozen=True)
class Told:
    """A text as rules see it."""

    pieces: tuple[Piece, ...]
    known: Vocabulary
    others: tuple["Told", ...] = ()
    name: str = field(default="", compare=False)

    def block_of(self, piece: Piece) -> list[Piece]:
        """Return the pieces that stand in the same line, this one included."""
        return [one for one in self.pieces if one.block == piece.block]


def at(kind: HintKind, why: str, tokens: tuple[Token, ...] | list[Token]) -> Hint:
    """Return a hint at some words."""
    return Hint(kind, why, tokens[0].start, tokens[-1].end)


def over(kind: HintKind, why: str, piece: Piece) -> Hint:
    """Return a hint at a whole claim."""
    return Hint(kind, why, piece.start, piece.end)
