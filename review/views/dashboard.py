"""The dashboard of the review."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from review import dashboard, permissions, tables
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


@require_GET
@of_the_work
def table(request: HttpRequest, name: str) -> HttpResponse:
    """One table of the dashboard as a spreadsheet; concerns are for reviewers."""
    if name not in tables.TABLES or (name == "concerns" and not permissions.can_review(request.user)):
        raise Http404
    now = timezone.now()
    answer = HttpResponse(tables.as_csv(name, request.user, now), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{now:%Y-%m-%d}.csv"'
    return answer
