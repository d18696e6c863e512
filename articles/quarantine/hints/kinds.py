"""What a hint is, and what rules are given."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import TextChoices

from articles.quarantine.segments import Piece, Token
from articles.quarantine.vocabulary import Vocabulary

QUOTED = 90
"""How many characters of another claim a hint quotes."""


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

    @cached_property
    def _blocks(self) -> dict[int, list[Piece]]:
        found: dict[int, list[Piece]] = {}
        for piece in self.pieces:
            found.setdefault(piece.block, []).append(piece)
        return found

    @cached_property
    def _words_of_blocks(self) -> dict[int, str]:
        return {}

    def block_of(self, piece: Piece) -> list[Piece]:
        """Return the pieces that stand in the same line, this one included."""
        return self._blocks[piece.block]

    def words_around(self, piece: Piece) -> str:
        """Return the words of that line."""
        if piece.block not in self._words_of_blocks:
            self._words_of_blocks[piece.block] = " ".join(one.text for one in self.block_of(piece))
        return self._words_of_blocks[piece.block]


def in_short(piece: Piece) -> str:
    """Return the words of a claim, cut after a word where they are many, as a hint quotes them."""
    return piece.text if len(piece.text) <= QUOTED else f"{piece.text[:QUOTED].rsplit(' ', 1)[0]} …"


def at(kind: HintKind, why: str, tokens: tuple[Token, ...] | list[Token]) -> Hint:
    """Return a hint at some words."""
    return Hint(kind, why, tokens[0].start, tokens[-1].end)


def over(kind: HintKind, why: str, piece: Piece) -> Hint:
    """Return a hint at a whole claim."""
    return Hint(kind, why, piece.start, piece.end)
