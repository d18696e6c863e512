"""Everything a reviewer can do about a public page: withdraw, hold; and readers' concerns."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from review import actions, going_back, losses, permissions, queries
from review import concerns as channel
from review.enums import ConcernState, Harm
from review.models.concern import Concern, Hold
from review.models.evidence import Event
from review.models.submission import Standing
from review.views.access import of_the_review, refusals_as_messages

# How many concerns stand on one screen, the oldest first; those after them follow as these are answered.
SHOWN = 20


def _page(pk: int) -> Any:
    return get_object_or_404(Page, pk=pk).specific


def _holds(page: Any) -> list[Hold]:
    """Return what is on hold of a page, each with the words of its part."""
    names, rows = page.part_names(), list(Hold.objects.filter(page_id=page.pk, lifted_at=None))
    for row in rows:
        row.part = names.get(row.block, "A part that is not on the page any more") if row.block else ""
    return rows


def _back(pk: int) -> HttpResponse:
    return redirect("review:page", pk)


@require_GET
@of_the_review
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What holds for a page, its ledger, and what can be done."""
    found = _page(pk)
    return render(
        request,
        "review/admin/page.html",
        {
            "page_title": found.title,
            "page": found,
            "standing": Standing.objects.filter(pk=pk).first(),
            "open": queries.open_submission(pk),
            "ledger": queries.ledger_of(pk)[::-1],
            "parts": sorted(found.parts_to_hold().items(), key=lambda part: part[1]),
            "users": Page.objects.filter(pk__in=queries.touched_by(pk)).order_by("title"),
            "loss": losses.of(found),
            "holds": _holds(found),
            "asked": {row.page_id: row for row in going_back.waiting(timezone.now())}.get(pk),
            "events": Event.objects.filter(page_id=pk)[:50],
            "can_withdraw": permissions.can_withdraw(request.user),
        },
    )


@require_POST
@refusals_as_messages
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a page off the site at once."""
    actions.withdraw(page=_page(pk), by=request.user, now=timezone.now(), reason=request.POST.get("reason", ""))
    messages.success(request, "Withdrawn. Readers do not see this page any more.")
    return _back(pk)


@require_POST
@refusals_as_messages
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a withdrawal or a rollback as a second person."""
    actions.confirm(page=_page(pk), by=request.user, now=timezone.now())
    messages.success(request, "Confirmed.")
    return _back(pk)


@require_POST
@refusals_as_messages
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a page or a block on hold."""
    data = request.POST
    concern = Concern.objects.filter(pk=data.get("concern") or 0).first()
    actions.hold(
        page=_page(pk), by=request.user, now=timezone.now(), reason=data.get("reason", ""),
        block=data.get("block", ""), concern=concern,
    )  # fmt: skip
    messages.success(request, "On hold. Readers are told that the text is being checked.")
    return redirect("review:concerns") if concern else _back(pk)


@require_POST
@refusals_as_messages
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """End a hold."""
    row = actions.lift_hold(hold=pk, by=request.user, now=timezone.now())
    messages.success(request, "Readers see the text again.")
    return _back(row.page_id)


@require_GET
@of_the_review
def concerns(request: HttpRequest) -> HttpResponse:
    """What readers say is unsafe, the oldest first, with its clock."""
    closed = Concern.objects.filter(state=ConcernState.CLOSED).order_by("-closed_at")[:50]
    waiting = channel.waiting(most=SHOWN)
    context = {
        "page_title": "What readers say is unsafe",
        "concerns": _with_parts(waiting, request.user),
        "more": channel.number_waiting() - len(waiting),
        "closed": closed,
        "now": timezone.now(),
        "harms": Harm.choices,
    }
    return render(request, "review/admin/concerns.html", context)


def _with_parts(rows: list[Concern], user: Any) -> list[Concern]:
    """Return concerns with the words of the part each is about, and whether that may be put on hold."""
    ids = {row.page_id for row in rows}
    pages = {page.pk: page for page in Page.objects.filter(pk__in=ids, live=True).specific()}
    held = set(Hold.objects.filter(page_id__in=ids, lifted_at=None).values_list("page_id", "block"))
    may_hold, users = permissions.can_withdraw(user), losses.number_of_users(ids)
    for row in rows:
        page: Any = pages.get(row.page_id)
        row.part = page.part_names().get(row.block, "") if page else ""
        row.users = users.get(row.page_id, 0)
        row.is_emergency = bool(page) and (
            page.is_emergency or bool(row.block and row.block not in page.parts_to_hold())
        )
        is_held = not held.isdisjoint({(row.page_id, ""), (row.page_id, row.block)})
        row.may_be_held = bool(page) and not row.is_emergency and not is_held and may_hold
    return rows


@require_POST
@refusals_as_messages
def close_concern(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge a concern."""
    data = request.POST
    harm = data["harm"] if data.get("harm") in Harm.values else Harm.SERIOUS
    row = get_object_or_404(Concern, pk=pk)
    actions.close_concern(concern=row, by=request.user, now=timezone.now(), harm=harm, answer=data.get("answer", ""))
    messages.success(request, "Closed.")
    return redirect("review:concerns")
