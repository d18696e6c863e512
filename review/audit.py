"""Proves from the data alone that everything public was signed; says what is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision

from review import as_signed, freshness, static_files, triggers, uses
from review.enums import PublicState, UseKind
from review.fingerprint import content_hash, of_content, read_members
from review.models.evidence import GENESIS, Chained, ChainHead, Release, SignOff
from review.models.page import ReviewedPage
from review.models.submission import Standing, Use

# So many pages are looked at together.
PART = 200


def faults() -> Iterator[str]:
    """Yield one sentence for each thing that is wrong; nothing when all is well."""
    for model in (SignOff, Release):
        yield from chain_faults(model)
    yield from page_faults()
    yield from use_faults()
    yield from schedule_faults()
    for table in triggers.missing():
        yield f"The trigger on {table} is missing."
    for table in sorted(freshness.missing()):
        yield f"Changes of {table} are not counted, so pages that were kept may be out of date."


def chain_faults(model: type[Chained]) -> Iterator[str]:
    """Yield what is wrong with a chain: an altered row, a gap, a lost end."""
    name, previous, number = model._meta.verbose_name, GENESIS, 0
    of_page: dict[int, str] = {}
    for row in model.objects.order_by("number").iterator():
        number += 1
        if row.number != number:
            yield f"{name} {number} is missing."
            number = row.number
        if row.hash != row.computed_hash():
            yield f"{name} {row.number} (page {row.page_id}) was altered."
        if row.previous != previous:
            yield f"{name} {row.number} does not follow the one before."
        if row.previous_of_page != of_page.get(row.page_id, GENESIS):
            yield f"{name} {row.number} does not follow the one before of page {row.page_id}."
        if isinstance(row, SignOff) and of_content(row.content, row.page_type) != row.fingerprint:
            yield f"{name} {row.number}: its copy of the text is not the text that was signed."
        previous = of_page[row.page_id] = row.hash
    head = ChainHead.objects.filter(name=model._meta.model_name).first()
    if (head.number, head.hash) != (number, previous) if head else number:
        yield f"The end of the chain of {model._meta.verbose_name_plural} is missing."


def page_faults() -> Iterator[str]:
    """Yield what is wrong with public pages, and with what is said to hold for them."""
    standings = Standing.objects.in_bulk()
    live = Page.objects.filter(live=True, depth__gt=1).specific(defer=False)
    for pages in _in_parts(live.iterator(chunk_size=PART)):
        beneath = _Beneath(pages, standings)
        read_members(page for page in pages if isinstance(page, ReviewedPage))
        for page in pages:
            for fault in _of_page(page, standings.get(page.pk), beneath):
                yield f"“{page.title}” (page {page.pk}): {fault}"
    yield from _lost()
    shown = set(Page.objects.filter(live=True).values_list("pk", flat=True))
    for pk, row in standings.items():
        if row.state == PublicState.RELEASED and pk not in shown:
            yield f"Page {pk} was released but is not on the site."


def _in_parts(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Yield pages in lists that memory has room for."""
    rest = iter(pages)
    while part := list(islice(rest, PART)):
        yield part


class _Beneath:
    """What stands under some pages, read for all of them together."""

    def __init__(self, pages: list[Page], standings: Mapping[int, Standing]) -> None:
        ids = [page.pk for page in pages]
        self.revisions = Revision.objects.in_bulk([page.live_revision_id for page in pages if page.live_revision_id])
        entries = Release.objects.filter(page_id__in=ids).order_by("number")
        self.last = {page: (mark, text) for page, mark, text in entries.values_list("page_id", "hash", "fingerprint")}
        hashes = [one for pk in ids if pk in standings for one in standings[pk].sign_offs]
        self.signed = {row.hash: row for row in SignOff.objects.filter(hash__in=hashes).defer("content")}


