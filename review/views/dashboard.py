"""The dashboard of the review."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from review import dashboard, permissions
from review.views.access import of_the_work


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What waits, what is late, who is busy, and when reviews will lapse; keepers go to their register."""
    if permissions.can_keep_credentials(request.user) and not permissions.has_a_part(request.user):
        return redirect("review:credentials")
    return _overview(request)


@of_the_work
def _overview(request: HttpRequest) -> HttpResponse:
    return render(request, "review/admin/dashboard.html", dashboard.overview(request.user, timezone.now()))
