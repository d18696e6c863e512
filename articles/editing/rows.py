"""The rows of the editors' reports, made from pages that have been read."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, Lower
from wagtail.models import Page, ReferenceIndex

from articles import enums
from articles.editing.page_text import page_text
from articles.models import CausePage, ClaimPage, TechniquePage, TranslationPage
from articles.readability import measure, sentences, words
from articles.translations.state import State

SOURCED = (ClaimPage, CausePage, TechniquePage)


@dataclass(frozen=True)
class EvidenceRow:
    """A page that rests on nothing: no source, or a certainty that says so."""

    page: Page
    title: str
    kind: str
    certainty: str
    sources: int
    status: str


@dataclass(frozen=True)
class TranslationRow:
    """A translation, with how many of its parts stand how to their source."""

    page: Page
    title: str
    language: str
    source: str
    locked: int
    older: int
    missing: int
    current: int
    stories: str
    status: str


def translation_row(page: TranslationPage) -> TranslationRow:
    """Return the row of one translation as readers get it, or as it is drafted before its first release."""
    states = Counter(page.states().values())
    return TranslationRow(
        page, page.title, page.language, str(page.source.title),
        locked=states[State.LOCKED], older=states[State.OLDER], missing=states[State.MISSING],
        current=states[State.CURRENT], stories=page.read_in_short(), status="public" if page.live else "draft",
    )  # fmt: skip


@dataclass(frozen=True)
class UseRow:
    """A technique and the pages that refer to it."""

    page: Page
    title: str
    code: str
    count: int
    guides: str
    others: str


@dataclass(frozen=True)
class ReadingRow:
    """How hard a page is to read."""

    page: Page
    title: str
    kind: str
    words: int
    sentences: int
    age: float | None
    longest: int
    longest_sentence: str


def unsourced() -> QuerySet[Page]:
    """Return every claim, cause and technique without a source or with the certainty 'no source', by title."""
    nothing = Q(certainty__in=("", enums.Certainty.NO_SOURCE)) | Q(cited="[]")
    ids = [m.objects.annotate(cited=Cast("citations", TextField())).filter(nothing).values("pk") for m in SOURCED]
    every = reduce(or_, (Q(pk__in=some) for some in ids))
    return Page.objects.filter(every).order_by(Lower("title"), "pk")


def evidence_rows(pages: QuerySet[Page]) -> list[EvidenceRow]:
    """Return the rows of some pages, in their order; a few queries for all of them."""
    ids = [page.pk for page in pages]
    some = Page.objects.filter(pk__in=ids)
    full = {page.pk: page for page in some.specific(defer=False)}
    known = {page.pk: page for page in some.prefetch_workflow_states().annotate_approved_schedule()}
    return [_evidence_row(full[pk], known[pk].status_string) for pk in ids]


def _evidence_row(page: Page, status: str) -> EvidenceRow:
    certainty = enums.Certainty(page.certainty).label if page.certainty else "Not said"
    return EvidenceRow(page, page.title, _kind(page), str(certainty), len(page.citations), status)


def use_rows(techniques: Iterable[TechniquePage], among: QuerySet[Page] | None = None) -> list[UseRow]:
    """Return where each technique is used, among some pages or all; two queries for all of them."""
    techniques = list(techniques)
    ids = [str(technique.pk) for technique in techniques]
    users = defaultdict(set)
    pages_only = ContentType.objects.get_for_model(Page)
    references = ReferenceIndex.objects.filter(
        base_content_type=pages_only, to_content_type=pages_only, to_object_id__in=ids
    )
    for to, user in references.values_list("to_object_id", "object_id"):
        users[to].add(user)
    wanted = {int(pk) for used in users.values() for pk in used}
    pages = (Page.objects.all() if among is None else among).in_bulk(wanted)
    return [_use_row(technique, [pages.get(int(pk)) for pk in users[str(technique.pk)]]) for technique in techniques]


def _use_row(technique: TechniquePage, users: Iterable[Page | None]) -> UseRow:
    known = sorted((user for user in users if user), key=lambda user: user.title)
    guides = [user.title for user in known if user.cached_content_type.model == "guidepage"]
    others = [user.title for user in known if user.cached_content_type.model != "guidepage"]
    return UseRow(technique, technique.title, technique.code, len(known), "; ".join(guides), "; ".join(others))


def reading_row(page: Page) -> ReadingRow:
    """Return how hard one page, of its own type, is to read."""
    text = page_text(page)
    reading = measure(text)
    longest = max(sentences(text), key=lambda sentence: len(words(sentence)), default="")
    return ReadingRow(
        page, page.title, _kind(page), reading.words, reading.sentences, reading.age, len(words(longest)), longest
    )


def _kind(page: Page) -> str:
    return str(page.cached_content_type.model_class()._meta.verbose_name).capitalize()
