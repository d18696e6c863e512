"""From accepted claims to a page, and the report for whoever reviews it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from articles.editing.next_steps import starts_for
from articles.models import CausePage, ClaimPage, GuidePage, LedgerClaim, RawText, TechniquePage
from articles.quarantine import actions, queries
from articles.quarantine.questions import open_questions
from articles.quarantine.views import deciders, readers
from review.doors import RefusedError
from review.queries import open_submission
from review.reach import pages_open_to

BUILT = (GuidePage, CausePage, TechniquePage, ClaimPage)


def _pages(user: Any) -> list[Page]:
    """Return the pages that may be built from claims, drafts first."""
    found = Page.objects.type(*BUILT).filter(pk__in=pages_open_to(user).order_by().values("pk"))
    return list(found.order_by("live", "-latest_revision_created_at"))


@deciders
def build(request: HttpRequest, raw_id: int) -> HttpResponse:
    """List the accepted claims, and note which page is built from which."""
    raw = get_object_or_404(RawText.objects.defer("original"), pk=raw_id)
    rows = [row for row in queries.ledger(raw) if row.claim.is_accepted]
    if request.method == "POST":
        ticked = [int(pk) for pk in request.POST.getlist("claims") if pk.isdecimal()]
        wanted = request.POST.get("page", "")
        page = Page.objects.filter(pk=wanted).first() if wanted.isdecimal() else None
        if page is None or not ticked:
            messages.error(request, "Tick the claims, and choose the page that is built from them.")
        else:
            try:
                count = actions.use(claims=ticked, page=page, by=request.user, now=timezone.now())
            except RefusedError as error:
                messages.error(request, str(error))
            else:
                messages.success(
                    request, f"“{page.specific.get_admin_display_title()}” is built from {count} more claims."
                )
                return redirect("quarantine:page", page.pk)
    shown = {"raw": raw, "rows": rows, "pages": _pages(request.user), "starts": starts_for(request.user)}
    return render(request, "quarantine/build.html", shown)


@require_safe
@readers
def report(request: HttpRequest, raw_id: int) -> HttpResponse:
    """Show the whole ledger on one page, for whoever reviews what was built from it."""
    raw = get_object_or_404(RawText.objects.defer("original").select_related("origin"), pk=raw_id)
    rows = queries.ledger(raw)
    return render(request, "quarantine/report.html", {"raw": raw, "rows": rows, "progress": queries.progress(rows)})


@require_safe
@readers
def page_claims(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what a page is built from, and what of it holds the page up."""
    page = get_object_or_404(Page, pk=page_id)
    if not pages_open_to(request.user).filter(pk=page.pk).exists():
        raise PermissionDenied
    edits = page.permissions_for_user(request.user).can_edit()
    # who may not edit a page gets its draft from the review, and no sooner
    may_see = edits or not page.live or open_submission(page.pk) is not None
    text = page.get_latest_revision_as_object() if may_see and page.latest_revision_id else page.specific
    shown = {"page": text, "rows": queries.claims_of(page), "problems": open_questions(text), "edits": edits}
    return render(request, "quarantine/page.html", shown)


@require_POST
@deciders
def stop_using(request: HttpRequest, page_id: int, claim_id: int) -> HttpResponse:
    """Take a claim off a page."""
    page = get_object_or_404(Page, pk=page_id)
    get_object_or_404(LedgerClaim, pk=claim_id)
    try:
        actions.stop_using(claim=claim_id, page=page, by=request.user)
    except RefusedError as error:
        messages.error(request, str(error))
    return redirect("quarantine:page", page.pk)
