"""The screen on which an earlier text comes back: what readers lose by it, and whether a second reviewer is needed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from review import actions, going_back, permissions, queries, settled
from review.actions.rolling_back import case_of
from review.doors import RefusedError
from review.models.evidence import Release
from review.models.submission import Standing
from review.reading import readable_changes
from review.views.access import of_the_review, refusals_as_messages


@require_GET
@of_the_review
@refusals_as_messages
def look(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show what comes back and what goes, before anybody decides."""
    permissions.check_can_withdraw(request.user)
    entry = get_object_or_404(Release, page_id=pk, number=number)
    earlier: Any = case_of(entry).page
    milder = settled.milder(settled.subjects(earlier), beside={pk: earlier})
    found = going_back.effect(earlier, milder)
    standing = Standing.objects.get(pk=pk)
    context = {
        "page_title": f"Back to an earlier text: {earlier.title}",
        "page": get_object_or_404(Page, pk=pk),
        "entry": entry,
        "effect": found,
        "changes": readable_changes(found.found, earlier),
        "lost": readable_changes(found.only_lost, earlier),
        "asked": going_back.asked([entry.hash], [pk], timezone.now()),
        "standing": standing,
        "afterwards": going_back.is_looked_at_afterwards(earlier, found, standing),
        "users": Page.objects.filter(pk__in=queries.touched_by(pk)).order_by("title"),
    }
    return render(request, "review/admin/going_back.html", context)


@require_POST
@refusals_as_messages
def roll_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an earlier signed text again, or ask a second reviewer to agree."""
    data = request.POST
    standing = Standing.objects.filter(pk=pk).first()
    if standing is not None and data.get("seen", standing.release_hash) != standing.release_hash:
        raise RefusedError("Readers see another text than when you opened this form. Look again, then decide.")
    done = actions.roll_back(
        page=get_object_or_404(Page, pk=pk).specific, release_hash=data.get("release", ""), by=request.user,
        now=timezone.now(), reason=data.get("reason", ""),
    )  # fmt: skip
    if done is None:
        messages.warning(request, "Asked for. Readers see no change until a second reviewer agrees, with a reason.")
    else:
        messages.success(request, "Readers see the earlier text again.")
    return redirect("review:page", pk)
