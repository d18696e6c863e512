"""The reviewed content that protocols refer to, as plain data: findings, rules, blocks and modules by code."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from wagtail.models import Page

from articles.models import CareRulePage, CausePage, ContraindicationPage, FindingPage, TechniquePage
from articles.translations.reading import in_language, now
from review import overlay
from triage.plain_html import without_links


class Shelf(Mapping[str, dict[str, Any]]):
    """Pages by code; each is put into plain data when it is asked for, as a protocol names only some of them."""

    def __init__(self, pages: Iterable[Any], make: Callable[[Any], dict[str, Any]]) -> None:
        self._pages = {page.code: page for page in pages}
        self._make = make
        self._made: dict[str, dict[str, Any]] = {}

    def __getitem__(self, code: str) -> dict[str, Any]:
        """Return the plain data of one page; raises KeyError."""
        if code not in self._made:
            in_language([self._pages[code]])
            self._made[code] = self._make(self._pages[code])
        return self._made[code]

    def __iter__(self) -> Iterator[str]:
        """Yield the codes."""
        return iter(self._pages)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._pages)


Library = Mapping[str, Shelf]


def library() -> Library:
    """Return the four shelves as they are released; a draft is on none of them.

    While a change is looked at before its release, what it changes stands here as proposed.
    """
    # the names of what rules and techniques refer to, read once: a query for each of them took most of the time
    causes = dict(CausePage.objects.values_list("pk", "slug"))
    blocks = dict(ContraindicationPage.objects.values_list("pk", "code"))
    return {
        "findings": Shelf(_released(FindingPage), _finding),
        "rules": Shelf(_released(CareRulePage), partial(_rule, causes=causes)),
        "blocks": Shelf(_released(ContraindicationPage), _block),
        "modules": Shelf(_released(TechniquePage), partial(_module, blocks=blocks)),
    }


def _released(model: Any) -> list[Any]:
    found = overlay.proposed({page.pk: page for page in model.objects.live()})
    if (reading := now()) is not None:
        reading.read(found)
    return list(found.values())


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
