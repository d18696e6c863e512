"""Words in a place where English does not put them, as when the order of another language shines through."""

import re
from collections.abc import Iterator

from articles.quarantine.hints.kinds import Hint, HintKind, Told, at
from articles.quarantine.lexicon import AUXILIARIES, BE, DETERMINERS, GRAMMAR, MODALS, can_be_verb, content, stem
from articles.quarantine.segments import Piece, Token

_MANNER = frozenset(
    "slowly gently quickly carefully gradually appropriately properly moderately firmly softly lightly tightly".split()
)
_OBJECTS = frozenset("her him them me us".split())
_FINITE = frozenset("is are was were has have".split())
_BEFORE_OBJECT = frozenset("of to with for from by at on in about around between behind beside near all both".split())
_WHERE_IT_ENDS = frozenset(
    "as it they he she we you i this that these those there here what where who which how than so".split()
)
_SHE, _HE = frozenset("she her hers herself".split()), frozenset("he him his himself".split())
_NEED = frozenset("need needs want wants".split())
_OPPOSITES = frozenset(
    frozenset(pair.split())
    for pair in ("moist dry", "wet dry", "hot cold", "warm cold", "hard soft", "thick thin", "tight loose", "fast slow",
                 "high low", "big small", "heavy light", "left right", "inner outer")
)  # fmt: skip
#: Qualities that stand here as if they were things: “the hot of”.
_QUALITIES = frozenset("hot cold warm sore painful swollen tired dry wet weak stiff numb tight dizzy".split())
_SIGNS = frozenset("is are was were be".split())
ROUND = 2
SHORT = 24
#: The letters of two alphabets in one word, and signs that nobody sees.
_LATIN, _OTHER = re.compile(r"[A-Za-z]"), re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")
_UNSEEN = re.compile(r"(?<=\w)[\u00ad\u200b-\u200f\u2060-\u2069\ufeff](?=\w)|[\u2066-\u2069]")


def manner_before_thing(told: Told) -> Iterator[Hint]:
    """“Drink slowly the water”: between the two the verb is lost, or the order is another language's."""
    for piece in told.pieces:
        for before, token, after in zip(piece.tokens, piece.tokens[1:], piece.tokens[2:], strict=False):
            joined = not piece.text[before.end - piece.start : after.start - piece.start].strip(" " + token.text)
            if token.low in _MANNER and after.low in DETERMINERS and joined and before.low not in BE:
                why = f"“{token.text} {after.text} …”: English puts a verb between these two; one may be lost."
                yield at(HintKind.LOST, why, [before, token, after])


def nothing_is(told: Told) -> Iterator[Hint]:
    """“When the breath is, …”: what it is does not follow."""
    for piece in told.pieces:
        tokens = piece.tokens
        for place, token in enumerate(tokens[1:], 1):
            end = piece.text[token.end - piece.start : token.end - piece.start + 1]
            if token.low not in _SIGNS or end not in {",", ".", ";"} or "?" in piece.text[-2:]:
                continue
            clause = {one.low for one in tokens[max(0, place - 8) : place]}
            if not clause & (_WHERE_IT_ENDS | MODALS | {"to", "not"}):
                why = f"“{tokens[place - 1].text} {token.text}{end}” does not say what it is: something is lost."
                yield at(HintKind.LOST, why, tokens[place - 1 : place + 1])


def bare_second_verb(told: Told) -> Iterator[Hint]:
    """“You need go”: without “to”, and after “not” it may mean the opposite."""
    for piece in told.pieces:
        for before, token, after in zip(piece.tokens, piece.tokens[1:], piece.tokens[2:], strict=False):
            led = before.low in {"not", "you", "they", "we", "don't", "will"}
            plain = after.low in {
                "go",
                "see",
                "take",
                "call",
                "get",
                "ask",
                "be",
                "have",
                "rest",
                "stop",
                "drink",
                "eat",
            }
            if led and token.low in _NEED and plain:
                not_ = "; after “not” this may have meant the opposite" if before.low in {"not", "don't"} else ""
                yield at(HintKind.NEGATION, f"“{token.text} {after.text}” lacks a “to”{not_}.", [before, token, after])


def object_for_subject(told: Told) -> Iterator[Hint]:
    """“Tell them her was ill”: who does what may be mixed up."""
    for piece in told.pieces:
        words = piece.words
        for place, word in enumerate(words[:-1]):
            before = words[place - 1] if place else ""
            if word in _OBJECTS and words[place + 1] in _FINITE and before not in _BEFORE_OBJECT:
                why = f"“{word} {words[place + 1]}”: who is meant, and who does what, may be mixed up."
                yield at(HintKind.PERSON, why, piece.tokens[place : place + 2])


def he_and_her(told: Told) -> Iterator[Hint]:
    """One person who is both “he” and “she” in a sentence."""
    for piece in told.pieces:
        words = set(piece.words)
        if words & _SHE and words & _HE and not {"or", "and", "mother", "father", "partner", "doctor"} & words:
            token = next(one for one in piece.tokens if one.low in _SHE | _HE)
            yield at(HintKind.PERSON, "“He” and “she” are both said here: who is meant may be mixed up.", [token])


