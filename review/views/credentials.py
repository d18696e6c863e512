"""The register of who may sign, for its keepers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from review import actions, permissions
from review.actions.credentials import EDITABLE
from review.models.people import Credential
from review.views.access import refusals_as_messages


class CredentialForm(forms.ModelForm):
    """One registration as it stands in the register."""

    holder = forms.ModelChoiceField(queryset=get_user_model().objects.filter(is_active=True).order_by("username"))

    class Meta:
        model = Credential
        fields = ["holder", *EDITABLE]
        widgets = {"valid_until": forms.DateInput(attrs={"type": "date"})}


def _check(user: Any) -> None:
    if not permissions.can_keep_credentials(user):
        raise PermissionDenied("Only a keeper of credentials sees this register.")


@require_GET
def credentials(request: HttpRequest) -> HttpResponse:
    """All credentials, valid or not."""
    _check(request.user)
    rows = Credential.objects.select_related("holder", "verified_by")
    context = {"page_title": "Credentials of reviewers", "credentials": rows, "today": timezone.localdate()}
    return render(request, "review/admin/credentials.html", context)


@refusals_as_messages
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Record or correct one credential."""
    _check(request.user)
    row = get_object_or_404(Credential, pk=pk) if pk else None
    form = CredentialForm(request.POST or None, instance=row, initial={"holder": row.holder_id} if row else None)
    if row is not None:
        form.fields["holder"].disabled = True
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in EDITABLE}
        actions.record_credential(
            holder=form.cleaned_data["holder"], by=request.user, now=timezone.now(),
            credential=Credential.objects.get(pk=pk) if pk else None, **values,
        )  # fmt: skip
        messages.success(request, "Recorded.")
        return redirect("review:credentials")
    title = f"Credential of {row.name}" if row else "Record a credential"
    return render(request, "review/admin/credential.html", {"page_title": title, "form": form, "credential": row})


@require_POST
@refusals_as_messages
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a credential at once."""
    row = get_object_or_404(Credential, pk=pk)
    actions.revoke_credential(
        credential=row, by=request.user, now=timezone.now(), reason=request.POST.get("reason", "")
    )
    messages.success(request, "Revoked.")
    return redirect("review:credentials")
