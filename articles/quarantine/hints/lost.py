"""Words that seem to be lost: a verb, what something is harmed by, what “it” stands for, who is meant."""

import re
from collections.abc import Iterator

from articles.quarantine.hints.kinds import Hint, HintKind, Told, at, over
from articles.quarantine.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    GRAMMAR,
    MODALS,
    can_be_verb,
    content,
    is_word,
)
from articles.quarantine.segments import Piece
from articles.quarantine.vocabulary import BODY

_HARMING = frozenset("cause causes caused causing induce induces inducing trigger triggers provoke provokes".split())
#: Things that are neither good nor bad: to cause them says nothing.
_NEUTRAL = frozenset("function functions circulation metabolism sensation mood sleep appetite condition system".split())
_NO_EVENT = frozenset("reason reasons cause causes diagnosis result results source symptom symptoms type".split())
_ROUGH = frozenset(
    "kick kicks hit hits grab grabs beat beats throw knock smash hook hooks shoot punch slap crush".split()
)
_THINGS = frozenset("ball balls goal football target spot floor".split())
_EXCESS = frozenset(("excess", "excessive"))
_FEMALE = frozenset("mother mothers woman women wife lady ladies girl girls pregnant expectant menstruation".split())
_MALE = frozenset("he him his himself".split())
_MEN = frozenset(
    "man men boy boys father partner husband doctor baby child fetus helper patient friend someone".split()
)
_GRAVE = frozenset("paralysed paralyzed paralysis unconscious coma death dead blind blindness stroke suffocate".split())
_HELP = re.compile(
    r"ambulance|hospital|emergency|doctor|medical|call \d|999|911|112|at once|immediately|urgent|today|help|seen|rare",
    re.IGNORECASE,
)
#: Parts that stand without an article, or are many.
_NOT_ONE = frozenset("back blood body skin foot hand heart head hip toes feet teeth".split()) | {
    word for word in BODY if word.endswith(("s", "ves"))
}
_ABSTRACT = re.compile(r"\w{3,}(?:tion|ness|ity|ance|ence|ment|ure)$")
ORDER = re.compile(r"\b(\w+)\s+(it|them|this)\s+first\b[^.;:]*\b(?:and\s+)?then\b", re.IGNORECASE)
REACH = 8


def modal_without_verb(told: Told) -> Iterator[Hint]:
    """“Can”, “should” or “will” with nothing after it that could be a verb."""
    for piece in told.pieces:
        words = piece.words
        for place, word in enumerate(words):
            if word not in MODALS or word in {"will", "can", "might", "may", "'ll"} & _as_noun(words, place):
                continue
            after = words[place + 1 : place + 1 + REACH]
            known = told.known.body | told.known.complaints
            verbs = [one for one in after if (can_be_verb(one) or one in AUXILIARIES) and one not in known]
            if after and not verbs and not can_be_verb(after[0]):
                why = f"After “{word}” comes no verb: a word seems lost, or is the wrong one."
                yield at(HintKind.LOST, why, piece.tokens[place : place + 1 + len(after)])


def _as_noun(words: list[str], place: int) -> set[str]:
    """Return the word if it is a noun here: a can, the will."""
    return {words[place]} if place and words[place - 1] in {"a", "the", "of"} else set()


def event_without_verb(told: Told) -> Iterator[Hint]:
    """“Before the cause”: what is to happen first is not said."""
    for piece in told.pieces:
        words = piece.words
        for place, word in enumerate(words[:-1]):
            if word not in {"before", "until", "unless"}:
                continue
            rest = _clause(piece, place)
            nouns = [n for n, one in enumerate(rest[:3]) if one in _NO_EVENT]
            if nouns and not any(
                one in AUXILIARIES or can_be_verb(one)
                for one in rest[nouns[0] + 1 :]
                if one not in told.known.complaints
            ):
                said = f"{word} {' '.join(rest[: nouns[0] + 1])}"
                why = f"“{said}”: what has to happen first, such as being known, seems lost."
                yield at(HintKind.LOST, why, piece.tokens[place : place + 1 + len(rest)])


