"""A released page as a document for programs: what readers get, who signed it, what it rests on."""

from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from articles import lists
from articles.addresses import absolute, address_of
from articles.models import ClaimPage, SourcePage
from articles.models.translation import without_orphans
from articles.plain_page import PlainPage
from portal.api import tongues
from portal.delivery.programs import document_of
from review import dependencies, serving
from review.facts import Facts
from review.models import ReviewedPage
from triage.models import CheckIndexPage, ProtocolPage

ROOT = "/api/v1/"
# Answered from released artefacts below /check/, not by their own templates.
NOT_SHOWN_AS_PAGES = (CheckIndexPage, ProtocolPage)
Json = dict[str, Any]


def released() -> PageQuerySet:
    """Return the pages that everybody may read, in an order that stays as pages come and go."""
    root = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if root is None:
        return Page.objects.none()
    public = Page.objects.live().public().descendant_of(root.root_page, inclusive=True)
    return without_orphans(public).order_by("pk")


def brief(page: ReviewedPage) -> Json:
    """Return what a list says of a page, whose row was found to be what was signed."""
    facts = page.review_facts
    title, description = tongues.names_of(page)
    return {
        "id": page.pk,
        "meta": {
            "type": type(page)._meta.label,
            "detail_url": detail_url(page.pk),
            "html_url": address_of(page),
            "slug": page.slug,
            "first_published_at": _moment(page.first_published_at),
            "last_published_at": _moment(page.last_published_at),
        },
        "title": title,
        "description": description,
        "language": tongues.tag_of(page),
        "review": review(facts) if facts else None,
    }


def whole(page: ReviewedPage, plain: PlainPage) -> Json:
    """Return everything about a page; `plain` is read from the page as it is served."""
    linked = _linked(plain.paths)
    return brief(page) | {
        "translations": tongues.versions(page),
        "code": getattr(page, "code", None),
        "urgency": _urgency(page),
        "sections": [{"anchor": part.anchor, "heading": part.heading, "html": part.html} for part in plain.parts],
        "on_hold": bool(page.held_blocks),
        "sources": [_source(one, plain.cited[path]) for path, one in linked.items() if path in plain.cited],
        "claims": [_claim(one) for one in linked.values() if isinstance(one, ClaimPage)],
        "related": [_related(one) for path, one in linked.items() if path not in plain.cited],
        "further_pages": [address_of(page) + more for more in _further(page)],
        "schema_org": plain.graph or None,
        "check_url": _check(page),
    }


def review(facts: Facts) -> Json:
    """Return who signed, when, until when it holds, and where all of that can be checked."""
    ledger = absolute(facts.ledger_url)
    return {
        "state": "released",
        "fingerprint": facts.fingerprint,
        "released_on": facts.released_on.isoformat(),
        "reviewed_on": facts.reviewed_on.isoformat(),
        "due_on": facts.due_on.isoformat(),
        "overdue": facts.is_overdue,
        "relief_withheld": facts.relief_is_withheld,
        "change_class": str(facts.change_class),
        "demonstration": facts.demonstration,
        "signers": [_signer(row) for row in facts.signers],
        "ledger_url": ledger,
        "ledger_json_url": f"{ledger}ledger.json",
        "content_url": f"{ledger}content.json",
    }


def detail_url(pk: int) -> str:
    """Return the public address of a page's document."""
    return absolute(document_of(pk))


def _signer(row: Mapping[str, Any]) -> Json:
    names = ("name", "profession", "body", "number")
    return {name: str(row.get(name) or "") for name in names} | {
        "demonstration": bool(row.get("demonstration")),
        "signed_on": row.get("signed_on") or None,
        "sign_off": row.get("sign_off") or None,
    }


def _linked(paths: Iterable[str]) -> dict[str, Any]:
    """Return the pages at some addresses, each only with exactly the text that was signed."""
    root = Site.objects.select_related("root_page").get(is_default_site=True).root_page
    places = {f"{root.url_path}{path.removeprefix('/')}": path for path in paths}
    rows = Page.objects.live().public().filter(url_path__in=places).specific()
    found = {places[page.url_path]: page for page in serving.intact([one for one in rows if _is_reviewed(one)])}
    dependencies.on_pages(page.pk for page in found.values())
    return {path: found[path] for path in paths if path in found}


def _is_reviewed(page: Page) -> bool:
    return isinstance(page, ReviewedPage)


def _source(page: SourcePage, places: Iterable[str]) -> Json:
    return _related(page) | {
        "kind": page.kind,
        "organisation": page.organisation,
        "authors": page.authors,
        "year": page.year,
        "updated": page.updated,
        "published_in": page.published_in,
        "doi": page.doi or None,
        "work_url": page.link or None,
        "checked_on": page.checked_on.isoformat() if page.checked_on else None,
        "places": list(places),
    }


def _claim(page: ClaimPage) -> Json:
    return _related(page) | {"code": page.code, "verdict": page.verdict, "certainty": page.certainty}


def _related(page: ReviewedPage) -> Json:
    return {
        "id": page.pk,
        "type": type(page)._meta.label,
        "title": page.title,
        "html_url": address_of(page),
        "detail_url": detail_url(page.pk),
    }


def _urgency(page: ReviewedPage) -> Json | None:
    """Return how soon to be seen, where a page says so for what it is about."""
    level = getattr(page, "disposition", "")
    if not level:
        return None
    words = page.get_disposition_display()  # type: ignore[attr-defined]  # whatever has the field has it
    return {"disposition": level, "label": str(words), "within_days": getattr(page, "within_days", None)}


def _further(page: ReviewedPage) -> list[str]:
    """Return what the addresses of the further pages of a long list have besides its own."""
    source: Any = getattr(page, "source_page", page)
    return lists.further_of(source) if getattr(source, "listing", None) else []


def _check(page: ReviewedPage) -> str | None:
    """Return the address of the check that a page is, or leads to."""
    slug = page.slug if isinstance(page, ProtocolPage) else getattr(page, "check_key", "")
    return absolute(f"{ROOT}checks/{slug}/") if slug else None


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
