"""Bringing in raw texts, and everything that people decide about their claims."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.models import Page

from articles.models import ClaimDecision, ClaimPage, ClaimUse, LedgerClaim, Origin, RawText, Ruling, SourcePage
from articles.quarantine import hints
from articles.quarantine.permissions import check_can_decide
from articles.quarantine.reading import read
from articles.quarantine.segments import Piece, digest, pieces
from articles.quarantine.vocabulary import Vocabulary, vocabulary
from review import doors
from review.doors import RefusedError
from review.models import ReviewedPage

#: Decisions that may be made of many claims in one go: none of them lets a claim into an article.
IN_BULK = (Ruling.OUT_OF_SCOPE, Ruling.GARBLED, Ruling.UNDECIDED)
LONGEST_TITLE = 200


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What somebody says about a claim: the ruling, and what it rests on."""

    ruling: str
    reason: str = ""
    source: SourcePage | None = None
    place: str = ""
    claim_page: ClaimPage | None = None
    probably_meant: str = ""
    confidence: str = ""

    def lacks(self) -> str:
        """Return what is missing, as a sentence; empty when it is complete."""
        sourced, reason = bool(self.source and self.place.strip()), bool(self.reason.strip())
        if self.source and not self.place.strip():
            return "Say where in the source it stands: recommendation, section, table or page."
        if self.ruling == Ruling.SUPPORTED and not (sourced or self.claim_page):
            return "“Supported” needs a source with the place in it, or the claim page that holds it."
        if self.ruling in (Ruling.CONTESTED, Ruling.WRONG) and not (sourced or reason or self.claim_page):
            return "Name a source, a claim page or a reason."
        if self.ruling in IN_BULK and not reason:
            return "Give a reason."
        if bool(self.probably_meant.strip()) != bool(self.confidence):
            return "What was probably meant and how sure you are go together."
        return ""


@transaction.atomic
def bring_in(*, body: bytes, file_name: str, title: str, language_path: str, by: Any, now: datetime) -> RawText:
    """Keep a raw text as it came, and write the ledger of its claims with the machine's hints.

    Raises UnreadableError for a file that is not read, RefusedError for a person or a text that is refused.
    """
    check_can_decide(by)
    found = read(body, file_name)
    claims = list(pieces(found.text))
    if not claims:
        raise RefusedError("There is no sentence in it, so there would be nothing to decide about.")
    mark = hashlib.sha256(body).hexdigest()
    if known := RawText.objects.filter(sha256=mark).values_list("title", flat=True).first():
        raise RefusedError(f"This very text is here already, as “{known}”.")
    raw = RawText(
        title=title.strip()[:LONGEST_TITLE], file_name=file_name[:LONGEST_TITLE], kind=found.kind, sha256=mark,
        original=body, text=found.text, language_path=language_path.strip(),
        origin=Origin.objects.filter(sha256=mark).first(),
        brought_by_id=by.pk, brought_by_name=by.get_full_name() or by.get_username(), brought_at=now,
    )  # fmt: skip
    with doors.open_for():
        raw.save()
    LedgerClaim.objects.bulk_create(_claim(raw, piece) for piece in claims)
    look_again(raw=raw, by=by)
    return raw


def _claim(raw: RawText, piece: Piece) -> LedgerClaim:
    return LedgerClaim(
        raw=raw, start=piece.start, end=piece.end, is_heading=piece.is_heading, digest=digest(piece.text)
    )


@transaction.atomic
def look_again(*, raw: RawText, by: Any, known: Vocabulary | None = None) -> int:
    """Make the machine's hints anew, with what the portal knows now; return how many claims have some."""
    check_can_decide(by)
    known = known or vocabulary()
    others = tuple(
        hints.Told(tuple(pieces(text)), known, name=title)
        for title, text in RawText.objects.exclude(pk=raw.pk).values_list("title", "text")
    )
    found = hints.hints(pieces(raw.text), known, others)
    claims = list(raw.claims.all())
    for claim in claims:
        claim.hints = [asdict(hint) for hint in found if hint.start < claim.end and claim.start < hint.end]
    LedgerClaim.objects.bulk_update(claims, ["hints"])
    return sum(bool(claim.hints) for claim in claims)


