"""The dashboard and the one screen on which texts are read, signed and released."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from review import actions, checklist, dashboard, overlay, permissions, queries, ticket
from review.difference import Difference, difference
from review.doors import RefusedError
from review.enums import ChangeClass, State
from review.fingerprint import content
from review.models.evidence import Event, SignOff
from review.models.submission import Submission
from review.proposed import proposed_page

View = Callable[..., HttpResponse]


def refusals_as_messages(view: View) -> View:
    """Show a refusal where the person was, in words, instead of an error page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RefusedError as refused:
            messages.error(request, str(refused))
            return redirect("review:dashboard")

    return wrapped


def of_the_review(view: View) -> View:
    """Let in those who edit, review, release or withdraw; everybody else is turned away."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (permissions.can_review(request.user) or permissions.can_withdraw(request.user)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapped


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What waits, what is late, who is busy, and when reviews will lapse."""
    return render(request, "review/admin/dashboard.html", dashboard.overview(request.user, timezone.now()))


@refusals_as_messages
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and decide."""
    submission = get_object_or_404(Submission, pk=pk)
    page = Page.objects.get(pk=submission.page_id).specific
    if not permissions.can_review(request.user) and not permissions.can_submit(request.user, page):
        raise PermissionDenied
    if request.method == "POST":
        return _decide(request, submission)
    return render(request, "review/admin/screen.html", _screen(request, submission, page))


def _screen(request: HttpRequest, submission: Submission, page: Page) -> dict[str, Any]:
    proposed = proposed_page(submission) if submission.is_open else page
    events = Event.objects.filter(submission_id=submission.pk)
    return {
        "submission": submission,
        "page": page,
        "difference": _difference(submission, proposed),
        "touched": Page.objects.filter(pk__in=submission.touched).order_by("title"),
        "items": checklist.items_for(proposed),
        "events": events,
        "signed": SignOff.objects.filter(submission_id=submission.pk),
        "classes": [c for c in ChangeClass if c.weight >= submission.change_class.weight],
        "ticket": ticket.issue(submission, request.user),
        "why_not": _why_not(request.user, submission),
        "can_release": submission.state == State.SIGNED,
        "is_reviewer": permissions.can_review(request.user),
        "has_live": page.live,
    }


def _difference(submission: Submission, proposed: Page) -> Difference:
    return difference(queries.released_content(submission.page_id), content(proposed), proposed.change_classes)


def _why_not(user: Any, submission: Submission) -> str:
    """Return why this person cannot sign; empty when they can."""
    try:
        permissions.check_can_sign(user, submission, submission.contributors, timezone.now())
    except PermissionDenied as refused:
        return str(refused)
    return ""


def _decide(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Carry out what the form of the screen says."""
    decision, now = request.POST.get("decision"), timezone.now()
    if decision not in {"sign", "changes", "decline"}:
        raise RefusedError("The form says nothing that can be done.")
    ticket.check(request.POST.get("ticket", ""), submission, request.user)
    reason = request.POST.get("reason", "")
    if decision == "decline":
        actions.decline(submission=submission, by=request.user, now=now, reason=reason)
        messages.success(request, "You leave this text to another reviewer.")
    elif decision == "changes":
        blocks = [
            {"block": name.removeprefix("block-"), "reason": str(text)}
            for name, text in request.POST.items()
            if name.startswith("block-") and str(text).strip()
        ]
        actions.request_changes(submission=submission, by=request.user, now=now, reason=reason, blocks=blocks)
        messages.success(request, "Sent back with your reasons.")
    else:
        _sign(request, submission)
    return redirect("review:dashboard")


def _sign(request: HttpRequest, submission: Submission) -> None:
    data, now = request.POST, timezone.now()
    ticket.check_person(request.user, password=data.get("password", ""), code=data.get("code", ""))
    keys = [name.removeprefix("answer-") for name in data if name.startswith("answer-")]
    answers = {key: (data[f"answer-{key}"], data.get(f"note-{key}", "")) for key in keys}
    valid = permissions.credential_of(request.user, now)
    actions.sign_off(
        submission=submission, by=request.user, now=now, fingerprint=data.get("fingerprint", ""), answers=answers,
        whole_page="whole_page" in data, raised_class=data.get("raised_class", ""), demonstration=valid.demonstration,
    )  # fmt: skip
    submission.refresh_from_db()
    if submission.state == State.SIGNED and "release" in data:
        actions.release(submission=submission, by=request.user, now=now)
        messages.success(request, f"Signed. “{submission.title}” is public now.")
    elif submission.state == State.SIGNED:
        messages.success(request, "Signed. It can be released now.")
    else:
        messages.success(request, "Signed. One more reviewer has to sign.")


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
    messages.success(request, f"“{submission.title}” can be edited again.")
    return redirect("wagtailadmin_pages:edit", submission.page_id)


@require_POST
@refusals_as_messages
def submit(request: HttpRequest, page_id: int) -> HttpResponse:
    """Give the latest draft of a page to reviewers."""
    page = get_object_or_404(Page, pk=page_id).specific
    submission = actions.submit(
        page=page, by=request.user, now=timezone.now(), summary=request.POST.get("summary", "")[:300]
    )
    messages.success(request, f"“{submission.title}” waits for review.")
    return HttpResponseRedirect(request.POST.get("next") or "/admin/review/")


@require_GET
@of_the_review
def rendered(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """A page as readers see it now, as they would see it, or another page with the change inside."""
    submission = get_object_or_404(Submission, pk=pk)
    if which == "live":
        return _preview(request, Page.objects.get(pk=submission.page_id, live=True).specific)
    proposed = proposed_page(submission)
    if which == "proposed":
        return _preview(request, proposed)
    if not which.isdigit() or int(which) not in submission.touched:
        raise Http404
    with overlay.showing({proposed.pk: proposed}):
        return _preview(request, Page.objects.get(pk=int(which)).specific)


def _preview(request: HttpRequest, page: Any) -> HttpResponse:
    response = page.make_preview_request(request, page.default_preview_mode)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response.render() if hasattr(response, "render") and not response.is_rendered else response
