"""How hard a text is to read; pure functions.

The reading age is the Flesch-Kincaid grade plus five years (Kincaid et al. 1975, Research Branch Report 8-75).
"""

import html
import re
from dataclasses import dataclass
from functools import cache

import pyphen

URGENT_SENTENCE_WORDS = 20
GRADE_TO_AGE = 5

_TAG = re.compile(r"<[^>]+>")
_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|div)>", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?…:;])\s+|\n+")
_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*|\d[\d.,–-]*")


@dataclass(frozen=True)
class Reading:
    """Figures of one text: counts, and the reading age in years (None below 30 words: too short to tell)."""

    words: int
    sentences: int
    age: float | None


def plain(text: str) -> str:
    """Return rich text as lines without markup."""
    return html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", text))).strip()


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a colon, semicolon or new line ends one too."""
    return [part.strip() for part in _SENTENCE_END.split(plain(text)) if _WORD.search(part)]


def words(text: str) -> list[str]:
    """Return the words of a text, numbers included."""
    return _WORD.findall(text)


def long_sentences(text: str, limit: int = URGENT_SENTENCE_WORDS) -> list[str]:
    """Return the sentences with more than `limit` words."""
    return [sentence for sentence in sentences(text) if len(words(sentence)) > limit]


def measure(text: str) -> Reading:
    """Return word and sentence counts and the reading age."""
    parts = sentences(text)
    found = [word for part in parts for word in words(part)]
    if len(found) < 30:  # noqa: PLR2004  # fewer words say nothing about a text
        return Reading(len(found), len(parts), None)
    syllables = sum(_syllables(word.lower()) for word in found)
    grade = 0.39 * len(found) / len(parts) + 11.8 * syllables / len(found) - 15.59
    return Reading(len(found), len(parts), round(max(grade, 0) + GRADE_TO_AGE, 1))


@cache
def _dictionary() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_GB")


@cache
def _syllables(word: str) -> int:
    """Return the larger of two estimates: hyphenation points miss some, vowel groups miss others."""
    hyphenated = len(_dictionary().positions(word)) + 1
    groups = len(re.findall(r"[aeiouy]+", word.removesuffix("e") if not word.endswith("le") else word))
    return max(hyphenated, groups, 1)
