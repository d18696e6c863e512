"""How the interface answers: the same for everybody, kept as pages are, and a problem for whatever goes wrong."""

import functools
import logging
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.utils import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from portal.api.problems import problem
from portal.delivery.views import ASK_EACH_TIME, kept

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
READ = ("GET", "HEAD")
RETRY_AFTER = "10"


def public(*methods: str, keep: bool = False) -> Callable[[View], View]:
    """Make a view of the interface: without session, token or cookie, open to scripts of any page.

    `keep`: its answers are made once and kept as pages are (ADR 9), where no query asks for a part of them.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = _answer(request, lambda asked: view(asked, *args, **kwargs), methods, keep=keep)
            return open_to_all(response, methods)

        # nothing is changed, and nobody is signed in here: no token is needed
        return csrf_exempt(answer)

    return decorate


def _answer(request: HttpRequest, view: View, methods: tuple[str, ...], *, keep: bool) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if request.method not in methods:
        return problem(405, "This address is not asked like that.")
    try:
        if keep and settings.KEEP_PAGES and not request.META.get("QUERY_STRING"):
            return kept(request, view)
        return conditional(request, view(request))
    except Http404:
        return problem(404, "There is nothing here.")
    except (OperationalError, InterfaceError):
        response = problem(503, "The database does not answer.", "Released pages and checks are still there.")
        response["Retry-After"] = RETRY_AFTER
        return response
    except Exception:
        log.exception("The interface failed.")
        return problem(500, "Something went wrong here.")


def conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return an answer with its mark, or only that it has not changed."""
    if response.status_code != 200 or request.method not in READ:  # noqa: PLR2004
        return response
    etag = f'"{sha256(response.content).hexdigest()[:24]}"'
    response["ETag"], response["Cache-Control"] = etag, ASK_EACH_TIME
    return get_conditional_response(request, etag=etag, response=response) or response


def open_to_all(response: HttpResponse, methods: tuple[str, ...]) -> HttpResponse:
    """Let any page's scripts read an answer that holds nothing of anybody; never with their cookies."""
    allowed = ", ".join([*methods, "OPTIONS"])
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Retry-After, Link"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    if response.status_code in {204, 405}:
        response["Allow"] = response["Access-Control-Allow-Methods"] = allowed
        response["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match"
        response["Access-Control-Max-Age"] = "86400"
    return response