def _lost() -> Iterator[str]:
    """Yield public pages that readers cannot reach: the tree leads elsewhere than their address says."""
    rows = Page.objects.values_list("path", "url_path", "slug", "live", "pk", "depth").order_by("path")
    addresses = {path: url for path, url, *_ in rows}
    for path, url, slug, live, pk, depth in rows:
        above = addresses.get(path[: -Page.steplen])
        if live and depth > 1 and (above is None or url != f"{above}{slug}/" or len(path) != depth * Page.steplen):
            yield f"Page {pk} does not stand where its address says, {url}."


def _of_page(page: Page, standing: Standing | None, beneath: _Beneath) -> Iterator[str]:
    if not isinstance(page, ReviewedPage):
        yield "public, but not of a reviewed type."
        return
    if page.alias_of_id:
        yield "an alias."
    if standing is None or standing.state != PublicState.RELEASED:
        yield "public without a release."
        return
    if not as_signed.holds(page, standing.fingerprint):
        yield "not the text that was signed."
    if page.go_live_at or page.expire_at:
        yield "has a date to appear or to vanish."
    revision = beneath.revisions.get(page.live_revision_id)
    if revision is None or revision.pk != standing.revision_id:
        yield "its signed revision is gone."
    if beneath.last.get(page.pk) != (standing.release_hash, standing.fingerprint):
        yield "what holds for it is not the last entry of its ledger."
    signed = [beneath.signed[one] for one in set(standing.sign_offs) if one in beneath.signed]
    yield from _of_signatures(page, standing, revision, sorted(signed, key=lambda row: row.number))


def _of_signatures(
    page: ReviewedPage, standing: Standing, revision: Revision | None, signed: list[SignOff]
) -> Iterator[str]:
    people = {row.reviewer_id for row in signed}
    if len(signed) != len(standing.sign_offs) or not signed:
        yield "signatures are missing."
        return
    classes = [row.get_change_class_display() for row in signed]
    needed = max(page.signers_needed(row.change_class) for row in signed)  # type: ignore[arg-type]
    if len(people) < needed:
        yield f"{len(people)} of {needed} signatures ({', '.join(classes)})."
    for row in signed:
        if (row.page_id, row.fingerprint) != (page.pk, standing.fingerprint):
            yield f"signature {row.number} stands for another text."
        if revision is not None and content_hash(revision.content) != row.content_hash:
            yield f"the revision under signature {row.number} was altered."
        if set(row.contributors) & people:
            yield f"signature {row.number} is a contributor's own."


def use_faults() -> Iterator[str]:
    """Yield what pages show from elsewhere that is not what was signed with them."""
    standings = Standing.objects.in_bulk()
    for use in Use.objects.all().iterator():
        if use.kind == UseKind.PAGE:
            fault = _inside(use, standings.get(int(use.used)))
        elif use.kind == UseKind.STATIC:
            fault = None if static_files.digest_of(use.used) == use.mark else "is not the file that was signed"
        else:
            model: Any = get_image_model() if use.kind == UseKind.IMAGE else get_document_model()
            there = model.objects.filter(pk=use.used).exists()
            same = there and uses.file_mark(UseKind(use.kind), use.used) == use.mark
            fault = None if same else "is not the file that was signed"
        if fault:
            yield f"Page {use.user_page_id} shows {use.kind} {use.used}, which {fault}."


def _inside(use: Use, standing: Standing | None) -> str | None:
    if standing is None:
        return "was never released"
    if use.user_page_id in standing.touched_pages:
        return None
    if standing.state != PublicState.RELEASED:
        return "was withdrawn"
    return None if standing.fingerprint == use.mark else "changed without it"


def schedule_faults() -> Iterator[str]:
    """Yield revisions that wait for their time without a signature."""
    waiting = Revision.objects.page_revisions().filter(approved_go_live_at__isnull=False)
    for pk, at in waiting.values_list("pk", "approved_go_live_at"):
        if not SignOff.objects.filter(revision_id=pk).exists():
            late = " and is late" if at < timezone.now() else ""
            yield f"Revision {pk} is scheduled without a signature{late}."