def _clause(piece: Piece, place: int) -> list[str]:
    """Return the words after a place up to the next comma or end."""
    start = piece.tokens[place].end - piece.start
    stop = re.search(r"[,;:.!?]", piece.text[start:])
    end = piece.start + start + (stop.start() if stop else len(piece.text))
    return [token.low for token in piece.tokens[place + 1 :] if token.end <= end]


def harm_without_harm(told: Told) -> Iterator[Hint]:
    """“Can cause heart function”: a part or a function is caused, and what happens to it is lost."""
    for piece in told.pieces:
        words = piece.words
        for place, word in enumerate(words[:-1]):
            if word not in _HARMING or words[place + 1] in {"by", "of", "to"} or _as_noun(words, place):
                continue
            rest = _clause(piece, place)
            if "to" in rest or not rest:
                continue
            phrase: list[str] = []
            for one in rest:
                if one in GRAMMAR and one not in DETERMINERS and phrase:
                    break
                phrase.append(one)
            inner = [one for one in phrase if one not in GRAMMAR]
            if inner and (inner[-1] in _NEUTRAL or (inner[-1] in told.known.body and not inner[-1].endswith("s'"))):
                why = f"“{word} … {inner[-1]}”: what happens to it, such as harm, seems lost."
                yield at(HintKind.LOST, why, piece.tokens[place : place + 1 + len(phrase)])


def unnamed_first(told: Told) -> Iterator[Hint]:
    """In an order of two, the first thing is only “it”."""
    for piece in told.pieces:
        found = ORDER.search(piece.text)
        if found and piece.text[: found.start()].strip() in {"", "First,", "Please"}:
            why = f"What comes first is only called “{found[2]}”, and nothing is named before: the word seems lost."
            yield Hint(HintKind.LOST, why, piece.start + found.start(), piece.start + found.end())


def rough_actions(told: Told) -> Iterator[Hint]:
    """A rough verb for what is done to the body or to something that cannot be held."""
    for piece in told.pieces:
        words = piece.words
        for place, word in enumerate(words[:-1]):
            rest = words[place + 1 : place + 4]
            about = [one for one in rest if one not in GRAMMAR][:1]
            if word not in _ROUGH or not about or about[0] in _THINGS:
                continue
            part = about[0] in told.known.body or about[0] in {"time", "sleep", "pain", "breath", "strength"}
            if part and not (place and words[place - 1] in {"a", "the", "that"}):
                why = f"“{word} {about[0]}” is no action of any technique of the portal; another verb may be meant."
                yield at(HintKind.TERM, why, piece.tokens[place : place + 4])


def too_much_of_a_part(told: Told) -> Iterator[Hint]:
    """An amount of a part of the body: excess legs."""
    for piece in told.pieces:
        for first, second in zip(piece.tokens, piece.tokens[1:], strict=False):
            if first.low in _EXCESS and second.low in told.known.body and second.low != "blood":
                after = [t.low for t in piece.tokens if t.start > second.end][:1]
                if (
                    not after
                    or after[0] in GRAMMAR
                    or piece.text[second.end - piece.start : second.end - piece.start + 1] in ",.;"
                ):
                    why = f"“{first.text} {second.text}”: nobody has too much of it; a verb such as “use” may be lost."
                    yield at(HintKind.LOST, why, [first, second])


def bare_part(told: Told) -> Iterator[Hint]:
    """A part of the body without “the” or “your” where English needs one: something before or after it may be lost."""
    single = BODY - _NOT_ONE
    for piece in told.pieces:
        tokens = piece.tokens
        for place, token in enumerate(tokens[1:], 1):
            before, after = tokens[place - 1].low, tokens[place + 1].low if place + 1 < len(tokens) else ""
            if token.low not in single or token.text[0].isupper():
                continue
            ends = not after or after in AUXILIARIES
            led = before in {"of", "in", "around", "under"} or (before in told.known.complaints and before == "sore")
            if led and ends and "from" not in piece.words[max(0, place - 4) : place]:
                why = f"“{before} {token.text}” lacks a word such as “the”: something may be lost or wrong here."
                yield at(HintKind.LOST, why, tokens[place - 1 : place + 1])


