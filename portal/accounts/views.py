"""The page on which a person sets up, renews or removes their second factor."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as verify_session

from articles.paper.qr import qr_path
from portal.accounts import second_factor, sessions
from portal.accounts.forms import WRONG, CodeForm, PasswordForm
from review.record import record


@never_cache
@sensitive_post_parameters()
def manage(request: HttpRequest) -> HttpResponse:
    """Show where the person stands, and do what they ask for once password and code are right."""
    user: Any = request.user
    form = CodeForm(request.POST or None, user=user)
    codes: list[str] = []
    if request.method == "POST" and form.is_valid():
        action = _renewed if second_factor.has_one(user) else _confirmed
        found = action(request, form.cleaned_data["code"])
        if found is None:
            form.add_error("code", WRONG)
        else:
            sessions.end(user, but=request.session.session_key)  # others came in by what no longer holds
            if not found:
                return redirect("portal_second_factor")
        codes = found or []
    return render(request, "portal/accounts/second_factor.html", {"form": form, "codes": codes, **_state(user)})


def _state(user: Any) -> dict[str, Any]:
    if second_factor.has_one(user):
        return {"on": True, "left": second_factor.codes_left(user), "required": second_factor.is_required(user)}
    device = second_factor.begin(user)
    return {
        "on": False,
        "required": second_factor.is_required(user),
        "qr": qr_path(second_factor.address_of(device)),
        "secret": second_factor.secret_of(device),
    }


def _confirmed(request: HttpRequest, code: str) -> list[str] | None:
    """Turn it on; return the recovery codes, None when the code is wrong."""
    made = second_factor.confirm(request.user, code.replace(" ", ""))
    if made is None:
        return None
    request.session.cycle_key()
    verify_session(request, made[0])
    record("second factor set up", by=request.user, now=timezone.now())
    return made[1]


def _renewed(request: HttpRequest, code: str) -> list[str] | None:
    """Renew the recovery codes or turn it off; return new codes, [] when it is off, None when the code is wrong."""
    if second_factor.verified_device(request.user, code) is None:
        return None
    if "off" in request.POST:
        second_factor.remove(request.user)
        record("second factor removed", by=request.user, now=timezone.now())
        messages.success(request, "The second factor is off.")
        return []
    record("recovery codes renewed", by=request.user, now=timezone.now())
    return second_factor.renew_recovery_codes(request.user)


@never_cache
@sensitive_post_parameters()
def signed_in(request: HttpRequest) -> HttpResponse:
    """Show a person where they are signed in, and end all other places when they say their password."""
    user: Any = request.user
    form = PasswordForm(request.POST or None, user=user)
    own = request.session.session_key
    if request.method == "POST" and form.is_valid():
        number = sessions.end(user, but=own)
        record("sessions ended", by=user, now=timezone.now(), account=user.pk, number=number)
        messages.success(request, f"You are signed in here alone; {number} ended.")
        return redirect("portal_signed_in")
    places = [(one, one.key == own) for one in sessions.of(user)]
    return render(request, "portal/accounts/signed_in.html", {"form": form, "places": places})
