"""Where the same relief is given under other conditions, in another order, or is cause and cure at once.

Works on what techniques, causes and guides say as data, drafts as well as what is released; changes nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from wagtail.models import Revision

from articles.enums import Action
from articles.models import CausePage, ContraindicationPage, GuidePage, TechniquePage

ITSELF = frozenset(
    {Action.MASSAGE, Action.HEAT, Action.COLD, Action.COMPRESSION, Action.ANTI_INFLAMMATORY, Action.SUPPLEMENT}
)
"""What is the same wherever it is done. Exercise or rest is not: there the name says whether it is the same."""
READ: dict[Any, tuple[str, ...]] = {
    TechniquePage: ("title", "search_words", "dose", "actions", "contraindications", "preconditions", "stop_if",
                    "switch"),
    CausePage: ("title", "at_risk", "mechanism"),
    GuidePage: ("title", "body"),
}  # fmt: skip
"""The fields in which a page says anything about relief or harm."""
SHORTEST = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Relief:
    """A technique as far as its conditions go."""

    page: Any
    actions: frozenset[str]
    names: frozenset[str]
    """Its title and other words for it, in small letters."""
    blocks: frozenset[int]
    """Ids of the contraindications."""
    waits: bool
    """Whether something must hold, or some days must pass, before it is done."""
    is_limited: bool
    """Whether it says when it is too much: a number, or what ends it."""
    switches: tuple[tuple[int, str], ...]
    """To which technique one changes, and when."""


@dataclass(frozen=True)
class Harm:
    """Something that is said to bring the complaint, or to be avoided."""

    page: Any
    text: str


@dataclass(frozen=True)
class Contradiction:
    """One contradiction, with all the pages that have a part in it."""

    kind: str
    subject: str
    words: str
    pages: tuple[Any, ...]


def relief(page: Any) -> Relief:
    """Return what a technique says, as it is in memory; a row with its fields will do."""
    names = (line.strip().lower() for line in (page.title, *page.search_words.splitlines()))
    amounts = [item["value"] for item in page.dose.raw_data]
    numbers = [one for one in amounts if one.get("low") is not None or one.get("high") is not None]
    days = any("day" in (one.get("unit") or "") for one in numbers)
    return Relief(
        page,
        frozenset(item["value"] for item in page.actions.raw_data),
        frozenset(name for name in names if len(name) >= SHORTEST),
        frozenset(item["value"]["block"] for item in page.contraindications.raw_data if item["value"]["block"]),
        waits=bool(len(page.preconditions)) or days,
        is_limited=bool(numbers or len(page.stop_if)),
        switches=tuple((item["value"]["to"], item["value"]["when"]) for item in page.switch.raw_data),
    )


def harms(pages: Iterable[Any]) -> Iterator[Harm]:
    """Yield what causes and guides name as the reason of a complaint, or as something to avoid.

    Read as it is stored: the pages that stand beside these words are not needed, and reading them asks for each.
    """
    for page in pages:
        if hasattr(page, "at_risk"):
            yield from (Harm(page, risk["text"]) for risk in _values(page.at_risk.raw_data))
            for chain in _values(page.mechanism.raw_data):
                yield from (Harm(page, link["cause"]) for link in _values(chain["links"]))
        else:
            for section in _values(page.body.raw_data):
                for block in section["content"]:
                    donts = block["value"]["donts"] if block["type"] == "dos_donts" else ()
                    yield from (Harm(page, dont["avoid"]) for dont in _values(donts))


def _values(stored: Iterable[Any]) -> Iterator[Any]:
    """Yield the values of a stored stream or list; items of older lists are stored bare."""
    return (item["value"] if isinstance(item, dict) and "value" in item else item for item in stored)


def contradictions(reliefs: Iterable[Relief], said: Iterable[Harm] = ()) -> list[Contradiction]:
    """Return every contradiction between these techniques, and between them and what is said to harm."""
    some = list(reliefs)
    return [*_conditions(some), *_order(some), *_amounts(some, list(said))]


def _conditions(reliefs: list[Relief]) -> Iterator[Contradiction]:
    """The same thing is forbidden by something in one place, and not in another."""
    titles = _titles({pk for one in reliefs for pk in one.blocks})
    for subject, group in _alike(reliefs):
        every = frozenset().union(*(one.blocks for one in group))
        lacking = [one for one in group if one.blocks != every]
        if lacking:
            these = every.difference(*(one.blocks for one in lacking)) or every
            missing = sorted(titles[pk] for pk in these if pk in titles)
            strict = next(one for one in group if one.blocks)
            yield Contradiction(
                "conditions", subject,
                f"“{strict.page.title}” must not be done while: {'; '.join(missing)}. "
                f"“{lacking[0].page.title}” does not say so.",
                tuple(one.page for one in group),
            )  # fmt: skip


def _titles(blocks: Iterable[int]) -> dict[int, str]:
    """Return the titles of contraindications, read together."""
    found = ContraindicationPage.objects.filter(pk__in=list(blocks)) if blocks else ContraindicationPage.objects.none()
    return dict(found.values_list("pk", "title"))


def _alike(reliefs: list[Relief]) -> Iterator[tuple[str, list[Relief]]]:
    """Yield techniques that are the same thing, with its name."""
    for action in Action:
        group = [one for one in reliefs if action in one.actions]
        if action in ITSELF:
            yield action.label, group
            continue
        named = [pair for pair in combinations(group, 2) if pair[0].names & pair[1].names]
        for first, second in named:
            yield min(first.names & second.names), [first, second]


def _order(reliefs: list[Relief]) -> Iterator[Contradiction]:
    """One place says first this and then that; another offers that at once."""
    by_pk = {one.page.pk: one for one in reliefs}
    found: dict[str, Contradiction] = {}
    for first in reliefs:
        for pk, when in first.switches:
            then = by_pk.get(pk)
            for action in sorted(then.actions & ITSELF) if then else ():
                at_once = [one for one in reliefs if one is not then and action in one.actions and not one.waits]
                if then and at_once:
                    words = (
                        f"“{first.page.title}” comes before “{then.page.title}” ({when}), "
                        f"but “{at_once[0].page.title}” offers it at once."
                    )
                    pages = (first.page, then.page, *(one.page for one in at_once))
                    label = Action(action).label
                    found.setdefault(label, Contradiction("order", label, words, pages))
    yield from found.values()


def _amounts(reliefs: list[Relief], said: list[Harm]) -> Iterator[Contradiction]:
    """The same thing brings the complaint and eases it, and nobody says how much is too much."""
    with_word: dict[str, list[Harm]] = {}
    for harm in said:
        for word in set(_WORD.findall(harm.text.lower())):
            with_word.setdefault(word, []).append(harm)
    for one in reliefs:
        if one.is_limited:
            continue
        for name in sorted(one.names):
            first = _WORD.search(name)
            some = with_word.get(first[0], []) if first else said
            places = [harm for harm in some if re.search(rf"\b{re.escape(name)}\b", harm.text.lower())]
            if places:
                words = (
                    f"“{places[0].page.title}” says that it harms (“{places[0].text}”), and “{one.page.title}” "
                    "advises it without saying how much is too much."
                )
                yield Contradiction("amount", name, words, (one.page, *(harm.page for harm in places)))
                break


def _released(model: Any) -> list[Any]:
    """Return what is released, as rows of the fields that are needed: a page whole costs many times as much."""
    return list(model.objects.live().order_by("title").values_list("pk", *READ[model], named=True))


def _drafts(model: Any) -> list[Any]:
    """Return pages as their latest drafts have them; most are as they are released, and read together."""
    pages = list(model.objects.order_by("title"))
    newer = [page.latest_revision_id for page in pages if page.latest_revision_id != page.live_revision_id]
    drafts = Revision.objects.in_bulk(newer)
    return [_drafted(page, drafts[pk]) if (pk := page.latest_revision_id) in drafts else page for page in pages]


def _drafted(page: Any, draft: Revision) -> Any:
    """Return a page as a draft has it, without what Wagtail asks for to make it fit to be saved."""
    found = type(page).from_serializable_data(draft.content, check_fks=False)
    found.pk = page.pk
    return found


def found(*, released: bool = False) -> list[Contradiction]:
    """Return the contradictions on this site: in the latest drafts, or in what is released."""
    read = _released if released else _drafts
    told = [page for model in (CausePage, GuidePage) for page in read(model)]
    reliefs = [relief(page) for page in read(TechniquePage)]
    return [*contradictions(reliefs, harms(told)), *([] if released else _dropped(reliefs))]


def _dropped(reliefs: Iterable[Relief]) -> Iterator[Contradiction]:
    """A draft leaves out what the released text is forbidden by."""
    live = {page.pk: relief(page) for page in TechniquePage.objects.live()}
    for one in reliefs:
        known = live.get(one.page.pk)
        if known and known.blocks - one.blocks:
            missing = "; ".join(sorted(_titles(known.blocks - one.blocks).values()))
            words = f"The draft of “{one.page.title}” does not say any more that it is forbidden while: {missing}."
            yield Contradiction("dropped condition", one.page.title, words, (one.page,))
