"""Where the same relief is given under other conditions, in another order, or is cause and cure at once.

Works on what techniques, causes and guides say as data, drafts as well as what is released; changes nothing. What a
draft says is remembered for as long as nobody writes another one, and what is released by the text itself: then all of
them are compared without being read.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import combinations
from sys import intern
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db.models import F, TextField
from django.db.models.functions import Cast
from wagtail.models import Revision

from articles.enums import Action
from articles.models import CausePage, ContraindicationPage, GuidePage, TechniquePage
from review.remembered import Remembered

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
# What so many drafts and released texts say is remembered: more than a large site has.
MOST_DRAFTS = MOST_TEXTS = 10_000
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

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words, in small letters; each is in memory once for all texts that have it."""
        return tuple(map(intern, {*_WORD.findall(self.text.lower())}))


@dataclass(frozen=True)
class Named:
    """As much of a page as is told of it: what is remembered holds no more."""

    pk: int
    title: str

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Said:
    """What one page says of relief or of harm."""

    reliefs: tuple[Relief, ...]
    harms: tuple[Harm, ...]


class Draft(NamedTuple):
    """The latest draft of a page. It says the same for ever: one that is written over is made at another time."""

    pk: int
    latest_revision_id: int | None
    latest_revision_created_at: Any
    live_revision_id: int | None

    @property
    def is_as_released(self) -> bool:
        """Whether the row of the page has the same text."""
        return self.latest_revision_id == self.live_revision_id


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
        _blocks(page),
        waits=bool(len(page.preconditions)) or days,
        is_limited=bool(numbers or len(page.stop_if)),
        switches=tuple((item["value"]["to"], item["value"]["when"]) for item in page.switch.raw_data),
    )


def _blocks(page: Any) -> frozenset[int]:
    return frozenset(item["value"]["block"] for item in page.contraindications.raw_data if item["value"]["block"])


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
    """Yield techniques that are the same thing, with its name; of those with a name in common, what differs."""
    for action in Action:
        group = [one for one in reliefs if action in one.actions]
        if action in ITSELF:
            yield action.label, group
            continue
        for one, other in _differing(group):
            first, second = group[one], group[other]
            yield min(first.names & second.names), [first, second]


def _differing(group: list[Relief]) -> list[tuple[int, int]]:
    """Return the places of each two that have a name in common and are not forbidden by the same things."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(group):
        for name in one.names:
            by_name[name].append(number)
    some = (numbers for numbers in by_name.values() if len({group[number].blocks for number in numbers}) > 1)
    pairs = {pair for numbers in some for pair in combinations(numbers, 2)}
    return sorted(pair for pair in pairs if group[pair[0]].blocks != group[pair[1]].blocks)


def _order(reliefs: list[Relief]) -> Iterator[Contradiction]:
    """One place says first this and then that; another offers that at once."""
    by_pk = {one.page.pk: one for one in reliefs}
    at_once = {action: [one for one in reliefs if action in one.actions and not one.waits] for action in ITSELF}
    found: dict[str, Contradiction] = {}
    for first in reliefs:
        for pk, when in first.switches:
            then = by_pk.get(pk)
            for action in sorted(then.actions & ITSELF) if then else ():
                label = Action(action).label
                others = [] if label in found else [one for one in at_once[Action(action)] if one is not then]
                if then and others:
                    words = (
                        f"“{first.page.title}” comes before “{then.page.title}” ({when}), "
                        f"but “{others[0].page.title}” offers it at once."
                    )
                    pages = (first.page, then.page, *(one.page for one in others))
                    found[label] = Contradiction("order", label, words, pages)
    yield from found.values()


def _amounts(reliefs: list[Relief], said: list[Harm]) -> Iterator[Contradiction]:
    """The same thing brings the complaint and eases it, and nobody says how much is too much."""
    unlimited = [one for one in reliefs if not one.is_limited]
    begins = {name: _WORD.search(name) for one in unlimited for name in one.names}
    wanted = {first[0] for first in begins.values() if first}
    with_word: dict[str, list[Harm]] = defaultdict(list)
    for harm in said:
        for word in wanted.intersection(harm.words):
            with_word[word].append(harm)
    for one in unlimited:
        for name in sorted(one.names):
            first = begins[name]
            some = with_word[first[0]] if first else said
            places = [harm for harm in some if re.search(rf"\b{re.escape(name)}\b", harm.text.lower())]
            if places:
                words = (
                    f"“{places[0].page.title}” says that it harms (“{places[0].text}”), and “{one.page.title}” "
                    "advises it without saying how much is too much."
                )
                yield Contradiction("amount", name, words, (one.page, *(harm.page for harm in places)))
                break


def said(page: Any) -> Said:
    """Return what a page says, as it is in memory; a row with its fields will do."""
    named = Named(page.pk, page.title)
    if hasattr(page, "actions"):
        return Said((replace(relief(page), page=named),), ())
    return Said((), tuple(replace(harm, page=named) for harm in harms([page])))


def _rows(model: Any, pages: Any) -> list[Any]:
    """Return pages as rows of the fields that are needed: a page whole costs many times as much."""
    return list(pages.values_list("pk", *READ[model], named=True))


def _released(model: Any) -> list[Said]:
    """Return what is released; each text is remembered by itself, as the database has it."""
    columns = [Cast(name, TextField()) for name in READ[model]]
    rows = model.objects.live().order_by("title").values_list("pk", *columns)
    texts = {_digest(model, row): row for row in rows}
    known = _said.many(texts, lambda new: {key: said(_as_row(model, texts[key])) for key in new})
    return [known[key] for key in texts]


_said: Remembered[bytes, Said] = Remembered(MOST_TEXTS)


def _digest(model: Any, row: tuple[Any, ...]) -> bytes:
    return hashlib.sha256(repr((model.__name__, *row)).encode()).digest()


def _as_row(model: Any, row: tuple[Any, ...]) -> Any:
    """Return the fields of a page from what the database has of them."""
    pk, *texts = row
    values = {name: model._meta.get_field(name).to_python(text) for name, text in zip(READ[model], texts, strict=True)}
    return SimpleNamespace(pk=pk, **values)


def _drafts(model: Any) -> list[Said]:
    """Return what pages say as their latest drafts have them."""
    rows = model.objects.order_by("title").values_list(*Draft._fields)
    drafts = [Draft(*row) for row in rows]
    known = _known.many((one for one in drafts if one.latest_revision_id), partial(_read, model))
    every = known | _read(model, [one for one in drafts if not one.latest_revision_id])
    return [every[one] for one in drafts if one in every]


_known: Remembered[Draft, Said] = Remembered(MOST_DRAFTS)


def _read(model: Any, drafts: list[Draft]) -> dict[Draft, Said]:
    """Return what drafts say; those that are as released are read as rows, all of them together."""
    revisions = Revision.objects.in_bulk({one.latest_revision_id for one in drafts if not one.is_as_released})
    found = {
        one: said(_drafted(model, one.pk, revisions[pk]))
        for one in drafts
        if (pk := one.latest_revision_id) in revisions
    }
    rest = {one.pk: one for one in drafts if one not in found}
    return found | (
        {rest[row.pk]: said(row) for row in _rows(model, model.objects.filter(pk__in=rest))} if rest else {}
    )


def _drafted(model: Any, pk: int, draft: Revision) -> Any:
    """Return a page as a draft has it, without what Wagtail asks for to make it fit to be saved."""
    page = model.from_serializable_data(draft.content, check_fks=False)
    page.pk = pk
    return page


def found(*, released: bool = False) -> list[Contradiction]:
    """Return the contradictions on this site: in the latest drafts, or in what is released."""
    read = _released if released else _drafts
    reliefs = [one for page in read(TechniquePage) for one in page.reliefs]
    told = [harm for model in (CausePage, GuidePage) for page in read(model) for harm in page.harms]
    return [*contradictions(reliefs, told), *([] if released else _dropped(reliefs))]


def _dropped(reliefs: Iterable[Relief]) -> Iterator[Contradiction]:
    """A draft leaves out what the released text is forbidden by."""
    newer = TechniquePage.objects.live().exclude(latest_revision=F("live_revision"))
    live = {row.pk: _blocks(row) for row in newer.values_list("pk", "contraindications", named=True)}
    gone = [(one, live[one.page.pk] - one.blocks) for one in reliefs if live.get(one.page.pk, frozenset()) - one.blocks]
    titles = _titles({pk for _, blocks in gone for pk in blocks})
    for one, blocks in gone:
        missing = "; ".join(sorted(titles[pk] for pk in blocks if pk in titles))
        words = f"The draft of “{one.page.title}” does not say any more that it is forbidden while: {missing}."
        yield Contradiction("dropped condition", one.page.title, words, (one.page,))