def noun_for_verb(told: Told) -> Iterator[Hint]:
    """After “to …  and” a noun where the second verb should stand; an adjective where the first should."""
    for piece in told.pieces:
        words = piece.words
        for place, word in enumerate(words[:-3]):
            if word != "to" or words[place + 2] not in {"and", "or"} or not is_word(words[place + 1]):
                continue
            second = words[place + 3]
            ends = place + 4 >= len(words) or words[place + 4] in GRAMMAR
            noun = _ABSTRACT.match(second) and ends and can_be_verb(words[place + 1])
            odd = not is_word(second) or not can_be_verb(words[place + 1])
            easy = place and words[place - 1] in {"easy", "prone", "likely", "able", "ready"}
            if noun or (easy and odd and words[place + 1] not in GRAMMAR):
                why = f"“to {words[place + 1]} {words[place + 2]} {second}”: one of the two is no verb here."
                yield at(HintKind.LOST, why, piece.tokens[place : place + 4])


def wrong_person(told: Told) -> Iterator[Hint]:
    """“He” where only women were spoken of."""
    for piece in told.pieces:
        words = set(piece.words)
        if words & _FEMALE and words & _MALE and not words & _MEN:
            token = next(one for one in piece.tokens if one.low in _MALE)
            why = f"Only women are spoken of, and then “{token.text}”: who does what may be mixed up."
            yield at(HintKind.PERSON, why, [token])


def grave_without_help(told: Told) -> Iterator[Hint]:
    """Something grave is said to happen, and nothing nearby says that help is needed."""
    for piece in told.pieces:
        grave = [token for token in piece.tokens if token.low in _GRAVE]
        if grave and not piece.is_heading and not _HELP.search(told.words_around(piece)):
            why = (
                f"“{grave[0].text}” is grave, and nothing here says to get help:"
                " a milder word may be meant, or a warning is missing."
            )
            yield at(HintKind.GRAVE, why, [grave[0]])


def nobody_happens(told: Told) -> Iterator[Hint]:
    """People who “occur”: what happens to them is lost."""
    people = {"people", "patients", "women", "men", "mothers", "children", "person", "patient", "adults"}
    for piece in told.pieces:
        words = piece.words
        for place, word in enumerate(words):
            if word not in {"occur", "occurs"} or not place:
                continue
            before = content(words[max(0, place - 3) : place])
            if (
                before
                and before[-1] in people
                and not {"in", "of", "among", "for"} & set(words[max(0, place - 5) : place])
            ):
                why = f"“{before[-1]} … {word}”: people do not occur; what happens to them seems lost."
                yield at(HintKind.LOST, why, piece.tokens[max(0, place - 3) : place + 1])


def sentence_without_subject(told: Told) -> Iterator[Hint]:
    """“When calcium deficiency …”: a clause that begins and has no verb before its comma."""
    for piece in told.pieces:
        words = piece.words
        if not words or words[0] not in {"when", "if", "although"} or "," not in piece.text or piece.is_heading:
            continue
        clause = _clause(piece, 0)
        if len(clause) > 1 and not any(can_be_verb(w) or w in AUXILIARIES or w.endswith("ing") for w in clause):
            yield over(HintKind.LOST, f"“{piece.tokens[0].text} {' '.join(clause)}” has no verb.", piece)


RULES = (
    modal_without_verb, event_without_verb, harm_without_harm, unnamed_first, rough_actions, too_much_of_a_part,
    bare_part, noun_for_verb, wrong_person, grave_without_help, nobody_happens, sentence_without_subject,
)  # fmt: skip
