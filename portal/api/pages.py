"""Released pages for programs: Wagtail's own interface for lists, parameters and paging, our gate for what is in them.

Of that interface only reading is used, and none of its ways to choose fields, to filter by columns or to follow
relations: those read rows, which the check made when a page is served has not seen.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from wagtail.api.v2.pagination import WagtailPagination
from wagtail.api.v2.utils import BadRequestError, page_models_from_string
from wagtail.api.v2.views import BaseAPIViewSet
from wagtail.models import Page, get_page_models
from wagtail.query import PageQuerySet
from wagtail.views import serve as serve_now

from articles.addresses import absolute, address_of
from articles.models import TranslationPage
from articles.plain_page import PlainPage, plain_page
from articles.translations import languages
from portal.api import documents, tongues
from portal.api.answers import READ, public
from portal.api.problems import emergency_number, problem
from portal.delivery import renderings
from review import dependencies, serving
from review.enums import PublicState
from review.models import Standing
from review.models.page import ReviewedPage

FARTHEST = 1_000_000
DIGITS = 18


class Brief(BaseSerializer):
    """A page as a list names it."""

    def to_representation(self, instance: ReviewedPage) -> documents.Json:
        """Return it as plain data."""
        return documents.brief(instance)


class Paging(WagtailPagination):
    """Wagtail's paging by limit and offset; what is on a page has passed the check when it is served."""

    def paginate_queryset(self, queryset: PageQuerySet, request: Request, view: Any = None) -> list[ReviewedPage]:
        """Return the pages of one part of the list, without those whose row is not what was signed or is on hold."""
        if any(len(request.GET.get(name, "")) > DIGITS for name in ("limit", "offset")):
            raise BadRequestError("limit and offset are numbers below a million")
        rows = super().paginate_queryset(queryset, request, view)
        if int(request.GET.get("offset", 0)) > FARTHEST:
            raise BadRequestError("offset is below a million")
        found = serving.intact(page for page in rows.specific() if isinstance(page, ReviewedPage))
        tongues.with_sources(found)
        return found


class AlwaysJSON(BaseContentNegotiation):
    """There is one form of each answer, whatever a program says that it would like."""

    def select_parser(self, request: Request, parsers: list[Any]) -> Any:
        """Return the first: no body is read."""
        return parsers[0]

    def select_renderer(self, request: Request, renderers: list[Any], format_suffix: str | None = None) -> Any:
        """Return the first, which writes JSON."""
        return renderers[0], renderers[0].media_type


class Pages(BaseAPIViewSet):
    """Every released page of the site."""

    authentication_classes: list[type] = []
    permission_classes: list[type] = []
    pagination_class = Paging
    serializer_class = Brief
    content_negotiation_class = AlwaysJSON
    known_query_parameters = frozenset({"limit", "offset", "type", "language"})
    model = Page

    def get_queryset(self) -> PageQuerySet:
        """Return the released pages, of some types and in one language where these are named."""
        names, tag = (self.request.GET.get(name, "") for name in ("type", "language"))
        rows = documents.released()
        if "language" in self.request.GET:
            rows = tongues.in_language(rows, tongues.code_of(tag))
        return rows.type(*_types(names)) if names else rows

    def check_query_parameters(self, queryset: PageQuerySet) -> None:
        """Refuse what this list does not know, each name said once."""
        if set(self.request.GET) - self.known_query_parameters:
            raise BadRequestError("only limit, offset, type and language are known here")

    def get_serializer_class(self) -> type[BaseSerializer]:
        """Return ours: which fields there are is not for the caller to say."""
        return self.serializer_class

    def get_serializer_context(self) -> dict[str, Any]:
        """Nothing else is needed."""
        return {}

    def get_renderer_context(self) -> dict[str, Any]:
        """Return what the renderer is told: no spaces, which make an answer larger."""
        return super().get_renderer_context() | {"indent": None}

    def handle_exception(self, exc: Exception) -> Response | HttpResponse:
        """Say what is wrong with a request."""
        if isinstance(exc, BadRequestError):
            return problem(400, "This cannot be asked.", str(exc))
        if isinstance(exc, APIException):
            return problem(exc.status_code, str(exc.detail))
        raise exc


