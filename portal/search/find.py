"""From a query to released pages, the same on every database."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import reduce
from operator import add, or_
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Q, When
from django.db.models.functions import Length
from wagtail.models import Page

from articles.enums import URGENT, Disposition
from articles.models import TranslationPage
from articles.translations.reading import in_language
from portal.models import Kind, SearchEntry, SearchPhrase, SearchWord, Weight
from portal.search import spelling, words
from portal.search.emergency import UrgentAdvice, warnings_for

FULL_TEXT = 60
# Of how many pages that have a word in their text the best are looked for: ranking reads each of them.
RANKED = 400
MOST = 120
# With fewer hits than this, pages that have some of the words are shown after them.
FEW = 5
# Whoever types a complaint wants advice before a definition: how much the best hit of a kind counts when kinds are
# put in order.
LESSER = {Kind.WORD: 0.3, Kind.SOURCE: 0.3, Kind.ABOUT: 0.3, Kind.CLAIM: 0.6, Kind.SIGN: 0.6}
# What is for pregnancy, by its title, counts less for somebody who speaks of none: the same is told for everybody.
PREGNANCY = ("pregnan", "birth")
SPEAKS_OF_IT = (*PREGNANCY, "maternity", "midwi", "baby", "trimester", "孕", "產", "胎", "寶寶")
FOR_OTHERS = 0.4
# How well a word agrees: it is there, something begins with it, something contains it.
WHOLE, BEGINNING, INSIDE = 1.0, 0.6, 0.5


@dataclass(frozen=True)
class Hit:
    """A released page that was found; `via` is the phrase that led to it, other than its title and the query."""

    page: Page
    kind: Kind
    urgency: Disposition | None
    via: str
    score: float

    @property
    def is_urgent(self) -> bool:
        """Whether the page is about something that cannot wait until tomorrow."""
        return self.urgency in URGENT


@dataclass(frozen=True)
class Group:
    """The hits of one kind, best first."""

    kind: Kind
    hits: list[Hit]


@dataclass(frozen=True)
class Results:
    """Everything that a search page shows. `exact` is false when pages have only some of the words."""

    query: words.Query
    corrected: words.Query | None = None
    exact: bool = True
    warnings: list[UrgentAdvice] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many pages were found."""
        return sum(len(group.hits) for group in self.groups)


@dataclass
class _Match:
    """What is known of one page while phrases are compared."""

    found: dict[str, float] = field(default_factory=dict)
    bonus: float = 0.0
    via: str = ""
    via_score: float = 0.0


def search(text: str) -> Results:
    """Return the pages for a query: those with all its words, else of the corrected query, else with some words."""
    query = words.parse(text)
    if not query:
        return Results(query)
    corrected = None
    scores = _with_all(query)
    if not scores:
        corrected = spelling.corrected(query)
        scores = _with_all(corrected) if corrected else {}
    exact = bool(scores)
    if len(scores) < FEW:
        scores = _with_some(corrected or query) | scores
    warnings = warnings_for([query, corrected] if corrected else [query])
    return Results(query, corrected, exact, warnings, _groups(scores, about_pregnancy=_has(text, SPEAKS_OF_IT)))


Scores = dict[int, tuple[float, str]]


def _with_all(query: words.Query) -> Scores:
    """Return (score, phrase) of each page that has every word of the query."""
    wanted = list(dict.fromkeys(query.stems))
    matches = _matches(query, wanted, _pages_with(query, wanted, dict.fromkeys(wanted, 1.0), every=True))
    scores = {pk: (_score(m), m.via) for pk, m in matches.items() if len(m.found) == len(wanted)}
    for rank, pk in enumerate([] if len(scores) >= FULL_TEXT else _full_text(query)):
        scores.setdefault(pk, (1 - rank / (2 * FULL_TEXT), ""))
    return scores


def _with_some(query: words.Query) -> Scores:
    """Return the pages that have the telling words of the query; a rare word tells more."""
    wanted = list(dict.fromkeys(p for s in query.stems for p in (words.parts(s) if words.is_cjk(s) else [s])))
    rarity = _rarity(wanted)
    matches = _matches(query, wanted, _pages_with(query, wanted, rarity, every=False))
    if not matches:
        return {}
    told = {pk: sum(rarity[w] * m.found[w] for w in m.found) for pk, m in matches.items()}
    best = max(told.values()) or 1.0
    return {pk: (value / (2 * best), matches[pk].via) for pk, value in told.items() if value >= best / 3}


def _listed(stem: str) -> Q:
    """Return what finds the words that agree with a stem."""
    key = words.key(stem)
    is_whole = words.is_cjk(stem) or len(stem) < words.MIN_STEM
    return Q(stem=key) if is_whole else Q(stem__startswith=key)


def _any(wanted: list[str]) -> Q:
    return reduce(or_, (_listed(stem) for stem in wanted))


def _rarity(wanted: list[str]) -> dict[str, float]:
    """Return how much each word tells: the fewer pages have it, the more."""
    one = {f"n{n}": Count("entry", distinct=True, filter=_listed(stem)) for n, stem in enumerate(wanted)}
    counts = SearchWord.objects.filter(_any(wanted)).aggregate(whole=Count("entry", distinct=True), **one)
    return {w: math.log(1 + counts["whole"] / (1 + counts[f"n{n}"])) for n, w in enumerate(wanted)}


def _whole(number: float) -> int:
    """Return a number in hundredths: the database is quicker with whole ones, and all put them in the same order."""
    return round(100 * number)


