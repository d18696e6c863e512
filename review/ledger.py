"""The public ledger: every value in it may be published, and is enough to check it."""

from typing import Any

from django.conf import settings
from wagtail.models import Page

from review import as_signed, facts, queries
from review.fingerprint import content, digest
from review.models.evidence import ChainHead, Release
from review.models.page import ReviewedPage

FORMAT = "gaitway-ledger-1"


def entries(page_id: int | None = None) -> list[dict[str, Any]]:
    """Return the entries of one page, or all of them, as they were hashed."""
    rows = Release.objects.all() if page_id is None else Release.objects.filter(page_id=page_id)
    return [row.body() | {"hash": row.hash} for row in rows.iterator()]


def ledger(page_id: int | None = None) -> dict[str, Any]:
    """Return a ledger as it is downloaded."""
    head = ChainHead.objects.filter(name="release").first()
    return {
        "format": FORMAT,
        "site": settings.SITE_URL,
        "page": page_id,
        "how_to_check": "python verify_ledger.py FILE_OR_ADDRESS [--live]",
        "head": {"number": head.number, "hash": head.hash} if head else None,
        "entries": entries(page_id),
    }


def live_content(page: Page) -> dict[str, Any]:
    """Return what makes up the fingerprint of a page as it is shown now: shown fields in full, others as a hash.

    `on_hold`: reviewers have taken the page, or parts of it, off the site for now; then signed sentences are missing.
    """
    standing = queries.standing_of(page.pk)
    governed = (as_signed.governed(page, standing.fingerprint) if standing else None) or content(page)
    public = page.public_fields if isinstance(page, ReviewedPage) else frozenset()
    return {
        "format": FORMAT,
        "page": page.pk,
        "type": type(page)._meta.label_lower,
        "address": page.full_url or page.url_path,
        "on_hold": bool(facts.held(page)),
        "fields": {name: value for name, value in governed.items() if name in public},
        "hashes": {name: digest(value) for name, value in governed.items() if name not in public},
    }
