"""The hazard log in the admin, and the clinical safety case as a page, a printed page and a file."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from review.permissions import can_review
from review.record import record
from triage.hazards.document import markdown, safety_case
from triage.hazards.log import entries, released_texts
from triage.hazards.viewset import may_judge
from triage.models import Hazard
from triage.models.hazard import HazardState
from triage.vignettes.actions import may_write
from triage.vignettes.forms import ReasonForm

View = Callable[..., HttpResponse]


def _for_staff(view: View) -> View:
    """Let in those who write or review."""

    @wraps(view)
    def checked(request: HttpRequest, **kwargs: int) -> HttpResponse:
        if not may_write(request.user):
            raise PermissionDenied
        return view(request, **kwargs)

    return checked


@require_safe
@_for_staff
def hazards(request: HttpRequest) -> HttpResponse:
    """Show every open hazard with its controls looked up on the released checks."""
    found = entries(released_texts())
    context = {
        "entries": found,
        "problems": [entry for entry in found if entry.problem],
        "grave": [entry for entry in found if entry.is_grave],
        "closed": Hazard.objects.filter(state=HazardState.CLOSED),
        "may_change": can_review(request.user),
    }
    return render(request, "triage/admin/hazards.html", context)


@require_safe
@_for_staff
def document(request: HttpRequest) -> HttpResponse:
    """Show the clinical safety case; it prints without the admin around it."""
    return render(request, "triage/admin/safety_case.html", {"case": safety_case(entries(released_texts()))})


@require_safe
@_for_staff
def as_markdown(request: HttpRequest) -> HttpResponse:
    """Return the clinical safety case as a Markdown file."""
    text = markdown(safety_case(entries(released_texts())))
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="clinical-safety-case.md"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, hazard_id: int) -> HttpResponse:
    """Close a hazard, with a reason."""
    hazard = get_object_or_404(Hazard, pk=hazard_id, state=HazardState.OPEN)
    if not (can_review(request.user) and may_judge(request.user, hazard)):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hazard.state, hazard.closed_because = HazardState.CLOSED, form.cleaned_data["reason"][:300]
        hazard.save(update_fields=["state", "closed_because"])
        record("hazard closed", by=request.user, now=timezone.now(), hazard=hazard.code, reason=hazard.closed_because)
        messages.success(request, f"{hazard.code} is closed.")
        return HttpResponseRedirect(reverse("triage_admin:hazards"))
    return render(request, "triage/admin/close_hazard.html", {"hazard": hazard, "form": form})


urlpatterns = [
    path("hazards/", hazards, name="hazards"),
    path("hazards/safety-case/", document, name="safety-case"),
    path("hazards/safety-case.md", as_markdown, name="safety-case-file"),
    path("hazards/<int:hazard_id>/close/", close, name="close-hazard"),
]