def _pages_with(query: words.Query, wanted: list[str], worth: dict[str, float], *, every: bool) -> set[int]:
    """Return the most promising pages: those with the words in what says most, and those whose phrase begins so.

    The database counts, so that what is compared here is no more on a large site than on a small one.
    """
    told = {
        f"w{n}": Max(
            Case(
                When(stem=words.key(stem), then=F("weight") * _whole(WHOLE)),
                When(_listed(stem), then=F("weight") * _whole(BEGINNING)),
                default=0,
                output_field=IntegerField(),
            )
        )
        for n, stem in enumerate(wanted)
    }
    rows = SearchWord.objects.filter(_any(wanted)).values("entry_id").annotate(**told)
    if every:
        rows = rows.filter(**{f"{name}__gt": 0 for name in told})
    values: list[Any] = [F(f"w{n}") * _whole(worth[stem]) for n, stem in enumerate(wanted)]
    best = rows.order_by(-reduce(add, values), "entry_id").values_list("entry_id", flat=True)[:MOST]
    whole = " ".join(query.tokens)
    named = SearchPhrase.objects.filter(words__startswith=whole).order_by(Length("words"), "-weight", "pk")
    return {*best, *named.values_list("entry_id", flat=True)[:MOST]}


def _matches(query: words.Query, wanted: list[str], pages: set[int]) -> dict[int, _Match]:
    """Compare the phrases of some pages that have any of the wanted stems."""
    if not pages:
        return {}
    condition = Q()
    for stem in wanted:
        condition |= Q(stems__contains=stem if words.is_cjk(stem) else f" {stem}")
    rows = (
        SearchPhrase.objects.filter(condition, entry__in=pages)
        .order_by("-weight", "pk")
        .values_list("entry_id", "words", "stems", "shown", "weight")
    )
    whole = " ".join(query.tokens)
    matches: dict[int, _Match] = defaultdict(_Match)
    for pk, phrase, phrase_stems, shown, weight in rows:
        _compare(matches[pk], wanted, whole, (phrase, phrase_stems, shown, weight))
    return {pk: match for pk, match in matches.items() if match.found}


def _compare(match: _Match, wanted: list[str], whole: str, row: tuple[str, str, str, int]) -> None:
    """Add to a page's match what one phrase gives."""
    phrase, phrase_stems, shown, weight = row
    agreed = 0.0
    for stem in wanted:
        value = _agreement(stem, phrase_stems) * weight
        if value:
            agreed += value
            match.found[stem] = max(match.found.get(stem, 0.0), value)
    if phrase == whole:
        agreed += 10 * weight
    elif phrase.startswith(whole):
        agreed += 3 * weight
    match.bonus = max(match.bonus, agreed)
    if agreed > match.via_score:
        match.via_score = agreed
        match.via = shown if Weight.DESCRIPTION < weight < Weight.TITLE and phrase != whole else ""


def _agreement(stem: str, phrase_stems: str) -> float:
    """Return how well a stem agrees with a phrase."""
    if f" {stem} " in f"{phrase_stems} ":
        return WHOLE
    if words.is_cjk(stem):
        return INSIDE if stem in phrase_stems else 0.0
    return BEGINNING if len(stem) >= words.MIN_STEM and f" {stem}" in phrase_stems else 0.0


def _score(match: _Match) -> float:
    return match.bonus + sum(match.found.values())


def _full_text(query: words.Query) -> list[int]:
    """Return the pages whose text has all the words, best first; where very many have them, the best of some."""
    text = " ".join(query.tokens)
    found = [page.pk for page in _some_with(Page.objects.live(), text, order_by_relevance=False)[:RANKED]]
    if not found:
        return []
    best = _some_with(Page.objects.filter(pk__in=found), text, order_by_relevance=True)
    return [page.pk for page in best[:FULL_TEXT]]


def _some_with(pages: Any, text: str, *, order_by_relevance: bool) -> Any:
    return pages.order_by().only("pk").search(text, operator="and", order_by_relevance=order_by_relevance)


def _by_source(scores: Scores) -> Scores:
    """Return scores by the pages of the source: a translation that was found leads to the page it says again."""
    if not scores:
        return scores
    sources = dict(TranslationPage.objects.filter(pk__in=scores).values_list("pk", "source_id"))
    found: Scores = {}
    for pk, score in scores.items():
        page = sources.get(pk, pk)
        found[page] = max(score, found.get(page, score))
    return found


def _has(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text.lower() for part in parts)


def _groups(scores: Scores, *, about_pregnancy: bool) -> list[Group]:
    """Return hits by kind: the kind of the best hit first, kinds that advise before those that explain."""
    scores = _by_source(scores)
    best = sorted(scores, key=lambda pk: (-scores[pk][0], pk))[:MOST]
    entries = SearchEntry.objects.filter(pk__in=best, page__in=Page.objects.live().public()).select_related("page")
    others = set() if about_pregnancy else {entry.pk for entry in entries if _has(entry.page.title, PREGNANCY)}
    in_language(entry.page for entry in entries)
    groups: dict[Kind, list[Hit]] = defaultdict(list)
    for entry in entries:
        score, via = scores[entry.pk]
        score *= FOR_OTHERS if entry.pk in others else 1
        urgency = Disposition(entry.urgency) if entry.urgency else None
        groups[Kind(entry.kind)].append(Hit(entry.page, Kind(entry.kind), urgency, via, score))
    order = list(Kind)
    made = [Group(kind, sorted(hits, key=lambda h: (-h.score, h.page.title))) for kind, hits in groups.items()]
    return sorted(made, key=lambda g: (-g.hits[0].score * LESSER.get(g.kind, 1), order.index(g.kind)))
