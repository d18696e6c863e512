"""The words of a question or a result in two languages, side by side: a walk through the same data twice."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Any

from articles.translations.marked import BLOCK, BLOCK_END, END, INLINE, STALE, STALE_BLOCK, bare
from review.fingerprint import digest
from review.words import readable

# What is shown to readers, by the name it has in the data, and what a reviewer calls it; all else is keys and numbers.
LABELS = {
    "text": "Text", "why": "Why", "help": "Help", "label": "Words", "none_label": "Answer: none of these",
    "unsure_label": "Answer: not sure", "given": "Answer that was given", "lead": "What to do", "title": "Title",
    "action": "What to do", "name": "Who", "does": "What they do", "how_to_reach": "How to reach them",
    "referral": "Referral", "examined": "What is examined", "while_waiting": "While waiting", "summary": "In short",
    "hint": "Hint", "doses": "How much", "preconditions": "Only if", "stop_if": "Stop if", "titles": "Leave alone",
    "reason": "Reason", "doubts": "In doubt", "question": "Question", "answer": "Answer", "because": "Because",
    "on_hold": "On hold", "say": "Until when", "for_this_result": "With this result", "always": "Always",
}  # fmt: skip
_IN_SOURCE = re.compile(f"[{INLINE}{BLOCK}{STALE}{STALE_BLOCK}].*?[{END}{BLOCK_END}]", re.DOTALL)
_LOCKED = re.compile(f"[{STALE}{STALE_BLOCK}]")


@dataclass(frozen=True)
class Pair:
    """One text of the source beside what readers of the other language get."""

    label: str
    source: str
    shown: str

    @cached_property
    def mark(self) -> str:
        """What tells this text and its source from any other."""
        return _mark(self.source, self.shown)

    @property
    def is_translated(self) -> bool:
        """Whether any of it is in the other language: what is wholly in that of the source needs no second reading."""
        return _is_translated(self.shown)

    @property
    def is_locked(self) -> bool:
        """Whether readers get the notice and the source, because the source has changed since."""
        return bool(_LOCKED.search(self.shown))

    @property
    def source_words(self) -> str:
        """The source without markup."""
        return readable(self.source)

    @property
    def words(self) -> str:
        """What readers get, without markup."""
        return readable(bare(self.shown))


# Stories of one protocol show the same texts again and again.
@lru_cache(maxsize=4096)
def _mark(source: str, shown: str) -> str:
    return digest([source, shown])[:20]


@lru_cache(maxsize=4096)
def _is_translated(shown: str) -> bool:
    return bool(_IN_SOURCE.sub("", shown).strip())


@dataclass(frozen=True)
class Card:
    """One part of what readers get: a question, or a part of the result."""

    title: str
    pairs: tuple[Pair, ...]


def card(title: str, source: Any, other: Any) -> Card:
    """Return a part of the check in both languages."""
    return Card(title, tuple(_pairs("", source, other)))


def _pairs(name: str, source: Any, other: Any) -> Iterator[Pair]:
    if isinstance(source, Mapping):
        for key, value in source.items():
            yield from _pairs(key, value, (other or {}).get(key))
    elif isinstance(source, list | tuple):
        for one, beside in zip_longest(source, other or ()):
            yield from _pairs(name, one, beside) if one is not None else _pairs(name, "", beside)
    elif name in LABELS and isinstance(source, str) and (source.strip() or other):
        yield Pair(LABELS[name], source, str(other or ""))
