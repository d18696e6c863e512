"""What the form of the review screen says: sign, ask for changes, or leave the text to others."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from wagtail.models import Page

from review import actions, permissions, queries, ticket
from review.difference import difference
from review.doors import RefusedError
from review.enums import State
from review.fingerprint import content
from review.models.submission import Submission
from review.proposed import proposed_page
from review.reading import readable_changes


def decide(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Carry out a decision; raise with the reason when it cannot be done."""
    decision = request.POST.get("decision")
    carry_out = {"sign": _sign, "changes": _request_changes, "decline": _decline}.get(decision or "")
    if carry_out is None:
        raise RefusedError("The form says nothing that can be done.")
    ticket.check(request.POST.get("ticket", ""), submission, request.user)
    carry_out(request, submission)
    return redirect("review:dashboard")


def _decline(request: HttpRequest, submission: Submission) -> None:
    actions.decline(submission=submission, by=request.user, now=timezone.now(), reason=request.POST.get("reason", ""))
    messages.success(request, "You leave this text to another reviewer.")


def _request_changes(request: HttpRequest, submission: Submission) -> None:
    actions.request_changes(
        submission=submission, by=request.user, now=timezone.now(), reason=request.POST.get("reason", ""),
        blocks=_reasons(request, submission),
    )  # fmt: skip
    messages.success(request, "Sent back with your reasons. The author sees them in the editor.")


def _reasons(request: HttpRequest, submission: Submission) -> list[dict[str, str]]:
    """Return the reasons for single places; the places are read from the text, not from the form."""
    proposed: Page = proposed_page(submission)
    found = difference(queries.released_content(submission.page_id), content(proposed), proposed.change_classes)
    given = ((change, str(request.POST.get(change.key, "")).strip()) for change in readable_changes(found, proposed))
    return [{"block": change.place, "reason": reason[:1000]} for change, reason in given if reason]


def _sign(request: HttpRequest, submission: Submission) -> None:
    data, now = request.POST, timezone.now()
    valid = permissions.credential_of(request.user, now)
    keys = [name.removeprefix("answer-") for name in data if name.startswith("answer-")]
    answers = {key: (data[f"answer-{key}"], data.get(f"note-{key}", "")) for key in keys}
    seen = data.get("fingerprint", "")
    # A one-time code counts once: it is asked for when nothing else on the form stands in the way.
    why = data.get("why_milder", "")
    actions.check_form(
        submission=submission, by=request.user, now=now, fingerprint=seen, answers=answers, why_milder=why
    )
    ticket.check_person(submission, request.user, now=now, password=data.get("password", ""), code=data.get("code", ""))
    actions.sign_off(
        submission=submission, by=request.user, now=now, fingerprint=seen, answers=answers,
        whole_page="whole_page" in data, raised_class=data.get("raised_class", ""), demonstration=valid.demonstration,
        why_milder=why,
    )  # fmt: skip
    submission.refresh_from_db()
    if submission.state == State.SIGNED and "release" in data:
        actions.release(submission=submission, by=request.user, now=now)
        messages.success(request, f"Signed. “{submission.title}” is public now.")
    elif submission.state == State.SIGNED:
        messages.success(request, "Signed. It can be released now.")
    else:
        messages.success(request, "Signed. One more reviewer has to sign.")
