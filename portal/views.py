"""The site's own addresses: search, robots, sitemap, error pages."""

import sys
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.paginator import Paginator
from django.db.utils import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.log import log_response
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Site

from articles.addresses import absolute
from articles.dialling import standing
from articles.models.translation import notice_of
from articles.translations import languages, switch
from articles.translations.marked import finish, is_locked
from articles.translations.reading import in_language, reading
from portal import being_found, replica
from portal.api.problems import not_safe
from portal.models import Kind
from portal.search import Results, suggestions
from portal.search import search as find

# What a person searches for is about their health: it is kept nowhere, not even in a cache on the way.
private = cache_control(private=True, no_store=True)

# Seconds after which it is worth while to ask again when the database did not answer.
RETRY_AFTER = 10
FIRST = 5
PER_PAGE = 20
# For how long security.txt may be believed; it is made anew for whoever asks.
VALID = timedelta(days=90)


@require_safe
@private
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found, by kind; one kind alone is shown page by page."""
    this = switch.now()
    if this.is_source:
        return _found(request)
    with reading(this.language):
        response = _found(request)
    html = response.content.decode()
    notice = replica.read_now(lambda: notice_of(this.language)) if is_locked(html) else ""
    response.content = finish(html, notice=notice, language=languages.SOURCE_TAG).encode()
    return response


def _found(request: HttpRequest) -> HttpResponse:
    results = replica.read_now(lambda: find(request.GET.get("q", "")))
    in_language(one.page for one in results.warnings)
    kind = next((k for k in Kind if k == request.GET.get("kind")), None)
    context = {"query": results.query.text, "results": results, "kind": kind, "first": FIRST, "first_part": f":{FIRST}"}
    context["versions"] = replica.read_now(lambda: _in_each_language(request))
    return render(request, "portal/search.html", context | _one_kind(request, results, kind))


def _in_each_language(request: HttpRequest) -> list[switch.Version]:
    """Return the same search in every language in which the first page can be read."""
    site, asked = Site.find_for_request(request), request.GET.urlencode()
    found = []
    for one in switch.versions(site.root_page) if site else ():
        with override(languages.setting(one.language)):
            found.append(replace(one, path=f"{reverse('search')}{'?' if asked else ''}{asked}"))
    return found


def _one_kind(request: HttpRequest, results: Results, kind: Kind | None) -> dict[str, object]:
    hits = next((group.hits for group in results.groups if group.kind == kind), [])
    return {"hits": Paginator(hits, PER_PAGE).get_page(request.GET.get("page"))} if hits else {}


@require_safe
@private
def suggest(request: HttpRequest) -> HttpResponse:
    """Return phrases that go on from what was typed so far."""
    return JsonResponse({"suggestions": replica.read_now(lambda: suggestions(request.GET.get("q", "")))})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is not for them and where the sitemap is."""
    context = {"sitemap": absolute("/sitemap.xml")}
    return render(request, "portal/robots.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Tell where faults of security are told, as RFC 9116 has it; there is none before the operator names a place."""
    if not settings.SECURITY_CONTACTS:
        raise Http404
    until = (timezone.now() + VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACTS]
    lines += [f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: en"]
    lines += [f"Canonical: {absolute('/.well-known/security.txt')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def llms_txt(request: HttpRequest) -> HttpResponse:
    """Tell programs that answer people's questions what there is, in which form, and under which conditions."""
    text = render_to_string("portal/llms.txt", {"groups": being_found.by_section(), "base": absolute("")})
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List every released page with the day it was last released."""
    context = {"entries": being_found.sitemap_entries()}
    return render(request, "portal/sitemap.xml", context, content_type="application/xml; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, and what there is instead."""
    return render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that something cannot be asked; under a name that is not ours nothing is told of the name, nor kept."""
    if request.path.startswith("/api/"):
        response: HttpResponse = not_safe(400, "This cannot be asked.")
    else:
        response = HttpResponse(render_to_string("400.html"), status=400)
    if isinstance(exception, DisallowedHost):
        log_response("Asked under a host name that is not ours: %s", request.path, response=response, request=request)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke here; or, when it is the database that does not answer, what works all the same."""
    if request.path.startswith("/api/"):
        return not_safe(500, "Something went wrong here.")
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return render(request, "500.html", status=500)
    context = {"number": str(standing()), "editing": request.path.startswith("/admin/")}
    sent = request.method not in {"GET", "HEAD"}
    response = HttpResponse(render_to_string("503.html", {**context, "sent": sent}), status=503)
    response["Retry-After"], response["Cache-Control"] = str(RETRY_AFTER), "no-store"
    return response