@transaction.atomic
def decide(*, claims: Sequence[int], judgement: Judgement, by: Any, now: datetime) -> list[LedgerClaim]:
    """Write down what a person decided about one claim, or about several where that is safe."""
    check_can_decide(by)
    if judgement.ruling not in Ruling.values:
        raise RefusedError("Choose what holds of the claim.")
    if len(claims) > 1 and judgement.ruling not in IN_BULK:
        raise RefusedError("Only “garbled”, “out of scope” and “undecided” can be said of several claims at once.")
    if lacks := judgement.lacks():
        raise RefusedError(lacks)
    rows = list(LedgerClaim.objects.select_for_update().filter(pk__in=claims))
    if not rows or len(rows) != len(set(claims)):
        raise RefusedError("Some of these claims are not there any more; look at the ledger again.")
    if len(rows) > 1 and judgement.ruling != Ruling.UNDECIDED and any(row.is_decided for row in rows):
        raise RefusedError("Some of these claims are decided already. Only undecided ones are decided together.")
    for row in rows:
        _write(row, judgement, by=by, now=now)
    return rows


def _write(row: LedgerClaim, judgement: Judgement, *, by: Any, now: datetime) -> None:
    with doors.open_for():
        ClaimDecision(
            claim=row, by_id=by.pk, by_name=by.get_full_name() or by.get_username(), at=now, **vars(judgement)
        ).save()
    row.ruling = judgement.ruling
    # a claim that is open again still belongs to the page that it was judged for, and holds that up
    row.claim_page = judgement.claim_page or (row.claim_page if judgement.ruling == Ruling.UNDECIDED else None)
    row.save(update_fields=["ruling", "claim_page"])


@transaction.atomic
def split(*, claim: int, words: int, by: Any, now: datetime) -> LedgerClaim:
    """Take a claim apart after some words: two claims, both undecided; return the second."""
    check_can_decide(by)
    row = LedgerClaim.objects.select_for_update().select_related("raw").get(pk=claim)
    ends = [match.end() for match in re.finditer(r"\S+", row.words)]
    if not 0 < words < len(ends):
        raise RefusedError("Choose a word inside the claim after which it is taken apart.")
    if row.uses.exists():
        raise RefusedError("An article uses this claim; take it off there first.")
    middle = row.start + ends[words - 1]
    rest = row.raw.text[middle : row.end]
    start = middle + len(rest) - len(rest.lstrip())
    second = LedgerClaim(raw=row.raw, start=start, end=row.end, is_heading=row.is_heading)
    first_end, row.end = row.end, middle
    for part in (row, second):
        part.digest = digest(part.words)
    every = row.hints
    row.hints = [hint for hint in every if hint["start"] < middle]
    second.hints = [hint for hint in every if hint["end"] > start]
    row.save(update_fields=["end", "digest", "hints"])
    second.save()
    told = f"Taken apart from {row.start}–{first_end}: {row.start}–{row.end} and {start}–{first_end}."
    for part in (row, second):
        _write(part, Judgement(ruling=Ruling.UNDECIDED, reason=told), by=by, now=now)
    return second


@transaction.atomic
def use(*, claims: Iterable[int], page: Page, by: Any, now: datetime) -> int:
    """Note that a page is built from accepted claims; return how many are new there."""
    check_can_decide(by)
    page = page.specific
    if not isinstance(page, ReviewedPage) or not page.permissions_for_user(by).can_edit():
        raise RefusedError("You cannot edit this page.")
    rows = list(LedgerClaim.objects.filter(pk__in=list(claims)))
    if not rows or not all(row.is_accepted for row in rows):
        raise RefusedError("Only claims that are supported or contested can be built on. Decide the others first.")
    before = ClaimUse.objects.filter(page=page).count()
    ClaimUse.objects.bulk_create(
        [ClaimUse(claim=row, page=page, by_name=by.get_full_name() or by.get_username(), at=now) for row in rows],
        ignore_conflicts=True,
    )
    return ClaimUse.objects.filter(page=page).count() - before


@transaction.atomic
def stop_using(*, claim: int, page: Page, by: Any) -> None:
    """Note that a page is not built from a claim any more."""
    check_can_decide(by)
    if not page.specific.permissions_for_user(by).can_edit():
        raise RefusedError("You cannot edit this page.")
    ClaimUse.objects.filter(claim=claim, page=page).delete()