def _types(names: str) -> list[type[Page]]:
    known = {model._meta.label for model in get_page_models() if issubclass(model, ReviewedPage)}
    wanted = names.split(",")
    if not known.issuperset(wanted):
        raise BadRequestError("type is one of: " + ", ".join(sorted(known)))
    return list(page_models_from_string(names))


_list: Callable[[HttpRequest], Any] = Pages.as_view({"get": "listing_view"})


@public(*READ, keep=True)
def listing(request: HttpRequest) -> HttpResponse:
    """List released pages."""
    for model in get_page_models():
        if issubclass(model, ReviewedPage):
            dependencies.on_type(model)
    answer = _list(request)
    return answer.render() if isinstance(answer, Response) else answer


@public(*READ, keep=True)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Return one released page; 410 when it was withdrawn, 503 while it is being looked at again.

    With `language` lead to the same page in that language; 404 where it cannot be read in it.
    """
    if request.GET:
        return _elsewhere(request, pk)
    dependencies.on_pages([pk] if pk < 1 << 62 else [])
    page = documents.released().filter(pk=pk).first() if pk < 1 << 62 else None
    found = page.specific if page is not None else None
    if not isinstance(found, ReviewedPage):
        return _not_there(pk)
    plain = _plain(found)
    if plain is None:
        return being_checked()
    # what holds for the page was read anew, and its row compared, where the page was made: here it is the same row
    if serving.fault_of(found) or found.is_wholly_held:
        return being_checked()
    response = JsonResponse(documents.whole(found, plain), json_dumps_params={"ensure_ascii": False})
    response["Content-Language"] = tongues.tag_of(found)
    return response


def _elsewhere(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to a page in another language."""
    if set(request.GET) != {"language"}:
        return problem(400, "This cannot be asked.", "only language is known here")
    try:
        tag = languages.tag(tongues.code_of(request.GET["language"]))
    except BadRequestError as error:
        return problem(400, "There is no such language.", str(error))
    page = documents.released().filter(pk=pk).first() if pk < 1 << 62 else None
    found = page.specific if page is not None else None
    versions = tongues.versions(found) if isinstance(found, ReviewedPage) else []
    there = next((one["detail_url"] for one in versions if one["language"] == tag), None)
    if there is None:
        known = ", ".join(one["language"] for one in versions)
        return problem(404, "This page is not here in that language.", f"It can be read in: {known}" if known else "")
    return HttpResponseRedirect(there)


def _plain(page: ReviewedPage) -> PlainPage | None:
    """Return what the page says as its readers get it; None when they do not."""
    if isinstance(getattr(page, "source_page", page), documents.NOT_SHOWN_AS_PAGES):
        return PlainPage((), {}, (), {})
    address = address_of(page)
    path = address.removeprefix(absolute(""))
    _, made = renderings.find(path)
    if made is not None:
        renderings.rests_on(made)
        return plain_page(made.html.decode(), address)
    response = serve_now(renderings.own_request(path), path)
    return plain_page(response.content.decode(), address) if response.status_code == 200 else None  # noqa: PLR2004


def _not_there(pk: int) -> HttpResponse:
    # a translation goes when its source goes
    both = {pk, *TranslationPage.objects.filter(pk=pk).values_list("source_id", flat=True)} if pk < 1 << 62 else set()
    if not Standing.objects.filter(pk__in=both, state=PublicState.WITHDRAWN).exists():
        return problem(404, "There is no such page.")
    return problem(410, "This page was withdrawn. Take down every copy of it.", ledger_url=absolute(f"/ledger/{pk}/"))


def being_checked() -> HttpResponse:
    """Say that a text cannot be given now."""
    response = problem(
        503, "This text is being checked again. Take down every copy of it.", emergency_number=emergency_number()
    )
    response["Retry-After"] = "3600"
    return response


@public(*READ)
def find(request: HttpRequest) -> HttpResponse:
    """Lead from the address of a page to its document."""
    path = request.GET.get("html_path", "")
    if not path.startswith("/") or set(request.GET) != {"html_path"}:
        return problem(400, "Say html_path: the path of a page, such as /guides/.")
    root = documents.released().order_by("depth").first()
    page = documents.released().filter(url_path=f"{root.url_path.rstrip('/')}{path}").first() if root else None
    if page is None:
        return problem(404, "There is no such page.")
    return HttpResponseRedirect(documents.detail_url(page.pk))
