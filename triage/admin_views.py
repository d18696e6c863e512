"""Screens for editors and reviewers: run a draft, see its flow, exchange its file, look at the counts."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.content.files import ContentError
from triage import actions, counts, drafts, import_views, pages, preview, proof_views, protocol_file, queries
from triage.answers import UnreadableError
from triage.engine.join import JoinError
from triage.engine.parse import ProtocolError
from triage.hazards import screens as hazard_screens
from triage.models import ProtocolPage
from triage.readings import screens as reading_screens
from triage.vignettes import screens
from triage.vignettes.actions import may_write

FILE_LIMIT = 500_000
# So many versions are drawn on a page of numbers.
VERSIONS = 10


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def try_draft(request: HttpRequest, page_id: int) -> HttpResponse:
    """Run the latest draft as a visitor would see it; it changes nothing, so it needs no token."""
    draft = drafts.draft_for(request.user, page_id)
    action = reverse("triage_admin:try", args=[page_id])
    try:
        check = drafts.check_of(draft)
    except (JoinError, ProtocolError):
        return render(request, "triage/admin/picture.html", preview.context_of(draft))
    if request.method == "POST":
        try:
            return drafts.answer(request, check, action)
        except UnreadableError:
            return HttpResponseRedirect(action)
    return render(request, "triage/intro.html", {**pages.intro(check), "action": action, "draft": True})


@require_safe
def picture(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show the flow of the latest draft, in a drawing and in words."""
    return render(request, "triage/admin/picture.html", preview.context_of(drafts.draft_for(request.user, page_id)))


class FileForm(forms.Form):
    """A protocol file to take in."""

    file = forms.FileField(label="Protocol file (YAML)")


@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: HttpRequest, page_id: int) -> HttpResponse:
    """Offer the file of the latest draft, and take one in as the new draft."""
    draft = drafts.draft_for(request.user, page_id)
    form = FileForm(request.POST or None, request.FILES or None)
    faults: list[Any] = []
    if request.method == "POST" and form.is_valid():
        if not draft.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        uploaded = form.cleaned_data["file"]
        try:
            text = uploaded.read(FILE_LIMIT).decode("utf-8", errors="replace")
            page = ProtocolPage.objects.get(pk=page_id)
            actions.import_protocol(page=page, text=text, name=str(uploaded.name), by=request.user)
            return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[page_id]))
        except ContentError as error:
            faults = error.faults
    context = {"page": draft, "form": form, "faults": faults}
    return render(request, "triage/admin/file.html", context, status=400 if faults else 200)


@require_safe
def export(request: HttpRequest, page_id: int) -> HttpResponse:
    """Return the file of the latest draft."""
    draft = drafts.draft_for(request.user, page_id)
    response = HttpResponse(protocol_file.written(draft), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{draft.code}.yaml"'
    return response


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """Show how often each check was started and finished, and where people left; small numbers stay hidden."""
    if not may_write(request.user):
        raise PermissionDenied
    counts.collect()
    page = Paginator(queries.versions(), VERSIONS).get_page(request.GET.get("p"))
    told = {"charts": queries.charts(list(page)), "page": page, "least": queries.LEAST}
    return render(request, "triage/admin/numbers.html", told)


app_name = "triage_admin"
urlpatterns = [
    *screens.urlpatterns,
    *hazard_screens.urlpatterns,
    *reading_screens.urlpatterns,
    path("numbers/", numbers, name="numbers"),
    path("questionnaire/", import_views.questionnaire, name="questionnaire"),
    path("<int:page_id>/try/", try_draft, name="try"),
    path("<int:page_id>/flow/", picture, name="flow"),
    path("<int:page_id>/proofs/", proof_views.proofs, name="proofs"),
    path("<int:page_id>/says/", proof_views.says, name="says"),
    path("<int:page_id>/story/<int:run>/<int:number>/", proof_views.story, name="story"),
    path("<int:page_id>/file/", exchange, name="file"),
    path("<int:page_id>/file/download/", export, name="export"),
]
