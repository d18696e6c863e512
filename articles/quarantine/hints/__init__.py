"""What the machine notices in a raw text. It only hints, and says why; people decide.

Every rule is one of language, or compares with what the portal knows (`articles.quarantine.vocabulary`). None knows a
text: no rule may name a passage, and `docs/quarantine.md` says how well they do on texts that they were not made for.
"""

from collections.abc import Callable, Iterator, Sequence

from articles.quarantine.hints.amounts import RULES as AMOUNTS
from articles.quarantine.hints.broken import RULES as BROKEN
from articles.quarantine.hints.grammar import RULES as GRAMMAR
from articles.quarantine.hints.kinds import Hint, HintKind, Told
from articles.quarantine.hints.lost import RULES as LOST
from articles.quarantine.hints.precedence import RULES as PRECEDENCE
from articles.quarantine.hints.relief import RULES as RELIEF
from articles.quarantine.hints.repeats import RULES as REPEATS
from articles.quarantine.hints.terms import RULES as TERMS
from articles.quarantine.segments import Piece
from articles.quarantine.vocabulary import Vocabulary

__all__ = ["Hint", "HintKind", "Told", "hints"]

RULES: tuple[Callable[[Told], Iterator[Hint]], ...] = (
    *TERMS, *REPEATS, *BROKEN, *LOST, *GRAMMAR, *AMOUNTS, *RELIEF, *PRECEDENCE,
)  # fmt: skip


def hints(pieces: Sequence[Piece], known: Vocabulary, others: Sequence[Told] = ()) -> list[Hint]:
    """Return what is noticed in a text, in its order; `others` are texts whose claims it is compared with."""
    told = Told(tuple(pieces), known, tuple(others))
    found = {hint for rule in RULES for hint in rule(told)}
    return sorted(found, key=lambda hint: (hint.start, hint.end, hint.kind, hint.why))
