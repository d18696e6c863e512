"""Released checks for programs. A run is one POST that holds all answers; nothing of it is kept, counted or logged.

Whatever goes wrong ends in an answer that says: we cannot say that it is safe, and whom to call.
"""

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from articles.translations import languages
from portal.api.answers import READ, View, conditional, open_to_all
from portal.api.documents import detail_url
from portal.api.limits import seconds_to_wait
from portal.api.problems import not_safe
from triage.around import notice
from triage.artefacts import NoCheckError
from triage.partners.answered import LIMIT, UnreadableError, answered, read
from triage.partners.described import described, listed
from triage.partners.languages import NoSuchLanguageError, check_told, code_of, in_language, said
from triage.privacy import place_of
from triage.standing_shelf import shelf

log = logging.getLogger(__name__)
KIND = "application/json"


def careful(*methods: str) -> Callable[[View], View]:
    """Answer every failure with what to do; read no session, set no cookie, keep nothing."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "OPTIONS":
                response = HttpResponse(status=204)
            elif request.method not in methods:
                response = not_safe(405, "This address is not asked like that.")
            else:
                response = _answer(request, view, *args, **kwargs)
            return open_to_all(response, methods)

        # no authority and no side effect: no token is needed
        return csrf_exempt(sensitive_post_parameters()(sensitive_variables()(answer)))

    return decorate


def _answer(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except NoCheckError:
        # as on our pages: what is not here may have been withdrawn, and must not be used any more
        return not_safe(410, "This check is not here.")
    except NoSuchLanguageError as error:
        return not_safe(404, "This check is not here in that language.", str(error))
    except UnreadableError as error:
        return not_safe(400, "We could not read this.", str(error))
    except Exception as error:  # noqa: BLE001  # whatever breaks, the person must be told what to do
        log.error("A check failed: %s", place_of(error))  # noqa: TRY400  # a traceback could hold an answer
        return not_safe(500, "Something went wrong here.")


def _language(request: HttpRequest) -> str:
    """Return the language that was asked for; raises UnreadableError for anything but one of ours, said once."""
    asked = request.GET.getlist("language")
    if set(request.GET) - {"language"} or len(asked) > 1:
        raise UnreadableError("only language is known here, said once")
    try:
        return code_of(asked[0]) if asked else languages.SOURCE
    except NoSuchLanguageError as error:
        raise UnreadableError(str(error)) from error


def _in(code: str, made: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return an answer in a language, with the notice that is approved there before what is locked."""
    with override(languages.setting(code)):
        return said(made(), code, notice())


@careful(*READ)
def index(request: HttpRequest) -> HttpResponse:
    """List the released checks."""
    code, today = _language(request), timezone.localdate()
    found = in_language(shelf(), code).newest

    def made() -> dict[str, Any]:
        items = [listed(check, today) for check in found]
        return {"meta": {"total_count": len(items)}, "items": items}

    return _json(request, _in(code, made))


@careful(*READ)
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Return what there is to ask."""
    code = _language(request)
    check_told(shelf(), code, slug)
    check = in_language(shelf(), code).current(slug)

    def made() -> dict[str, Any]:
        return described(check, timezone.localdate()) | {"page_url": detail_url(int(check.document["page"]))}

    return _json(request, _in(code, made))


@careful("POST")
def run(request: HttpRequest, slug: str) -> HttpResponse:
    """Return what follows from the answers in the body."""
    if wait := seconds_to_wait(request):
        response = not_safe(429, "Too many runs from this address.", f"Ask again in {wait} s.")
        response["Retry-After"] = str(wait)
        return response
    code = _language(request)
    check_told(shelf(), code, slug)
    asked = read(_body(request), slug, in_language(shelf(), code))
    body = _in(code, lambda: answered(asked, timezone.localdate()))
    response = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"], response["Referrer-Policy"] = "no-store", "no-referrer"
    response["Content-Language"] = body["language"]
    return response


def _body(request: HttpRequest) -> bytes:
    """Return a small body of JSON; anything else is not read at all."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise UnreadableError("the length is no number") from None
    if length > LIMIT:
        raise UnreadableError("the body is too long")
    if request.content_type != KIND:
        raise UnreadableError(f"the body is not {KIND}")
    return request.body


def _json(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    response["Content-Language"] = body["language"]
    return conditional(request, response)


@careful(*READ)
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Say that there is no such address, to a program that may be about to run a check there."""
    return not_safe(404, "There is nothing here.")
