"""What everybody can see of the review, and say to it; works without JavaScript, keeps nothing about the reader."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from wagtail.models import Page

from review import actions, ledger, queries, serving
from review import concerns as channel
from review.actions.holding import FloodError
from review.doors import RefusedError


def _page(pk: int) -> Page:
    """Return a page that is public; others do not exist for readers."""
    return get_object_or_404(Page, pk=pk, live=True, depth__gt=1).specific


@require_GET
def ledger_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Every release of a page, newest first; also of a page that was withdrawn."""
    rows = queries.ledger_of(pk)
    if not rows:
        raise Http404
    shown = Page.objects.filter(pk=pk, live=True).first()
    return render(request, "review/ledger.html", {"entries": rows[::-1], "latest": rows[-1], "shown": shown, "pk": pk})


@require_GET
def ledger_json(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The ledger of a page, or of the site, to keep and to check."""
    if pk is not None and not queries.ledger_of(pk):
        raise Http404
    name = f"ledger-{pk}.json" if pk else "ledger.json"
    answer = JsonResponse(ledger.ledger(pk), json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_GET
def content_json(request: HttpRequest, pk: int) -> HttpResponse:
    """What the fingerprint of a page is made of, as the page is now."""
    page = _page(pk)
    if serving.fault_of(page):
        raise Http404
    return JsonResponse(ledger.live_content(page), json_dumps_params={"ensure_ascii": False})


@require_GET
def concerns(request: HttpRequest) -> HttpResponse:
    """How many concerns wait, for how long, and how fast they were answered: for everybody."""
    figures = channel.figures(timezone.now())
    return render(request, "review/concerns.html", {"figures": figures, "hours": settings.REVIEW_CONCERN_HOURS})


@never_cache
@csrf_exempt  # there is no session to ride on: the form takes words from anybody, and no cookie is set for it
def concern(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell us that something is unsafe; no account, no name, no cookie."""
    page = _page(pk)
    context = {"page_title": page.title, "page_url": page.url, "pk": pk, "numbers": serving.emergency_numbers()}
    if request.method != "POST":
        return render(request, "review/concern.html", context | _part(page, request.GET.get("block", "")))
    if request.POST.get("website"):
        return render(request, "review/concern_thanks.html", context)
    try:
        actions.raise_concern(
            page=page, text=request.POST.get("text", ""), block=request.POST.get("block", ""), now=timezone.now()
        )
    except RefusedError as refused:
        again = _part(page, request.POST.get("block", "")) | {
            "error": str(refused),
            "text": request.POST.get("text", ""),
        }
        status = 429 if isinstance(refused, FloodError) else 422
        return render(request, "review/concern.html", context | again, status=status)
    return render(request, "review/concern_thanks.html", context)


def _part(page: Page, block: str) -> dict[str, str]:
    """Return the part of the page that a reader points to; empty when there is no such part."""
    words = page.part_names().get(block, "")
    return {"block": block if words else "", "part": words}
