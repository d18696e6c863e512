"""What the ledgers of raw texts hold open against a page: undecided claims, and sentences that were copied."""

from typing import Any

from django.apps import apps
from django.db.models import Q
from django.template.loader import render_to_string

from articles.blocks.references import references_of
from articles.editing.page_text import page_text
from articles.quarantine.segments import digests
from review import batch
from review.problems import Problem

PLACE = "Claims from raw texts"
#: So many hashes are asked about in one query.
AT_ONCE = 500


def open_questions(page: Any) -> list[Problem]:
    """Return why the claims that a page is built from hold it up; one query when there is nothing."""
    claims: Any = apps.get_model("articles", "LedgerClaim")
    if batch.current() and not _any_claims():
        return []
    accepted = ("supported", "contested")
    cited = {pk for model, pk in references_of([page]) if model.__name__ == "ClaimPage"} | {page.pk}
    used = Q(uses__page=page.pk) & ~Q(ruling__in=accepted)
    told = Q(claim_page__in=cited, ruling="undecided")
    rows = claims.objects.filter(used | told).select_related("raw").defer("raw__original", "raw__text").distinct()
    return [Problem(PLACE, _why(row)) for row in rows]


def _any_claims() -> bool:
    return batch.once("claims", apps.get_model("articles", "LedgerClaim").objects.exists)


def _why(row: Any) -> str:
    place = type(row).objects.filter(raw_id=row.raw_id, start__lte=row.start).count()
    return (
        f"Claim {place} of “{row.raw.title}” is {row.get_ruling_display().lower()}."
        " Decide it in the ledger, or take it off this page."
    )


def copied(page: Any) -> list[Problem]:
    """Return a problem for each sentence of a page's text that stands word for word in a raw text."""
    claims: Any = apps.get_model("articles", "LedgerClaim")
    if not _any_claims():
        return []
    marks = sorted(digests(page_text(page)))
    parts = [marks[n : n + AT_ONCE] for n in range(0, len(marks), AT_ONCE)]
    found = [row for part in parts for row in claims.objects.filter(digest__in=part).select_related("raw")]
    return [
        Problem(
            "Text", f"“{row.words}” stands word for word in the raw text “{row.raw.title}”. Say it in your own words."
        )
        for row in {row.digest: row for row in found}.values()
    ]


def review_part(page: Any) -> str:
    """Return where the report on a page's claims is, for the screen on which it is signed; empty without claims."""
    texts = apps.get_model("articles", "RawText").objects.filter(claims__uses__page=page.pk)
    count = texts.count()
    if not count:
        return ""
    shown = {"page": page, "count": count, "texts": texts.only("title").distinct()}
    return render_to_string("quarantine/review_part.html", shown)
