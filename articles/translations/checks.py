"""What can be checked on a translation without understanding it: numbers, units, negations, urgency, words that turn.

Pure functions. They look for what is lost or comes from nowhere; a finding is a question to a person, never a verdict.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from articles.translations import zh_hant
from review.words import readable

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_LINK = re.compile(r"""<a\b[^>]*\blinktype="page"[^>]*\bid="(\d+)"|<a\b[^>]*\bid="(\d+)"[^>]*\blinktype="page\"""")
_ITEM = re.compile(r"<li\b")
_PARAGRAPH = re.compile(r"<p\b")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:to|-|–|and)\s*(\d+(?:\.\d+)?)")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”)]*\s+|\n+")


@dataclass
class Terms:
    """The words of a glossary: what is called what, by the pattern that finds it in the source."""

    rows: list[tuple[re.Pattern[str], tuple[str, ...]]] = field(default_factory=list)
    dialled: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Numbers to ring in the places of the language, with what each of these places is called in it."""
    main: str = ""
    """The number of the main place, which the source may say."""

    def add(self, names: Iterable[str], translations: Iterable[str]) -> None:
        """Add one term with all its names and translations."""
        known = [re.escape(name.lower()) for name in names if name]
        if known:
            self.rows.append((re.compile(rf"\b(?:{'|'.join(known)})\b"), tuple(translations)))


def findings(source: str, text: str, terms: Terms, *, rich: bool = False) -> list[str]:
    """Return a sentence for each thing that seems lost, added or turned in a translation."""
    found = list(_markup(source, text)) if rich else []
    first, other = _words(source, rich=rich), zh_hant.folded(readable(_one_line(text) if rich else text))
    found += _numbers(first, other, terms)
    for check in (_ranges, _units, _sentences, _meaning):
        found += check(first, other)
    found += _terms(first, other, terms)
    return list(dict.fromkeys(found))


def _words(source: str, *, rich: bool) -> str:
    return readable(_one_line(source) if rich else source).replace("’", "'")


def _one_line(text: str) -> str:
    """Return rich text without the line ends that markup does not show."""
    return " ".join(text.split("\n"))


def _markup(source: str, text: str) -> Iterator[str]:
    """Yield what differs in links, list items and paragraphs."""
    pairs: tuple[tuple[str, Callable[[str], object]], ...] = (
        ("The links are not the same", lambda t: Counter(a or b for a, b in _LINK.findall(t))),
        ("The lists have not as many items", lambda t: len(_ITEM.findall(t))),
        ("There are not as many paragraphs", lambda t: len(_PARAGRAPH.findall(t))),
    )
    yield from (words for words, of in pairs if of(source) != of(text))


def _numbers(source: str, text: str, terms: Terms) -> Iterator[str]:
    """Yield numbers that are lost or come from nowhere; those that a dialler needs are named as such.

    Where the source says the number of the main place, a translation may say that of a place of its readers instead, or
    besides, if it names that place: a number alone would be dialled anywhere.
    """
    wanted = Counter(_NUMBER.findall(source))
    given = Counter(_NUMBER.findall(text))
    dialled = {number for number in given if any(place in text for place in terms.dialled.get(number, ()))}
    if terms.main not in wanted:
        dialled = set()
    for number in sorted(wanted - given):
        if number == terms.main and dialled:
            continue
        yield f"{_kind(number)} {number} is lost"
    written = Counter(str(value) for value in zh_hant.counted_in_english(source))
    for number in sorted(given - wanted - written):
        if number in dialled:
            continue
        yield f"{_kind(number)} {number} is not in the source"
    if wanted == given and _NUMBER.findall(source) != _NUMBER.findall(text):
        yield "The numbers stand in another order"
    for value, named in zh_hant.lost_counts(source, text):
        yield f"“{named}” ({value}) is lost"


def _kind(number: str) -> str:
    return "Emergency number" if number in zh_hant.EMERGENCY_NUMBERS else "Number"


def _ranges(source: str, text: str) -> Iterator[str]:
    """Yield ranges that run otherwise."""
    given = set(zh_hant.RANGE.findall(text))
    for low, high in _RANGE.findall(source):
        if (low, high) not in given and (high, low) in given:
            yield f"The range {low} to {high} is turned round"


def _units(source: str, text: str) -> Iterator[str]:
    """Yield numbers that have another unit."""
    for number, unit in zh_hant.english_amounts(source):
        names = zh_hant.UNITS[unit]
        if not re.search(rf"{re.escape(number)}\s*(?:個|多)?\s*(?:{names})", text):
            yield f"The unit of {number} {unit} is lost"


def _sentences(source: str, text: str) -> Iterator[str]:
    """Yield what is negated in one language alone, sentence by sentence where they can be paired."""
    first, second = _split(source), zh_hant.sentences(text)
    if len(first) != len(second):
        yield f"The source has {len(first)} sentences, the translation {len(second)}"
        first, second = [source], [text]
    for one, other in zip(first, second, strict=True):
        if zh_hant.denials(other) < zh_hant.denials_in_english(one):
            yield f"A “not” is lost: “{one[:60]}”"
        if zh_hant.denies_plainly(other) and not zh_hant.may_deny_in_english(one):
            yield f"A “not” is added: “{other[:40]}”"


def _split(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text.strip()) if part.strip()]


def _meaning(source: str, text: str) -> Iterator[str]:
    """Yield words that decide what somebody does, and that one language alone has."""
    lowered = source.lower()
    for one in zh_hant.WORDS:
        there = one.english.search(lowered)
        if there and not one.chinese.search(text):
            yield f"{one.kind}: “{there[0]}” is lost"
    for one in zh_hant.NOT_WITHOUT:
        if (there := one.chinese.search(text)) and not one.english.search(lowered):
            yield f"{one.kind}: “{there[0]}” is not in the source"


def _terms(source: str, text: str, terms: Terms) -> Iterator[str]:
    lowered = source.lower()
    for pattern, names in terms.rows:
        if (there := pattern.search(lowered)) and not any(name in text for name in names):
            yield f"Glossary: “{there[0]}” is called {' or '.join(names)}"
