"""The one screen on which texts are read, signed and released."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from review import actions, checklist, overlay, permissions, queries, settled, ticket
from review.actions.signing import DEMONSTRATION
from review.difference import difference
from review.doors import RefusedError
from review.enums import ChangeClass, State
from review.fingerprint import content
from review.models.evidence import Event, SignOff
from review.models.submission import Submission
from review.proposed import proposed_page
from review.reading import readable_changes
from review.views import deciding
from review.views.access import of_the_review, refusals_as_messages


def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and decide; a refused form comes back as it was sent, with the reason."""
    submission = get_object_or_404(Submission, pk=pk)
    page = Page.objects.get(pk=submission.page_id).specific
    if not permissions.can_review(request.user) and not permissions.can_submit(request.user, page):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "review/admin/screen.html", _screen(request, submission, page))
    try:
        return deciding.decide(request, submission)
    except RefusedError as refused:
        submission.refresh_from_db()
        context = _screen(request, submission, page) | {"refused": str(refused)}
        return render(request, "review/admin/screen.html", context, status=422)


def _screen(request: HttpRequest, submission: Submission, page: Page) -> dict[str, Any]:
    proposed = proposed_page(submission) if submission.is_open else page
    found = difference(queries.released_content(page.pk), content(proposed), proposed.change_classes)
    changes = readable_changes(found, proposed) if submission.is_open else []
    signed = list(SignOff.objects.filter(submission_id=submission.pk))
    return {
        "page_title": submission.title,
        "submission": submission,
        "page": page,
        "changes": changes,
        "flags": list(dict.fromkeys(flag for change in changes for flag in change.flags)),
        "unseen": sum(not change.is_visible for change in changes),
        "stored": found.stored,
        "touched": Page.objects.filter(pk__in=submission.touched).order_by("title"),
        "events": Event.objects.filter(submission_id=submission.pk),
        "signed": signed,
        "is_reviewer": permissions.can_review(request.user),
        "is_new": not submission.released_fingerprint,
        "has_live": page.live,
        "sent": request.POST,
        **_what_it_does(submission, proposed),
        **_what_can_be_done(request.user, submission, proposed, signed),
    }


def _what_it_does(submission: Submission, proposed: Page) -> dict[str, Any]:
    """Return what page types say about the text while it waits, and who is told something milder."""
    if not submission.is_open:
        return {}
    subjects, beside = settled.subjects(proposed), {proposed.pk: proposed}
    # the page itself speaks also when it asks for nothing before it is signed
    speaking = subjects if proposed in subjects else [proposed, *subjects]
    with overlay.showing(beside):
        parts = [part for page in speaking if (part := page.review_part())]
    return {"parts": parts, "milder": settled.milder(subjects, beside=beside)}


def _what_can_be_done(user: Any, submission: Submission, proposed: Page, signed: list[SignOff]) -> dict[str, Any]:
    """Return what this person may do now, and what they would sign with which registration."""
    why_not = _why_not(user, submission)
    credential = None if why_not else permissions.credential_of(user, timezone.now())
    in_review = submission.state == State.IN_REVIEW
    return {
        "ticket": ticket.issue(submission, user),
        "items": checklist.items_for(proposed),
        "why_not": why_not,
        "credential": credential,
        "statement": DEMONSTRATION if credential and credential.demonstration else settings.REVIEW_STATEMENT,
        "asks_code": bool(credential) and ticket.has_second_factor(user),
        "classes": [c for c in ChangeClass if c.weight >= submission.change_class.weight],
        "can_describe": in_review and not signed,
        "can_release": submission.state == State.SIGNED and permissions.can_release(user),
    }


def _why_not(user: Any, submission: Submission) -> str:
    """Return why this person cannot sign; empty when they can."""
    try:
        permissions.check_can_sign(user, submission, submission.contributors, timezone.now())
    except PermissionDenied as refused:
        return str(refused)
    return ""


@require_POST
@refusals_as_messages
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release what is signed, now or at a given time."""
    submission = get_object_or_404(Submission, pk=pk)
    at = parse_datetime(request.POST.get("at", "") or "")
    if at is not None:
        when = at if timezone.is_aware(at) else timezone.make_aware(at)
        actions.schedule(submission=submission, by=request.user, now=timezone.now(), at=when)
        messages.success(request, f"“{submission.title}” becomes public at {when:%d %B %Y %H:%M}.")
    else:
        actions.release(submission=submission, by=request.user, now=timezone.now())
        messages.success(request, f"“{submission.title}” is public now.")
    return redirect("review:dashboard")


@require_POST
@refusals_as_messages
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a page out of review."""
    submission = get_object_or_404(Submission, pk=pk)
    actions.withdraw_from_review(submission=submission, by=request.user, now=timezone.now())
    page = Page.objects.get(pk=submission.page_id)
    messages.success(request, f"“{submission.title}” can be edited again.")
    if page.permissions_for_user(request.user).can_edit():
        return redirect("wagtailadmin_pages:edit", page.pk)
    return redirect("review:dashboard")


@require_POST
@refusals_as_messages
def submit(request: HttpRequest, page_id: int) -> HttpResponse:
    """Give the latest draft of a page to reviewers."""
    page = get_object_or_404(Page, pk=page_id).specific
    submission = actions.submit(page=page, by=request.user, now=timezone.now(), summary=request.POST.get("summary", ""))
    messages.success(request, f"“{submission.title}” waits for review.")
    return redirect("review:screen", submission.pk)


@require_POST
@refusals_as_messages
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Say in one sentence what changed."""
    submission = get_object_or_404(Submission, pk=pk)
    actions.describe(
        submission=submission, by=request.user, now=timezone.now(), summary=request.POST.get("summary", "")
    )
    messages.success(request, "The ledger will say so.")
    return redirect("review:screen", pk)


@require_POST
@refusals_as_messages
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something to the others without deciding."""
    submission = get_object_or_404(Submission, pk=pk)
    actions.comment(submission=submission, by=request.user, now=timezone.now(), text=request.POST.get("comment", ""))
    return redirect("review:screen", pk)


@require_GET
@of_the_review
def rendered(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """A page as readers see it now, as they would see it, or another page with the change inside."""
    submission = get_object_or_404(Submission, pk=pk)
    if which == "live":
        return _preview(request, get_object_or_404(Page, pk=submission.page_id, live=True).specific)
    proposed = proposed_page(submission)
    if which == "proposed":
        return _preview(request, proposed)
    if not which.isdigit() or int(which) not in submission.touched:
        raise Http404
    with overlay.showing({proposed.pk: proposed}):
        return _preview(request, Page.objects.get(pk=int(which)).specific)


def _preview(request: HttpRequest, page: Any) -> HttpResponse:
    response = page.make_preview_request(request, page.default_preview_mode, {"is_read_by_reviewers": True})
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response.render() if hasattr(response, "render") and not response.is_rendered else response