def opposites(told: Told) -> Iterator[Hint]:
    """“A moist, dry place”: two that exclude each other, side by side."""
    for piece in told.pieces:
        for first, second in zip(piece.tokens, piece.tokens[1:], strict=False):
            between = piece.text[first.end - piece.start : second.start - piece.start].strip()
            if between in {"", ","} and frozenset((first.low, second.low)) in _OPPOSITES:
                why = f"“{first.text}” and “{second.text}” exclude each other: a “not” or an “or” may be lost."
                yield at(HintKind.NEGATION, why, [first, second])


def quality_as_thing(told: Told) -> Iterator[Hint]:
    """“The hot of the body”: a quality where a thing should stand."""
    for piece in told.pieces:
        for before, token, after in zip(piece.tokens, piece.tokens[1:], piece.tokens[2:], strict=False):
            if before.low in {"the", "a", "this"} and token.low in _QUALITIES and after.low == "of":
                why = f"“{before.text} {token.text} of …”: a quality stands where a thing should; a word may be lost."
                yield at(HintKind.LOST, why, [before, token, after])


def round_and_round(told: Told) -> Iterator[Hint]:
    """A short sentence in which two things are each said again: a does b to the b of a."""
    for piece in told.pieces:
        said = [word for word in content(piece.words) if len(word) > ROUND]
        if piece.is_heading or len(piece.tokens) > SHORT or {"and", "or", "than", "but"} & set(piece.words):
            continue
        if "," in piece.text or "(" in piece.text:
            continue
        stems = [stem(word) for word in said]
        again = [word for word, one in zip(said, stems, strict=True) if stems.count(one) > 1]
        if len({stem(word) for word in again}) >= ROUND and len(again) * 2 > len(said):
            few = "” and “".join(dict.fromkeys(again[:ROUND]))
            why = f"“{few}” stand here again and again: the sentence may have been put together wrongly."
            yield at(HintKind.TWICE, why, piece.tokens)


def endings_as_words(told: Told) -> Iterator[Hint]:
    """“A sexual shock”: what ends a word in one language became a word of its own."""
    every = {word for piece in told.pieces for word in piece.words}
    if every & {"sex", "intercourse", "partner", "partners", "erection", "contraception", "condom", "transmitted"}:
        return
    for piece in told.pieces:
        for token in piece.tokens:
            if token.low in {"sexual", "sexy", "sexually"}:
                why = f"“{token.text}” in a text that speaks of nothing of the kind: an ending may have become a word."
                yield at(HintKind.TERM, why, [token])


def when_somebody(told: Told) -> Iterator[Hint]:
    """“… when the patient.”: a clause that ends before anything happens."""
    for piece in told.pieces:
        words = piece.words
        for place, word in enumerate(words[:-1]):
            rest = words[place + 1 :]
            led = place and word in {"when", "if", "because", "while"} and rest[0] in DETERMINERS
            if led and len(rest) <= ROUND + 1 and not any(_could_happen(one) for one in rest[1:]):
                why = f"“{word} {' '.join(rest)}”: what happens is not said; the end may be lost."
                yield at(HintKind.CUT, why, piece.tokens[place:])


def _could_happen(word: str) -> bool:
    return word in AUXILIARIES or can_be_verb(word) or word.endswith(("ing", "ed"))


def unseen_signs(told: Told) -> Iterator[Hint]:
    """Letters of two alphabets in one word, or signs inside of words that nobody sees."""
    for piece in told.pieces:
        for token in piece.tokens:
            if _LATIN.search(token.text) and _OTHER.search(token.text):
                why = (
                    f"“{token.text}” is written with letters of two alphabets that look alike: it may be another word."
                )
                yield at(HintKind.WORD, why, [token])
        for found in _UNSEEN.finditer(piece.text):
            start = piece.start + found.start()
            yield Hint(HintKind.WORD, "Here stands a sign that nobody sees, inside of the words.", start, start + 1)


def part_in_charge(told: Told) -> Iterator[Hint]:
    """“Which department should the shoulder hang?”: a part of the body is asked what a person does."""
    for piece in told.pieces:
        asked = piece.text.rstrip().endswith("?")
        for place, token in enumerate(piece.tokens[:-3]):
            if not (asked and token.low in {"should", "must"}):
                continue
            the, part, verb = (one.low for one in piece.tokens[place + 1 : place + 4])
            named = part in told.known.body | told.known.complaints
            if the in DETERMINERS and named and verb not in GRAMMAR and _is_asked_of_people(piece, place):
                why = f"“should the {part} {verb}”: this is asked of people, so what is meant is another question."
                yield at(HintKind.LOST, why, piece.tokens[place : place + 4])


def _is_asked_of_people(piece: Piece, place: int) -> bool:
    """Whether the question begins with when, where, who or which: nothing that one asks about what a part may do."""
    before: tuple[Token, ...] = piece.tokens[:place]
    return bool(before) and before[0].low in {"when", "where", "who", "which", "whom"}


RULES = (
    manner_before_thing, nothing_is, bare_second_verb, object_for_subject, he_and_her, opposites, quality_as_thing,
    round_and_round, endings_as_words, when_somebody, unseen_signs, part_in_charge,
)  # fmt: skip
