"""Taking in a FHIR Questionnaire, for editors who may write protocols."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from triage.importing import LIMIT, draft_from_questionnaire
from triage.models import CheckIndexPage
from triage.standards.draft import UnusableError


class QuestionnaireForm(forms.Form):
    """A file, and what the new protocol is to be called for ever."""

    file = forms.FileField(label="FHIR Questionnaire (R4 or R5, JSON)")
    key = forms.SlugField(label="Key of the new protocol", max_length=59, help_text="Such as knee-pain. Never changes.")


@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire(request: HttpRequest) -> HttpResponse:
    """Take in a Questionnaire as a new draft, and say what could not be carried."""
    if not CheckIndexPage.objects.get().permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    form = QuestionnaireForm(request.POST or None, request.FILES or None)
    made = None
    if request.method == "POST" and form.is_valid():
        body = form.cleaned_data["file"].read(LIMIT + 1)
        try:
            made = draft_from_questionnaire(body=body, key=form.cleaned_data["key"], by=request.user)
        except UnusableError as error:
            form.add_error("file", str(error))
    if made:
        page, draft = made
        return render(request, "triage/admin/questionnaire_report.html", {"page": page, "draft": draft})
    status = 400 if form.errors else 200
    return render(request, "triage/admin/questionnaire.html", {"form": form}, status=status)
