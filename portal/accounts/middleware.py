"""The door of the admin: sessions that ended, second factors that are missing, and who acts."""

import time
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from wagtail.admin.auth import permission_denied

from portal.accounts import events, narrower, second_factor, sessions, tries
from portal.accounts.actor import acting
from portal.headers import admin_at
from review.reader import reading

# Reachable without a second factor: to set one up, and to leave.
OPEN = ("portal_second_factor", "wagtailadmin_logout", "wagtailadmin_javascript_catalog", "wagtailadmin_sprite")


class AdminDoor:
    """Looks at requests to the admin alone; a reader's request passes untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """End what is over, send to the second factor who lacks it, name who acts."""
        if not request.path.startswith(admin_at()):
            return self.get_response(request)
        if request.user.is_authenticated and (answer := self._stopped(request)):
            return answer
        with acting(request), reading(request.user):
            response = self._look(request)
        events.refusals(request, response)
        if request.path == reverse("wagtailadmin_logout"):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def _look(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST" and request.path == reverse("wagtailadmin_login"):
            return tries.answer(request, self.get_response)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Turn away who has no work at an address that Wagtail opens to everybody in the admin."""
        match = request.resolver_match
        if match is None or not request.path.startswith(admin_at()):
            return None
        if not request.user.has_perm("wagtailadmin.access_admin"):
            return None  # Wagtail asks for a login
        return None if narrower.is_let_in(request, match.view_name, kwargs) else permission_denied(request)

    def _stopped(self, request: HttpRequest) -> HttpResponseBase | None:
        user = request.user
        if sessions.is_over(request, user, time.time()):
            if sessions.BY_ITSELF in request.path:
                return HttpResponse(status=401)  # nobody looks at this answer: whoever comes next is told
            told = sessions.why_over(user)
            logout(request)
            messages.info(request, told)
            return None
        if user.is_verified() or not second_factor.is_required(user):  # type: ignore[union-attr]
            return None
        if second_factor.has_one(user):
            logout(request)  # came in where no code was asked for
            messages.info(request, "Sign in once more, with a code of your authenticator app.")
            return None
        if request.path in {reverse(name) for name in OPEN}:
            return None
        return HttpResponseRedirect(reverse("portal_second_factor"))
