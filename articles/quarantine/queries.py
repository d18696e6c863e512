"""What the screens of the ledgers read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q, QuerySet

from articles.models import ClaimDecision, ClaimPage, LedgerClaim, RawText, Ruling
from articles.quarantine.hints import HintKind
from articles.quarantine.lexicon import content, stem
from articles.quarantine.vocabulary import WORD

MOST_LIKE = 3
FEWEST = 2


@dataclass(frozen=True)
class Progress:
    """How far a ledger is: claims in all, decided, and by ruling."""

    total: int
    decided: int
    by_ruling: tuple[tuple[Ruling, int], ...]

    @property
    def percent(self) -> int:
        """Decided claims in a hundred, rounded down: 100 only when all are."""
        return 100 * self.decided // self.total if self.total else 100


def raw_texts() -> QuerySet[RawText]:
    """Return the raw texts with how many claims each has and how many are decided; without their words."""
    open_ones = Q(claims__ruling=Ruling.UNDECIDED)
    rows = RawText.objects.defer("original", "text").select_related("origin")
    counted = rows.annotate(claim_count=Count("claims"), open_count=Count("claims", filter=open_ones))
    return counted.order_by("-brought_at", "-pk")


@dataclass(frozen=True)
class Row:
    """A claim of a ledger with its number there and the decision that holds."""

    number: int
    claim: LedgerClaim
    last: ClaimDecision | None

    @property
    def kinds(self) -> list[HintKind]:
        """The kinds of what the machine noticed, each once."""
        return list(dict.fromkeys(HintKind(hint["kind"]) for hint in self.claim.hints))


def ledger(raw: RawText) -> list[Row]:
    """Return the claims of a raw text in order, each with its number, its last decision and where it is used."""
    claims = list(raw.claims.prefetch_related("uses__page").select_related("claim_page"))
    last = {row.claim_id: row for row in _decisions(ClaimDecision.objects.filter(claim__raw=raw))}
    for claim in claims:
        claim.raw = raw  # read once, not with each claim
    return [Row(number, claim, last.get(claim.pk)) for number, claim in enumerate(claims, 1)]


def _decisions(rows: QuerySet[ClaimDecision]) -> QuerySet[ClaimDecision]:
    return rows.select_related("source", "claim_page").order_by("pk")


def history(claim: LedgerClaim) -> list[ClaimDecision]:
    """Return all decisions about a claim, the latest first."""
    return list(_decisions(ClaimDecision.objects.filter(claim=claim)).reverse())


def progress(rows: Sequence[Row]) -> Progress:
    """Return how far a ledger is."""
    counts = {ruling: sum(row.claim.ruling == ruling for row in rows) for ruling in Ruling}
    decided = len(rows) - counts[Ruling.UNDECIDED]
    return Progress(len(rows), decided, tuple((ruling, counts[ruling]) for ruling in Ruling))


#: What a ledger can be narrowed to, besides a ruling and a kind of hint.
HINTED, HINTED_OPEN, HEADINGS, ALL = "hinted", "hinted-open", "headings", "all"
#: So many claims are listed at once.
ON_A_SHEET = 40


def chosen(rows: Sequence[Row], show: str) -> list[Row]:
    """Return the claims that a filter shows; everything for a filter that is not known."""
    if show == HINTED:
        return [row for row in rows if row.claim.hints]
    if show == HINTED_OPEN:
        return [row for row in rows if row.claim.hints and not row.claim.is_decided]
    if show == HEADINGS:
        return [row for row in rows if row.claim.is_heading]
    if show in Ruling.values:
        return [row for row in rows if row.claim.ruling == show]
    if show in HintKind.values:
        return [row for row in rows if show in row.kinds]
    return list(rows)


def next_undecided(rows: Sequence[Row], after: int) -> Row | None:
    """Return the next claim to decide about: the first behind a place, else the first of all."""
    waiting = [row for row in rows if not row.claim.is_decided]
    return next((row for row in waiting if row.claim.start > after), waiting[0] if waiting else None)


@dataclass(frozen=True)
class Sheet:
    """The part of a list of claims that is shown, and the claims that the parts before and after begin with."""

    rows: Sequence[Row]
    number: int
    count: int
    before: Row | None
    after: Row | None


def sheet_of(rows: Sequence[Row], place: int) -> Sheet:
    """Return the sheet that a place of a list is on; the first for a place outside."""
    number = max(place, 0) // ON_A_SHEET
    low, high = number * ON_A_SHEET, (number + 1) * ON_A_SHEET
    count = -(-len(rows) // ON_A_SHEET)
    before = rows[low - ON_A_SHEET] if number else None
    return Sheet(rows[low:high], number + 1, count, before, rows[high] if high < len(rows) else None)


def last_said(raw: RawText, by: Any) -> ClaimDecision | None:
    """Return what somebody decided last in a ledger, for deciding the same of the next claim."""
    said = ClaimDecision.objects.filter(claim__raw=raw, by_id=by.pk).exclude(ruling=Ruling.UNDECIDED)
    return said.select_related("source", "claim_page").order_by("-pk").first()


@dataclass(frozen=True)
class Part:
    """A part of a raw text as it is shown: a claim, or what stands between two."""

    words: str
    row: Row | None = None
    marked: tuple[tuple[str, str], ...] = ()
    """The words of the claim in order, each with the reasons of the hints at them; empty where nothing is noticed."""


def parts(raw: RawText, rows: Sequence[Row]) -> Iterator[Part]:
    """Yield the whole raw text in order, claims and what stands between them."""
    end = 0
    for row in rows:
        if row.claim.start > end:
            yield Part(raw.text[end : row.claim.start])
        yield Part(row.claim.words, row, tuple(_marked(raw.text, row.claim)))
        end = row.claim.end
    if end < len(raw.text):
        yield Part(raw.text[end:])


def _marked(text: str, claim: LedgerClaim) -> Iterator[tuple[str, str]]:
    """Yield the words of a claim, cut where hints begin and end."""
    some = [h for h in claim.hints if (h["start"], h["end"]) != (claim.start, claim.end)]
    ends = [hint[side] for hint in some for side in ("start", "end")]
    cuts = {claim.start, claim.end, *(end for end in ends if claim.start < end < claim.end)}
    for low, high in pairwise(sorted(cuts)):
        why = " ".join(hint["why"] for hint in some if hint["start"] < high and low < hint["end"])
        yield text[low:high], why


def like(claim: LedgerClaim) -> list[ClaimPage]:
    """Return the claim pages that speak of the same things, the most alike first."""
    stems = {stem(word) for word in content([word.lower() for word in WORD.findall(claim.words)])}
    ranked = []
    for page in ClaimPage.objects.only("title", "often_said"):
        said = {stem(word) for word in content([w.lower() for w in WORD.findall(f"{page.title} {page.often_said}")])}
        if len(stems & said) >= FEWEST:
            ranked.append((len(stems & said) / len(stems | said), page.title, page))
    return [page for _, _, page in sorted(ranked, key=lambda row: (-row[0], row[1]))[:MOST_LIKE]]


def claims_of(page: Any) -> list[Row]:
    """Return the claims that a page is built from, each with its number in its ledger and its last decision."""
    used = set(LedgerClaim.objects.filter(uses__page=page.pk).values_list("pk", flat=True))
    texts = RawText.objects.filter(claims__in=used).defer("original").distinct() if used else ()
    return [row for raw in texts for row in ledger(raw) if row.claim.pk in used]
