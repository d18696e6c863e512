"""Who is let in to a screen, and how a refusal is told."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from review import permissions
from review.doors import RefusedError

View = Callable[..., HttpResponse]


def refusals_as_messages(view: View) -> View:
    """Show a refusal where the person was, in words, instead of an error page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RefusedError as refused:
            messages.error(request, str(refused))
            return back(request)

    return wrapped


def back(request: HttpRequest) -> HttpResponse:
    """Return to the screen of the review that a form stood on, or to the dashboard."""
    place = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(place, {request.get_host()}) and "/review/" in place:
        return redirect(place)
    return redirect("review:dashboard")


def of_the_review(view: View) -> View:
    """Let in those who review or withdraw; everybody else is turned away."""
    return _only(view, lambda user: permissions.can_review(user) or permissions.can_withdraw(user))


def of_the_work(view: View) -> View:
    """Let in those who write, review or withdraw; everybody else is turned away."""
    return _only(view, permissions.has_a_part)


def _only(view: View, may: Callable[[Any], bool]) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapped
