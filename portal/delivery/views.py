"""Public pages: from what was made at release, or made now and kept."""

from collections.abc import Callable

from django.conf import settings
from django.db.utils import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from wagtail.views import serve as serve_now

from portal.delivery import keeper, older, renderings
from portal.delivery.renderings import Made, kind_of
from portal.observe import metrics

# Whoever has waited so many seconds for another thread or process to make a page makes it too.
PATIENCE = 2.0
# Kept by browsers and others on the way, but asked for each time whether it still holds.
ASK_EACH_TIME = "public, no-cache"


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Show a page; editors who are logged in see it made for them, with their tools."""
    if "page" in request.GET:
        # the pages of a list have plain addresses of their own; under this one a reader would get another page
        raise Http404
    if not _is_for_everybody(request):
        response = serve_now(request, path)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
    return kept(request, lambda own: serve_now(own, path))


def kept(request: HttpRequest, make: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Answer with what was kept for an address, or make it, from a request of our own, and keep it."""
    try:
        return _newest(request, make)
    except (OperationalError, InterfaceError):
        # an answer that is older and true is better than none
        if (made := older.find(keeper.store(), request.path)) is None:
            raise
        return _answer(request, made)


def _newest(request: HttpRequest, make: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    _, made = renderings.find(request.path)
    if made is not None:
        metrics.found("database")
        return _answer(request, made)
    # After a change that all pages show, everybody asks at once for pages that are not there: one makes each of them.
    with keeper.store().making(request.path, PATIENCE) as waited:
        # whoever was at it when we came has made it for us as well
        made = renderings.find(request.path)[1] if waited else None
        if made is None:
            metrics.found("ahead" if getattr(request, "is_made_ahead", False) else "made")
            response, made = renderings.make(request.path, make)
    return _answer(request, made) if made is not None else response


def _is_for_everybody(request: HttpRequest) -> bool:
    """Whether an answer holds nothing personal: a reader has no session, and every reader gets the same."""
    anonymous = settings.SESSION_COOKIE_NAME not in request.COOKIES
    return settings.KEEP_PAGES and anonymous and request.method in {"GET", "HEAD"}


def _answer(request: HttpRequest, made: Made) -> HttpResponse:
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'"{made.etag}{"-gz" if zipped else ""}"'
    response = HttpResponse(made.gzipped if zipped else made.html, content_type=kind_of(made.path))
    response["Cache-Control"], response["ETag"] = ASK_EACH_TIME, etag
    if zipped:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return get_conditional_response(request, etag=etag, response=response) or response
