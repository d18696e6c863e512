"""Every step of a request, breakable on demand: the header `X-Break` names one, and it fails with the worst of errors.

The worst error quotes everything that was sent, in its own message and in that of the error it came from.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

PLACES = (
    "django.middleware.security.SecurityMiddleware.process_request",
    "django.contrib.sessions.middleware.SessionMiddleware.process_request",
    "django.middleware.common.CommonMiddleware.process_request",
    "django.middleware.csrf.CsrfViewMiddleware.process_view",
    "triage.views.shelf",
    "triage.views.read",
    "triage.answers.body",
    "triage.answers.clean",
    "triage.views.step",
    "triage.steps.taken",
    "triage.steps.onwards",
    "triage.views._count",
    "triage.views.respond",
    "triage.pages.page",
    "triage.pages.result",
    "triage.pages.summary",
    "triage.views.calendar_file",
    "triage.views._fault",
    "triage.receipt_views.read",
    "triage.receipt_views.decode",
    "portal.api.checks.read",
    "portal.api.checks.answered",
    "portal.views.find",
    "portal.views.suggestions",
    "portal.search.words.Query.__init__",
    "review.views.public._page",
    "django.middleware.clickjacking.XFrameOptionsMiddleware.process_response",
    "portal.headers.policy_for",
)
_now: ContextVar[tuple[str, str]] = ContextVar("what breaks, and what was sent")


def _breakable(place: str) -> None:
    holder, _, name = place.rpartition(".")
    try:
        owner = import_string(holder)
    except ImportError:
        owner = __import__(holder, fromlist=[name])
    original = getattr(owner, name)

    @wraps(original)
    def perhaps(*args: Any, **kwargs: Any) -> Any:
        broken, sent = _now.get(("", ""))
        if broken == place:
            try:
                {}[sent]
            except KeyError as error:
                raise ValueError(f"cannot do anything with {sent} in {args} {kwargs}") from error
        return original(*args, **kwargs)

    setattr(owner, name, perhaps)


class Breaking:
    """Outermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        for place in PLACES:
            _breakable(place)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, with one of its steps broken."""
        if not (place := request.headers.get("X-Break", "")):
            return self.get_response(request)
        sent = f"{request.body!r} {request.GET} {request.headers}"
        token = _now.set((place, sent))
        try:
            return self.get_response(request)
        finally:
            _now.reset(token)
