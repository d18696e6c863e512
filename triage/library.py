"""The reviewed content that protocols refer to, as plain data: findings, rules, blocks and modules by code."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache, partial
from typing import Any

from wagtail.models import Page

from articles.models import CareRulePage, CausePage, ContraindicationPage, FindingPage, TechniquePage
from articles.translations.reading import in_language, now
from review import overlay
from review.enums import UseKind
from review.models.submission import Use
from triage.models import ProtocolPage
from triage.plain_html import without_links

# What stands on the shelves, and so what a protocol is made of besides itself and the one that it includes.
SHELVED = (FindingPage, CareRulePage, ContraindicationPage, TechniquePage)
# A shelf with more pages is not read whole: what protocols use is read together, anything else when it is asked for.
READ_WHOLE = 300


class Shelf(Mapping[str, dict[str, Any]]):
    """Released pages by code; each is read and put into plain data when it is asked for: protocols name only some."""

    def __init__(self, model: Any, make: Callable[[Any], dict[str, Any]], near: Callable[[], AbstractSet[int]]) -> None:
        rows = dict(model.objects.live().values_list("pk", "code"))
        # also what is not released yet, or not any more: with it in place a check can be put together again
        self._pages: dict[int, Any] = overlay.standing_in((model,))
        codes = rows | {pk: page.code for pk, page in self._pages.items()}
        self._ids = {code: pk for pk, code in codes.items()}
        self._model, self._make, self._near = model, make, near
        self._made: dict[str, dict[str, Any]] = {}

    def __getitem__(self, code: str) -> dict[str, Any]:
        """Return the plain data of one page; raises KeyError."""
        if code not in self._made:
            page = self._page(self._ids[code])
            in_language([page])
            self._made[code] = self._make(page)
        return self._made[code]

    def _page(self, pk: int) -> Any:
        if pk not in self._pages:
            every = set(self._ids.values())
            wanted = every if len(every) <= READ_WHOLE else every & self._near() | {pk}
            self._pages |= self._model.objects.in_bulk(wanted - self._pages.keys())
            if (reading := now()) is not None:
                reading.read(self._pages)
        return self._pages[pk]

    def __iter__(self) -> Iterator[str]:
        """Yield the codes."""
        return iter(self._ids)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._ids)


Library = Mapping[str, Shelf]


def library() -> Library:
    """Return the four shelves as they are released; a draft is on none of them.

    While a change is looked at before its release, what it changes stands here as proposed.
    """
    return _library() if now() is not None else overlay.once("shelves", _library, of=SHELVED)


def _library() -> Library:
    # the names of what rules and techniques refer to, read once: a query for each of them took most of the time
    causes = dict(CausePage.objects.values_list("pk", "slug"))
    blocks = dict(ContraindicationPage.objects.values_list("pk", "code"))
    near = cache(_used_by_protocols)
    return {
        "findings": Shelf(FindingPage, _finding, near),
        "rules": Shelf(CareRulePage, partial(_rule, causes=causes), near),
        "blocks": Shelf(ContraindicationPage, _block, near),
        "modules": Shelf(TechniquePage, partial(_module, blocks=blocks), near),
    }


def _used_by_protocols() -> AbstractSet[int]:
    """Return the ids of all pages that stand in released protocols, and of those that stand in these."""
    of_protocols = Use.objects.filter(kind=UseKind.PAGE, user_page_id__in=ProtocolPage.objects.values("pk"))
    first = {int(key) for key in of_protocols.values_list("used", flat=True)}
    inside = Use.objects.filter(kind=UseKind.PAGE, user_page_id__in=first)
    return first | {int(key) for key in inside.values_list("used", flat=True)}


def address(page: Page) -> str:
    """Return the path of a page on this site."""
    parts = page.get_url_parts()
    return str(parts[2]) if parts and parts[2] else ""


def prose(text: str) -> str:
    """Return rich text as HTML without links: nothing leads a reader away in the middle of a check."""
    return without_links(text) if text else ""


def _finding(page: FindingPage) -> dict[str, Any]:
    return {
        "code": page.code,
        "title": page.title,
        "statement": page.statement,
        "polarity": page.polarity,
        "clot_risk": page.clot_risk,
        "urgent_as": page.urgent_as or None,
    }


def _rule(page: CareRulePage, causes: Mapping[int, str]) -> dict[str, Any]:
    return {
        "code": page.code,
        "title": page.title,
        "disposition": page.disposition,
        "within_days": page.within_days,
        "review_days": page.review_days,
        "mode": page.mode,
        "conditions": page.plain_conditions(),
        "action": page.action,
        "why": prose(page.why),
        "while_waiting": prose(page.while_waiting),
        "specialties": [item.value for item in page.specialties],
        "examined": page.examined,
        "referral": [{"if": item.value["if_found"], "then": item.value["then"]} for item in page.referral],
        "could_be": [causes[item["value"]] for item in page.could_be.raw_data if item["value"] in causes],
        "url": address(page),
    }


def _block(page: ContraindicationPage) -> dict[str, Any]:
    return {
        "code": page.code,
        "title": page.title,
        "mode": page.mode,
        "conditions": page.plain_conditions(),
        "dispositions": [item.value for item in page.dispositions],
        "why": prose(page.why),
        "what_to_do": prose(page.what_to_do),
        "url": address(page),
    }


def _module(page: TechniquePage, blocks: Mapping[int, str]) -> dict[str, Any]:
    return {
        "code": page.code,
        "title": page.title,
        "actions": [item.value for item in page.actions],
        "summary": page.summary,
        "contraindications": [
            {"block": blocks[item["value"]["block"]], "reason": item["value"]["reason"]}
            for item in page.contraindications.raw_data
            if item["value"]["block"] in blocks
        ],
        "url": address(page),
    }


def used_pages(page: Any) -> list[int]:
    """Return the ids of the findings a protocol asks for, and of the protocol it includes with all that it uses."""
    ids = set(FindingPage.objects.filter(code__in=named_findings(page)).values_list("pk", flat=True))
    if page.include_id:
        ids |= {page.include_id, *used_pages(page.include)}
    return sorted(ids)


def named_findings(page: Any) -> set[str]:
    """Return the keys of all findings that the questions of a protocol name."""
    return set(_signs(page.questions.raw_data))


def _signs(raw: Any) -> Iterable[str]:
    """Yield the keys in every list that holds findings."""
    if isinstance(raw, Mapping):
        for name, value in raw.items():
            if name in {"sets", "unknown", "unsure", "unsure_sets", "findings"} and isinstance(value, list):
                yield from (key for key in value if isinstance(key, str))
            else:
                yield from _signs(value)
    elif not isinstance(raw, str | int | float | bool | None):
        for item in raw:
            yield from _signs(item)
