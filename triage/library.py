"""The reviewed content that protocols refer to, as plain data: findings, rules, blocks and modules by code."""

from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from articles.models import CareRulePage, ContraindicationPage, FindingPage, TechniquePage
from review import overlay
from triage.plain_html import without_links

Shelf = dict[str, dict[str, Any]]
Library = Mapping[str, Shelf]


def library() -> Library:
    """Return the four shelves as they are released; a draft is on none of them.

    While a change is looked at before its release, what it changes stands here as proposed.
    """
    return {
        "findings": {page.code: _finding(page) for page in _released(FindingPage)},
        "rules": {page.code: _rule(page) for page in _released(CareRulePage)},
        "blocks": {page.code: _block(page) for page in _released(ContraindicationPage)},
        "modules": {page.code: _module(page) for page in _released(TechniquePage)},
    }


def _released(model: Any) -> list[Any]:
    return list(overlay.proposed({page.pk: page for page in model.objects.live()}).values())


def address(page: Page) -> str:
    """Return the path of a page on this site."""
    parts = page.get_url_parts()
    return str(parts[2]) if parts and parts[2] else ""


def prose(text: str) -> str:
    """Return rich text as HTML without links: nothing leads a reader away in the middle of a check."""
    return without_links(expand_db_html(text)) if text else ""


def _finding(page: FindingPage) -> dict[str, Any]:
    return {
        "code": page.code,
        "title": page.title,
        "statement": page.statement,
        "polarity": page.polarity,
        "clot_risk": page.clot_risk,
        "urgent_as": page.urgent_as or None,
    }


def _rule(page: CareRulePage) -> dict[str, Any]:
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
        "could_be": [item.value.slug for item in page.could_be if item.value],
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


def _module(page: TechniquePage) -> dict[str, Any]:
    return {
        "code": page.code,
        "title": page.title,
        "actions": [item.value for item in page.actions],
        "summary": page.summary,
        "contraindications": [
            {"block": item.value["block"].code, "reason": item.value["reason"]}
            for item in page.contraindications
            if item.value["block"]
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
