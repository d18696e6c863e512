"""Steps of a check on a short way: the same view as on Django's, behind the layers that have a say in its answer.

Sessions, accounts, messages and redirects have none, and all of them together cost more than the step. What was
answered passes through fewer hands, and no cookie can come out. Only posts of readers to a check go this way;
everything else goes on to Django, and both give the same answer.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.log import log_response
from django.utils.module_loading import import_string
from django.utils.translation import override

from portal.languages import of_address

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
LAYERS = frozenset(
    {
        "portal.headers.SecurityHeaders",
        "portal.compression.SmallWords",
        "django.middleware.security.SecurityMiddleware",
        "portal.languages.ByAddress",
        "django.middleware.common.CommonMiddleware",
    }
)
STEP = "triage:check"


class Steps:
    """A WSGI application before Django's."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._cookie = f"{settings.SESSION_COOKIE_NAME}="
        self._handler = convert_exception_to_response(_view)
        for name in reversed(settings.MIDDLEWARE):
            if name in LAYERS:
                self._handler = convert_exception_to_response(import_string(name)(self._handler))

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] != "POST" or self._cookie in environ.get("HTTP_COOKIE", ""):
            return self.application(environ, start_response)
        match = _step_at(environ["PATH_INFO"])
        if match is None:
            return self.application(environ, start_response)
        request = WSGIRequest(environ)
        request.resolver_match = match
        response = cast("HttpResponse", self._handler(request))
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
            # nothing else looks after a connection here: one that broke is not asked again
            close_old_connections()
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items()])
        return [response.content]


@lru_cache(maxsize=256)
def _step_at(path: str) -> ResolverMatch | None:
    """Return what answers at an address, if that is a step of a check."""
    with override(of_address(path)):
        try:
            match = resolve(path)
        except Resolver404:
            return None
    return match if match.view_name == STEP else None


def _view(request: HttpRequest) -> HttpResponse:
    """Answer a request, behind all layers."""
    match = cast("ResolverMatch", request.resolver_match)
    answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return answer
