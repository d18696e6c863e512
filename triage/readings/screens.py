"""Screens on which a reviewer reads the stories of a protocol in another language, and says so."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.models import TranslationPage
from articles.translations import languages
from review import queries
from review.doors import RefusedError
from review.proposed import StaleError, proposed_page
from triage import pages
from triage.answers import State
from triage.around import in_its_languages
from triage.models import ProtocolPage
from triage.readings import actions
from triage.readings.progress import Progress, Row, UntellableError
from triage.steps import Show, Step
from triage.vignettes.actions import may_write
from triage.vignettes.told import ANY_DAY, level_words

AT_ONCE = 50


def _progress(request: HttpRequest, page_id: int) -> Progress:
    """Return what is read of a translation: of the text in review where there is one, else of the latest draft.

    Raises PermissionDenied for whoever neither writes nor reviews checks, Http404 for what is no such translation,
    UntellableError and StaleError where its stories cannot be told.
    """
    if not may_write(request.user):
        raise PermissionDenied
    page: Any = get_object_or_404(TranslationPage, pk=page_id)
    if not isinstance(page.source_page, ProtocolPage):
        raise Http404
    submission = queries.open_submission(page.pk)
    return Progress(proposed_page(submission) if submission else page.get_latest_revision_as_object())


def _or_say_why(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead back to the translation, with the reason, where the protocol cannot be run in its words."""

    @functools.wraps(view)
    def answer(request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, page_id, **kwargs)
        except (UntellableError, StaleError) as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[page_id]))

    return answer


def _around(request: HttpRequest, progress: Progress) -> dict[str, Any]:
    page = progress.translation
    return {
        "progress": progress,
        "translation": page,
        "source": progress.spoken.page,
        "tag": languages.tag(page.language),
        "direction": languages.direction(page.language),
        "language": languages.own_name(page.language),
        "submission": queries.open_submission(page.pk),
        "why_not": _why_not(request.user, page),
    }


def _why_not(by: Any, page: TranslationPage) -> str:
    """Return why a person cannot say that they have read; empty when they can."""
    try:
        actions.check_may_read(by, page, timezone.now())
    except RefusedError as refused:
        return str(refused)
    return ""


@require_safe
@_or_say_why
def overview(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show how far it is, and which stories are left, those first that show most that nobody has read."""
    progress = _progress(request, page_id)
    left, read = progress.left, progress.read
    context = {"left": left[:AT_ONCE], "more_left": len(left[AT_ONCE:]), "read": read[:AT_ONCE],
               "more_read": len(read[AT_ONCE:])}  # fmt: skip
    return render(request, "triage/admin/readings.html", _around(request, progress) | context)


@require_http_methods(["GET", "HEAD", "POST"])
@_or_say_why
def story(request: HttpRequest, page_id: int, code: str) -> HttpResponse:
    """Show one story in both languages; keep that it was read, and go on to the next."""
    progress = _progress(request, page_id)
    if request.method == "POST":
        return _read(request, progress, code)
    row = _row(progress, code)
    cards = [(card, any(pair.mark in row.new for pair in card.pairs)) for card in row.run.cards]
    context = {"row": row, "cards": cards, "level": level_words(row.run.level), "left": len(progress.left)}
    return render(request, "triage/admin/reading.html", _around(request, progress) | context)


def _row(progress: Progress, code: str) -> Row:
    row = progress.row(code)
    if row is None:
        raise Http404
    return row


def _read(request: HttpRequest, progress: Progress, code: str) -> HttpResponse:
    page_id = progress.translation.pk
    try:
        actions.keep(
            progress=progress, code=code, mark=request.POST.get("mark", ""), by=request.user, now=timezone.now()
        )
    except RefusedError as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("triage_admin:reading", args=[page_id, code]))
    after = Progress(progress.translation)
    messages.success(request, f"{code} is read. {after.sentence}")
    if after.left:
        return HttpResponseRedirect(reverse("triage_admin:reading", args=[page_id, after.left[0].run.story.code]))
    return HttpResponseRedirect(reverse("triage_admin:readings", args=[page_id]))


@require_POST
@_or_say_why
def together(request: HttpRequest, page_id: int) -> HttpResponse:
    """Tick all stories that show nothing that nobody has read."""
    progress = _progress(request, page_id)
    try:
        made = actions.keep_together(progress=progress, by=request.user, now=timezone.now())
        messages.success(request, f"{len(made)} stories are ticked. {Progress(progress.translation).sentence}")
    except RefusedError as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(reverse("triage_admin:readings", args=[page_id]))


@require_safe
@_or_say_why
def as_readers(request: HttpRequest, page_id: int, code: str) -> HttpResponse:
    """Show the result of one story exactly as readers of the other language get it."""
    progress = _progress(request, page_id)
    row, check = _row(progress, code), progress.spoken.other
    with override(progress.translation.language):
        shown = pages.page(
            State(check, row.run.shown), Step(Show.RESULT, row.run.shown), ANY_DAY, action="", draft=True
        )
        response = HttpResponse(in_its_languages(shown))
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


urlpatterns = [
    path("readings/<int:page_id>/", overview, name="readings"),
    path("readings/<int:page_id>/together/", together, name="readings-together"),
    path("readings/<int:page_id>/<slug:code>/", story, name="reading"),
    path("readings/<int:page_id>/<slug:code>/result/", as_readers, name="reading-result"),
]
