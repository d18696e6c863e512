"""How much of a text whose faults are known the hints find, and how often they are wrong; pure, figures only."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.quarantine.hints import Hint, HintKind
from articles.quarantine.segments import Piece

_MARKED = re.compile(r"\[\[(?P<code>\w+)\|(?P<words>.*?)\]\]", re.DOTALL)
_WORD = re.compile(r"\w+")

Span = tuple[int, int]
#: Kinds that say nothing of the wording: a passage that only one of these touches is not found to be garbled.
OF_THE_ADVICE = frozenset({HintKind.VAGUE, HintKind.CONDITION, HintKind.CONTRADICTION})
#: Kinds that say that two statements do not go together.
OF_TWO = frozenset({HintKind.CONTRADICTION, HintKind.COUNT})


@dataclass(frozen=True)
class Score:
    """What was found of what is known, and what was hinted besides."""

    words: int
    known: tuple[str, ...]
    found: tuple[str, ...]
    false: tuple[Hint, ...]
    """Hints on pieces in which nobody found a fault."""
    hints: int

    @property
    def missed(self) -> list[str]:
        """What is known and not found."""
        return [code for code in self.known if code not in self.found]

    @property
    def false_in_a_hundred(self) -> float:
        """False alarms in a hundred words."""
        return 100 * len(self.false) / self.words if self.words else 0.0


def together(scores: Iterable[Score]) -> Score:
    """Return the score of several texts as one."""
    some = list(scores)
    return Score(
        sum(one.words for one in some), tuple(code for one in some for code in one.known),
        tuple(code for one in some for code in one.found), tuple(hint for one in some for hint in one.false),
        sum(one.hints for one in some),
    )  # fmt: skip


def unmarked(text: str) -> tuple[str, dict[str, list[Span]]]:
    """Return a text without its marks `[[code|passage]]`, and where each passage stands in it."""
    plain: list[str] = []
    found: dict[str, list[Span]] = {}
    end = length = 0
    for mark in _MARKED.finditer(text):
        plain += [text[end : mark.start()], mark["words"]]
        length += mark.start() - end
        found.setdefault(mark["code"], []).append((length, length + len(mark["words"])))
        length += len(mark["words"])
        end = mark.end()
    return "".join([*plain, text[end:]]), found


def span_of(text: str, first: str, last: str) -> Span:
    """Return the place from some first words to the next last words; raise ValueError when there is none."""
    start = text.index(first)
    return start, max(text.index(last, start) + len(last), start + len(first))


def meet(one: Span, other: Span) -> bool:
    """Whether two places share a character."""
    return one[0] < other[1] and other[0] < one[1]


def score(
    text: str,
    pieces: Sequence[Piece],
    hints: Sequence[Hint],
    faults: Mapping[str, Sequence[Span]],
    judged: Sequence[Span] = (),
) -> Score:
    """Return how hints do on a text: a fault is found when a hint about the wording touches its place.

    A hint of whatever kind is a false alarm when the piece that it stands in holds no known fault, and nothing that a
    person has judged faulty (`judged`). Two hints of a kind on one piece are one alarm.
    """
    known = [span for spans in faults.values() for span in spans] + list(judged)
    counted = [(hint.start, hint.end) for hint in hints if hint.kind not in OF_THE_ADVICE]
    found = tuple(code for code, spans in faults.items() if any(meet(one, span) for one in counted for span in spans))
    false: dict[tuple[str, int], Hint] = {}
    for hint in hints:
        around = [(p.start, p.end) for p in pieces if meet((p.start, p.end), (hint.start, hint.end))]
        if not any(meet(piece, span) for piece in around for span in known):
            false.setdefault((hint.kind, around[0][0]), hint)
    return Score(len(_WORD.findall(text)), tuple(faults), found, tuple(false.values()), len(hints))


@dataclass(frozen=True)
class Placed:
    """Where the statements of a text stand in its ledger."""

    whole: tuple[str, ...]
    """Statements of which every character stands in a claim."""
    missing: tuple[str, ...]
    """Statements of which some character stands in none."""
    alone: tuple[str, ...]
    """Statements with a claim that holds no other of them: fine enough to be judged by themselves."""


def placed(text: str, pieces: Sequence[Piece], statements: Mapping[str, Sequence[Span]]) -> Placed:
    """Return how a ledger holds statements whose places are known."""
    inside = {place for piece in pieces for place in range(piece.start, piece.end)}
    whole: list[str] = []
    missing: list[str] = []
    alone: list[str] = []
    for code, spans in statements.items():
        characters = {n for low, high in spans for n in range(low, high) if _WORD.match(text[n])}
        (whole if characters <= inside else missing).append(code)
        own = [piece for piece in pieces if any(meet((piece.start, piece.end), span) for span in spans)]
        others = [span for other, some in statements.items() if other != code for span in some]
        if any(not any(meet((piece.start, piece.end), span) for span in others) for piece in own):
            alone.append(code)
    return Placed(tuple(whole), tuple(missing), tuple(alone))
