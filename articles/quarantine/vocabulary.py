"""What the portal knows already, for comparing raw texts with: its words, its terms, its techniques, its claims."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from articles import contradictions
from articles.blocks.references import released_references
from articles.editing.page_text import page_text
from articles.enums import Action, Complaint
from articles.models import (
    BodySitePage,
    CausePage,
    ClaimPage,
    ContraindicationPage,
    FindingPage,
    GuidePage,
    TechniquePage,
    TermPage,
)
from articles.quarantine.lexicon import GRAMMAR, content, stem

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: How the glossary says that what was met needs no other word.
RIGHT = "the wording is right"
#: Parts of the body that stand in every text on health; the glossary adds its own.
BODY = frozenset(
    """
    ankle arm artery back belly blood body bone brain calf chest ear elbow eye finger foot hand head heart heel hip
    jaw joint kidney knee leg ligament limb liver lung mouth muscle neck nerve nose shin shoulder skin spine stomach
    tendon thigh throat toe tooth uterus vein vessel waist wrist arteries arms veins bones calves feet fingers hands
    heels hips joints knees legs ligaments limbs muscles nerves shoulders tendons thighs toes vessels lungs eyes
    """.split()
)


@dataclass(frozen=True)
class Relief:
    """A technique of the portal as far as raw texts can contradict it."""

    title: str
    names: frozenset[str]
    actions: frozenset[str]
    forbidden: tuple[str, ...]
    """Titles of what forbids it."""
    amounts: tuple[str, ...]
    """What it says of how long and how much."""
    after: str
    """After which technique it comes; empty when it may come first."""
    not_pregnant: bool


@dataclass(frozen=True)
class Checked:
    """A claim page: a belief that the portal has judged."""

    pk: int
    title: str
    verdict: str
    words: frozenset[str]
    """Stems of the belief."""


@dataclass(frozen=True)
class Vocabulary:
    """All of it; plain data, so that hints can be made without a database."""

    words: frozenset[str]
    body: frozenset[str]
    complaints: frozenset[str]
    mistranslated: tuple[tuple[str, str], ...]
    """(what was met, what was meant), from the glossary."""
    reliefs: tuple[Relief, ...]
    checked: tuple[Checked, ...]
    conditions: frozenset[str] = frozenset()
    """Names of what the portal has a page about as a cause, in small letters; of two words or more."""


EMPTY = Vocabulary(frozenset(), BODY, frozenset(), (), (), ())
_PAGES = (GuidePage, CausePage, TechniquePage, ClaimPage, TermPage, FindingPage, ContraindicationPage, BodySitePage)


def vocabulary() -> Vocabulary:
    """Return what the released pages of this site know; one or two queries for each kind of page."""
    pages = {model: list(model.objects.live()) for model in _PAGES}
    every = [page for some in pages.values() for page in some]
    terms, sites = pages[TermPage], pages[BodySitePage]
    names = [name for page in (*terms, *sites) for name in (page.title, getattr(page, "medical_term", ""))]
    with released_references(every):
        words = frozenset(word.lower() for page in every for word in WORD.findall(page_text(page)))
    known = words | frozenset(word.lower() for page in every for word in WORD.findall(page.search_words))
    return Vocabulary(
        words=known,
        body=BODY | {word.lower() for page in sites for word in WORD.findall(page.title)} - GRAMMAR,
        complaints=frozenset(_complaints(names)),
        mistranslated=tuple(_mistranslated(terms)),
        reliefs=tuple(_reliefs(pages[TechniquePage])),
        checked=tuple(_checked(page) for page in pages[ClaimPage]),
        conditions=frozenset(_conditions(pages[CausePage])),
    )


def _complaints(names: Iterable[str]) -> Iterator[str]:
    """Yield the words for what a person feels, each with its plural."""
    labels = [str(complaint.label) for complaint in Complaint]
    for word in {w.lower() for label in labels for w in WORD.findall(label)} - GRAMMAR - {"all"}:
        yield from (word, f"{word}s")
    yield from ("pain", "pains", "stiffness", "headache", "headaches")


def _conditions(pages: Iterable[Any]) -> Iterator[str]:
    """Yield each name of a condition: its title, and what the title or the page calls it besides."""
    for page in pages:
        for name in re.split(r"[(),;\n]", f"{page.title},{page.search_words}"):
            if " " in name.strip():
                yield name.strip().lower()


def _mistranslated(terms: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for term in terms:
        for block in term.mistranslations:
            if RIGHT in block.value["should_be"].lower():
                continue  # a note on what to add, and no fault
            yield block.value["seen"].lower(), block.value["should_be"]


def _reliefs(pages: Iterable[Any]) -> Iterator[Relief]:
    known = [contradictions.relief(page) for page in pages]
    titles = dict(ContraindicationPage.objects.values_list("pk", "title"))
    by_pregnancy = set(ContraindicationPage.objects.filter(code="G-PREG").values_list("pk", flat=True))
    after = {to: one.page.title for one in known for to, _ in one.switches}
    for one in known:
        yield Relief(
            title=one.page.title, names=one.names, actions=one.actions & contradictions.ITSELF,
            forbidden=tuple(sorted(titles[pk] for pk in one.blocks if pk in titles)),
            amounts=tuple(_amounts(one.page)), after=after.get(one.page.pk, ""),
            not_pregnant=bool(one.blocks & by_pregnancy),
        )  # fmt: skip


def _amounts(page: Any) -> Iterator[str]:
    for item in page.dose:
        low, high, unit = item.value["low"], item.value["high"], item.value["unit"]
        if low is not None or high is not None:
            span = (
                f"{low:g}–{high:g}"
                if None not in (low, high) and low != high
                else f"{low if low is not None else high:g}"
            )
            yield f"{item.value['what'][0].lower()}{item.value['what'][1:]} {span} {unit}"


def _checked(page: Any) -> Checked:
    said = {stem(word) for word in content([w.lower() for w in WORD.findall(f"{page.title} {page.often_said}")])}
    return Checked(page.pk, page.title, page.get_verdict_display(), frozenset(said))


#: How people say what a technique does, in whatever text: the portal's own other words are added to these.
SAID: dict[str, tuple[str, ...]] = {
    Action.MASSAGE: ("massage", "massaging", "rub", "rubbing", "knead", "kneading"),
    Action.HEAT: ("hot compress", "hot water", "hot shower", "hot bath", "heat pack", "hot pack", "warm towel",
                  "warm compress", "hot towel", "heating pad", "foot bath", "warm bath"),
    Action.COLD: ("cold compress", "ice pack", "cold pack", "ice", "cool pack"),
    Action.COMPRESSION: ("compression stockings", "support stockings", "elastic bandage"),
    Action.ANTI_INFLAMMATORY: ("ibuprofen", "anti-inflammatory", "diclofenac", "naproxen"),
    Action.SUPPLEMENT: ("calcium tablets", "magnesium tablets", "supplement", "supplements"),
}  # fmt: skip
