"""Keeping the phrases of released pages: written when a page is released, gone when it is withdrawn."""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from wagtail.models import Page

from articles import models as articles
from articles.models.translation import without_orphans
from articles.translations.marked import is_locked
from articles.translations.reading import told
from portal.models import NEVER, Kind, SearchEntry, SearchPhrase, SearchWord, Weight
from portal.search import words
from portal.search.emergency import words_needed
from review.gate import matters
from review.models import ReviewedPage

KINDS: dict[type[Page], Kind] = {
    articles.GuidePage: Kind.GUIDE,
    articles.CausePage: Kind.CAUSE,
    articles.TechniquePage: Kind.TECHNIQUE,
    articles.CareRulePage: Kind.CARE_RULE,
    articles.ServicesPage: Kind.CARE_RULE,
    articles.FindingPage: Kind.SIGN,
    articles.BodySitePage: Kind.PLACE,
    articles.ContraindicationPage: Kind.CAUTION,
    articles.ClaimPage: Kind.CLAIM,
    articles.TermPage: Kind.WORD,
    articles.SourcePage: Kind.SOURCE,
}
LENGTH = 300
# So many pages are read at a time.
TOGETHER = 200
_SEPARATORS = re.compile(r"[;；,，、/()（）]")

Phrases = Iterator[tuple[str, Weight]]


def kind_of(page: Page) -> Kind:
    """Return what sort of result a page is; pages of the checks are known by their app."""
    if page._meta.app_label == "triage":
        return Kind.CHECK
    return KINDS.get(type(page), Kind.ABOUT)


def urgency_of(page: Page) -> str:
    """Return the disposition that a page speaks of, or nothing."""
    return getattr(page, "disposition", "") or getattr(page, "urgent_as", "") or ""


def phrases_of(page: Page) -> Phrases:
    """Yield what people may type for a page, and how much each says about it."""
    # a translated title that is locked still leads to its page, and is offered and shown nowhere
    yield page.title, Weight.DESCRIPTION if _has_locked_title(page) else Weight.TITLE
    for name in _names(page):
        for part in _SEPARATORS.split(name):
            yield part, Weight.NAME
    for word in getattr(page, "search_word_list", []):
        yield word, Weight.WORD
    if isinstance(page, articles.CareRulePage | articles.ContraindicationPage):
        for condition in page.plain_conditions():
            yield condition["words"], Weight.CONDITION
    if isinstance(page, articles.FindingPage):
        yield page.statement, Weight.DETAIL
    if isinstance(page, articles.SourcePage):
        yield page.organisation, Weight.DETAIL
        yield page.authors, Weight.DETAIL
    yield page.search_description, Weight.DESCRIPTION


def _has_locked_title(page: Page) -> bool:
    """Whether the title of a translation is that of its source for readers, because that has changed since."""
    if not isinstance(page, articles.TranslationPage):
        return False
    return is_locked(told("title", page.source.title, page, page.source.specific_class))


def _names(page: Page) -> list[str]:
    """Return what a page's subject is called besides its title: in medicine, and in other languages."""
    medical = [getattr(page, name, "") for name in ("medical_name", "medical_term")]
    return medical + [text for _, text in getattr(page, "translation_list", [])]


def _rows(page: Page, entry: SearchEntry) -> list[SearchPhrase]:
    """Return the phrases of a page as rows, each wording once with its highest weight."""
    best: dict[str, SearchPhrase] = {}
    for text, weight in phrases_of(page):
        shown = " ".join(text.split())[:LENGTH]
        plain = " ".join(words.tokens(shown))[:LENGTH]
        if plain and (plain not in best or best[plain].weight < weight):
            telling = set(words.parse(plain).stems)
            best[plain] = SearchPhrase(
                entry=entry, shown=shown, words=plain, stems=words.stems(plain)[: LENGTH + 20], weight=weight,
                telling=len(telling), bare=len(telling - words.minor()),
            )  # fmt: skip
    return list(best.values())


def _words(phrase: SearchPhrase) -> Iterator[SearchWord]:
    """Yield what a phrase is listed under."""
    telling, minor, alarm = set(words.parse(phrase.words).stems), words.minor(), words_needed(phrase)
    tokens = phrase.words.split()
    for key in dict.fromkeys(key for token in tokens for key in words.keys(token)):
        stem = words.stem(key)
        tells = stem in telling and key in tokens
        yield SearchWord(
            phrase=phrase, entry_id=phrase.entry_id, word=key, stem=stem, weight=phrase.weight,
            is_telling=tells, is_minor=stem in minor, alarm=alarm if tells else NEVER,
        )  # fmt: skip


def refresh(page_id: int) -> bool:
    """Read a page anew and keep its phrases; forget them when it is not released. True when it is kept."""
    return refresh_all([page_id]) == 1


@transaction.atomic
def refresh_all(page_ids: Collection[int]) -> int:
    """Read pages anew and keep their phrases; forget those of pages that are not released. How many are kept.

    They are read anew because the object that was just saved may carry an unreleased draft in memory.
    """
    live = without_orphans(Page.objects.filter(pk__in=page_ids, live=True)).specific()
    pages = [page for page in live if isinstance(page, ReviewedPage)]
    SearchEntry.objects.filter(pk__in=set(page_ids) - {page.pk for page in pages}).delete()
    SearchPhrase.objects.filter(entry__in=[page.pk for page in pages]).delete()
    entries = [SearchEntry(page_id=page.pk, kind=kind_of(page), urgency=urgency_of(page)) for page in pages]
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["page"], update_fields=["kind", "urgency"]
    )
    rows = [row for page, entry in zip(pages, entries, strict=True) for row in _rows(page, entry)]
    phrases = SearchPhrase.objects.bulk_create(rows)
    SearchWord.objects.bulk_create(word for phrase in phrases for word in _words(phrase))
    return len(pages)


def rebuild() -> tuple[int, int]:
    """Make all phrases anew; return the numbers of pages and phrases."""
    live = list(Page.objects.live().values_list("pk", flat=True))
    SearchEntry.objects.exclude(pk__in=live).delete()
    kept = sum(refresh_all(some) for some in batched(live, TOGETHER))
    return kept, SearchPhrase.objects.count()


_waiting: ContextVar[set[int] | None] = ContextVar("pages to read anew at the end", default=None)


@contextmanager
def at_the_end() -> Iterator[None]:
    """Read the pages that are saved in the block once, at its end: for loads of many, inside one transaction."""
    waiting = set[int]()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for some in batched(sorted(waiting | _translations_of(waiting)), TOGETHER):
        refresh_all(some)


def batched(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Yield parts of a list."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def page_saved(sender: type[Any], instance: Any, raw: bool = False, update_fields: Any = None, **kwargs: Any) -> None:
    """Follow every save of a page, whichever way it was released or withdrawn."""
    if not isinstance(instance, Page) or raw or not matters(instance, update_fields):
        return
    if (waiting := _waiting.get()) is not None:
        waiting.add(instance.pk)
    elif instance.live or SearchEntry.objects.filter(pk=instance.pk).exists():
        refresh_all({instance.pk} | _translations_of([instance.pk]))


def _translations_of(page_ids: Collection[int]) -> set[int]:
    """Return the released translations of pages, which show their titles where they are locked."""
    rows = articles.TranslationPage.objects.filter(source__in=page_ids, live=True)
    return set(rows.values_list("pk", flat=True))
