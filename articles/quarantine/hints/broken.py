"""Sentences that end before they say anything, and lists that are not as long as was promised."""

import re
from collections.abc import Iterator

from articles.quarantine.hints.kinds import Hint, HintKind, Told, over
from articles.quarantine.lexicon import AUXILIARIES, DETERMINERS, can_be_verb
from articles.quarantine.segments import Piece

#: No sentence ends in one of these.
_OPEN = (DETERMINERS - {"this", "that", "his", "hers", "both", "either", "these", "those", "each", "one", "no", "any",
                        "some", "its", "her"}) | frozenset(
    "of from with into onto and or but because although if unless than as while whose which such especially".split()
)  # fmt: skip
_JOINING = frozenset("or and but because although which whose nor".split())
_COUNTED = (
    "reason cause factor method way technique step type kind form symptom sign exercise movement tip treatment stage"
    " point precaution thing group problem rule area part"
).split()
_NUMBERS = {word: n for n, word in enumerate("two three four five six seven eight nine ten".split(), 2)}
_COUNT = re.compile(
    rf"\b(?P<number>\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(?:[a-z]+\s+){{0,3}}?(?P<what>{'|'.join(_COUNTED)})s?\b",
    re.IGNORECASE,
)
#: A number that points back at what was named already.
_BACK = re.compile(r"\b(?:these|those|both|other|last|first|next)\s+$", re.IGNORECASE)
_MORE = r"\bthe (?:more|less|\w+er)\b"
_PAIRS = tuple(
    (re.compile(first), re.compile(second, re.DOTALL))
    for first, second in (
        (r"(?<!, )\bnot only\b", r"\bbut\b|\balso\b"),
        (r"(?<!and )(?<!^)\bneither\b(?! of)", r"\bnor\b"),
        (r"\bthe more\b", rf"{_MORE}.*{_MORE}"),
    )
)
LONE = 2
FRAGMENT = 5
NEAR_BLOCKS = 4


def verbless(told: Told) -> Iterator[Hint]:
    """A sentence of a paragraph without any word that could be its verb."""
    for piece in told.pieces:
        words = piece.words
        if piece.is_heading or not words or any(can_be_verb(word) for word in words):
            continue
        named = piece.first and (piece.item or piece.text.rstrip().endswith(":"))
        if named or piece.text.rstrip().endswith("?") or "," in piece.text or any(c.isdigit() for c in piece.text):
            continue
        joined, lone, long = words[0] in _JOINING, len(words) < LONE, len(words) >= FRAGMENT
        if joined or (lone and not piece.first) or long:
            yield over(
                HintKind.CUT, "This has no verb: the sentence it belongs to may be broken in two, or cut off.", piece
            )


def cut_off(told: Told) -> Iterator[Hint]:
    """A sentence that ends in a word which opens something."""
    for piece in told.pieces:
        words = piece.words
        if len(words) > LONE and words[-1] in _OPEN and not piece.text.rstrip().endswith(":"):
            yield over(HintKind.CUT, f"The sentence ends in “{words[-1]}”, so something must have followed.", piece)


def no_end(told: Told) -> Iterator[Hint]:
    """A sentence inside a block that stops without a full stop, though another one follows."""
    for piece in told.pieces:
        block = told.block_of(piece)
        last = piece.text.rstrip()[-1:]
        if not piece.is_heading and piece is not block[-1] and last.isalnum():
            yield over(HintKind.CUT, "The sentence stops without an end, and the next begins at once.", piece)


def half_of_a_pair(told: Told) -> Iterator[Hint]:
    """Words that come in pairs, with one of them missing."""
    for piece in told.pieces:
        low = piece.text.lower()
        for first, second in _PAIRS:
            begun = first.search(low)
            if begun and not second.search(low) and len(piece.tokens) > LONE:
                why = f"“{begun[0]}” needs its second part: one half of a pair is lost."
                yield over(HintKind.CUT, why, piece)


def no_main_clause(told: Told) -> Iterator[Hint]:
    """A sentence that only says when or if."""
    for piece in told.pieces:
        words = piece.words
        begins = words[:1] and words[0] in {"if", "when", "although", "because", "since"}
        if not begins or piece.is_heading or piece.text.rstrip().endswith("?") or "," in piece.text:
            continue
        verbs = [word for word in words if word in AUXILIARIES or can_be_verb(word)]
        if len(verbs) <= 1:
            yield over(HintKind.CUT, f"It says “{words[0]} …” and then nothing that follows from it.", piece)


def counts(told: Told) -> Iterator[Hint]:
    """A number of reasons, methods or steps is promised, and the list that follows has another."""
    for place, piece in enumerate(told.pieces):
        for found in _COUNT.finditer(piece.text):
            if _BACK.search(piece.text[: found.start()]):
                continue
            number = found["number"].lower()
            promised = _NUMBERS.get(number) or int(number)
            what, listed = found["what"].lower(), _list_after(told.pieces, place, found["what"].lower())
            if listed and listed != promised and promised > 1:
                why = f"{promised} {what}s are announced, and the list that follows has {listed}."
                yield Hint(HintKind.COUNT, why, piece.start + found.start(), piece.start + found.end())


def _list_after(pieces: tuple[Piece, ...], place: int, what: str) -> int:
    """Return how long a promised list is: the one before the next heading, or under a heading that names it."""
    begun = pieces[place]
    blocks = headings = longest = 0
    named = begun.is_heading
    for before, piece in zip(pieces[place:], pieces[place + 1 :], strict=False):
        if piece.is_heading:
            if longest:
                return longest
            headings += 1
            named = what in piece.text.lower()
        blocks += piece.block != before.block
        near = blocks <= NEAR_BLOCKS and not headings
        if piece.item and (near or named or longest):
            longest = max(longest, piece.item)
        elif longest and not piece.item:
            return longest
    return longest


RULES = (verbless, cut_off, no_end, half_of_a_pair, no_main_clause, counts)
