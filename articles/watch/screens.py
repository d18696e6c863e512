"""The report on sources: what is watched, when it was and will be looked at, what was noticed and who decided what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page as Sheet
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.menu import MenuItem

from articles.models import SourcePage
from articles.models.watch import Hit, LinkState, SourceLook, Verdict, WatchDecision, WatchTask
from articles.watch import hits
from articles.watch.watching import AGAIN, READ_CLOSELY
from review import permissions
from review.doors import RefusedError
from review.views.access import of_the_review, of_the_work

A_PAGE = 20
# No row has a number as long as this.
DIGITS = 18


@dataclass(frozen=True)
class Line:
    """One source in the table of what is watched."""

    source: SourcePage
    look: SourceLook
    next_at: datetime | None
    is_read: bool

    @property
    def is_bad(self) -> bool:
        """Whether its address does not answer as it should."""
        return self.look.state in {LinkState.GONE, LinkState.UNREACHABLE, LinkState.REFUSED}


@require_safe
@of_the_work
def report(request: HttpRequest) -> HttpResponse:
    """Show what waits, event by event, then what is watched, then what was decided."""
    decided = WatchDecision.objects.select_related("task__hit")
    sheet = _sheet(_open_hits(), request, "p")
    return render(
        request,
        "articles/admin/watch.html",
        {
            "is_on": settings.CLAIM_WATCH,
            "waiting": WatchTask.objects.filter(decision=None).count(),
            "sheet": sheet,
            "events": _events(sheet),
            "decided": _sheet(decided, request, "d"),
            "lines": _sheet(_lines(), request, "s"),
            "verdicts": Verdict.choices,
            "may_decide": permissions.can_review(request.user),
        },
    )


def _open_hits() -> QuerySet[Hit]:
    """Return what was noticed and still has open tasks, those of one source together."""
    waiting = WatchTask.objects.filter(decision=None).values("hit")
    return Hit.objects.filter(pk__in=waiting).order_by("source_title", "source_id", "-at", "-pk")


def _events(sheet: Sheet) -> list[tuple[Hit, list[WatchTask]]]:
    """Return what was noticed on one sheet, each with the texts that wait because of it."""
    found: dict[int, list[WatchTask]] = {hit.pk: [] for hit in sheet}
    for task in WatchTask.objects.filter(decision=None, hit__in=found).order_by("kind", "title", "pk"):
        found[task.hit_id].append(task)
    return [(hit, found[hit.pk]) for hit in sheet]


def _sheet(rows: Any, request: HttpRequest, name: str) -> Sheet:
    return Paginator(rows, A_PAGE).get_page(request.GET.get(name))


def _lines() -> list[Line]:
    """Return every released source that has an address or a DOI, those in a bad state first."""
    looks: Iterable[SourceLook] = SourceLook.objects.all()
    known = {row.page_id: row for row in looks}
    sources = SourcePage.objects.live().order_by("title").only("title", "kind", "doi", "work_url", "path", "depth")
    lines = []
    for source in sources:
        if source.doi or source.work_url:
            look = known.get(source.pk) or SourceLook(page_id=source.pk)
            following = look.asked_at + AGAIN if look.asked_at else None
            lines.append(Line(source, look, following, source.kind in READ_CLOSELY and bool(source.work_url)))
    return sorted(lines, key=lambda one: not one.is_bad)


@require_POST
@of_the_review
def look_again(request: HttpRequest) -> HttpResponse:
    """Let the worker look at everything once more."""
    SourceLook.objects.update(asked_at=None)
    if settings.CLAIM_WATCH:
        messages.success(request, "The worker begins within ten minutes. It asks slowly, so that nobody is troubled.")
    else:
        messages.warning(request, "The watch is off here, so nothing is asked: see CLAIM_WATCH in the settings.")
    return redirect("articles_watch")


@require_POST
@of_the_review
def decide(request: HttpRequest, hit_id: int) -> HttpResponse:
    """Close the ticked tasks of one event with a decision and its reason: a decision for each, all or none."""
    hit = get_object_or_404(Hit, pk=hit_id)
    ticked = [int(pk) for pk in request.POST.getlist("tasks") if pk.isascii() and pk.isdecimal() and len(pk) < DIGITS]
    try:
        made = hits.decide_alike(
            tasks=list(WatchTask.objects.filter(hit=hit, pk__in=ticked)), by=request.user,
            verdict=request.POST.get("verdict", ""), reason=request.POST.get("reason", ""), now=timezone.now(),
        )  # fmt: skip
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Kept: what you decided about {_named([one.task.title for one in made])}.")
    return redirect(f"{reverse('articles_watch')}#open")


def _named(titles: list[str]) -> str:
    return f"“{titles[0]}”" if len(titles) == 1 else f"{len(titles)} texts"


def urls() -> list[URLPattern]:
    """Return the addresses of the report."""
    return [
        path("reports/sources-watched/", report, name="articles_watch"),
        path("reports/sources-watched/look/", look_again, name="articles_watch_look"),
        path("reports/sources-watched/<int:hit_id>/", decide, name="articles_watch_decide"),
    ]


class WatchMenuItem(MenuItem):
    """For whoever writes or reviews."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to those who have a part in texts."""
        return permissions.has_a_part(request.user)


def menu_item() -> MenuItem:
    """Return the entry below Reports."""
    return WatchMenuItem("Sources watched", reverse("articles_watch"), icon_name="view", order=640)
