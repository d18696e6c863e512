"""Screens around stories: how those of a protocol come out, a second opinion, files in and out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from review.doors import RefusedError
from review.permissions import can_review
from triage import approval
from triage.engine.coverage import propose
from triage.engine.join import JoinError
from triage.engine.parse import ProtocolError
from triage.engine.solver import SolverMissingError
from triage.models import ProtocolPage, Story
from triage.models.story import StoryState
from triage.vignettes import actions, queries
from triage.vignettes.check import judgement
from triage.vignettes.files import StoryFileError, parse, written
from triage.vignettes.forms import LIMIT, OpinionForm, ReasonForm, StoryFileForm
from triage.vignettes.gate import Judgement


def _page(request: HttpRequest, page_id: int) -> Any:
    """Return the latest draft of a protocol; raises PermissionDenied for whoever neither writes nor reviews."""
    page: Any = get_object_or_404(ProtocolPage, pk=page_id)
    if not actions.may_write(request.user):
        raise PermissionDenied
    return page.get_latest_revision_as_object()


def _judged(page: Any) -> tuple[approval.Text, Judgement] | None:
    try:
        text = approval.Text(page)
    except (JoinError, ProtocolError):
        return None
    return text, judgement(text)


@require_safe
def stories(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show how every story comes out on the latest draft, what stands in the way, and what no story exercises."""
    page = _page(request, page_id)
    found = _judged(page)
    context: dict[str, Any] = {"page": page, "reason_form": ReasonForm()}
    if found:
        text, judged = found
        writers = queries.writers_of(page)
        context |= {
            "text": text,
            "judged": judged,
            "may_accept": can_review(request.user) and request.user.pk not in writers,
            "is_writer": request.user.pk in writers,
            "missing": judged.missing(),
            "left_out": [row for row in judged.rows if not row.counts],
        }
    return render(request, "triage/admin/stories.html", context)


@require_POST
def accept(request: HttpRequest, page_id: int) -> HttpResponse:
    """Keep a reviewer's reason for one story."""
    page = _page(request, page_id)
    found = _judged(page)
    if found is None:
        raise PermissionDenied
    text, judged = found
    rows = {row.story.code: row for row in judged.rows}
    row = rows.get(request.POST.get("story", ""))
    if row is None:
        raise Http404
    try:
        actions.accept_miss(
            page=page, told=row.told, source_hash=text.source_hash, fingerprint=text.fingerprint, by=request.user,
            now=timezone.now(), reason=request.POST.get("reason", ""),
        )  # fmt: skip
        messages.success(request, f"Your reason for {row.story.code} is kept, for exactly this text.")
    except RefusedError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("triage_admin:stories", args=[page_id]))


@require_POST
def draft(request: HttpRequest, page_id: int) -> HttpResponse:
    """Make a draft story for a goal that no story meets, and open it."""
    page = _page(request, page_id)
    found = _judged(page)
    goal = request.POST.get("goal", "")
    if found is None or goal not in found[1].coverage.missing:
        messages.error(request, "A story meets this already.")
        return HttpResponseRedirect(reverse("triage_admin:stories", args=[page_id]))
    try:
        made = propose(found[0].protocol, [goal])
    except SolverMissingError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("triage_admin:stories", args=[page_id]))
    if not made:
        messages.error(request, "Nobody can meet this without being unsure somewhere.")
        return HttpResponseRedirect(reverse("triage_admin:stories", args=[page_id]))
    story = actions.make_draft(page=ProtocolPage.objects.get(pk=page_id), proposal=made[0], by=request.user)
    messages.success(request, "The draft is made. Give it its level, a source and your reason, then make it active.")
    return HttpResponseRedirect(reverse("patient_stories:edit", args=[story.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest) -> HttpResponse:
    """Show one case without its level, and keep the level that a second clinician gives it."""
    if not can_review(request.user):
        raise PermissionDenied
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        story = get_object_or_404(Story, code=request.POST.get("story", ""), state=StoryState.ACTIVE)
        try:
            actions.give_second_opinion(
                story=story, by=request.user, now=timezone.now(), level=form.cleaned_data["level"],
                note=form.cleaned_data["note"],
            )  # fmt: skip
        except RefusedError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("triage_admin:judge"))
    waiting = queries.to_judge(request.user)
    rows = Story.objects.filter(state=StoryState.ACTIVE).prefetch_related("protocol", "facts")
    shown = waiting[0] if waiting else None
    context = {"form": form, "story": shown, "left": len(waiting), "agreement": queries.agreed(rows),
               "said": queries.in_words(shown) if shown else []}  # fmt: skip
    return render(request, "triage/admin/judge.html", context)


@require_safe
def export(request: HttpRequest, page_id: int) -> HttpResponse:
    """Return the active stories of a protocol as a file, in our form or in that of the benchmark."""
    page = _page(request, page_id)
    as_benchmark = request.GET.get("form") == "itu"
    text = written(queries.active(page), as_benchmark=as_benchmark)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"{page.code}.{'itu-cases' if as_benchmark else 'vignettes'}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take in a file of stories; a bad one is refused as a whole, with every place and reason."""
    page = _page(request, page_id)
    form, faults = StoryFileForm(request.POST or None, request.FILES or None), []
    found = _judged(page)
    if request.method == "POST" and form.is_valid() and found:
        uploaded = form.cleaned_data["file"]
        name = str(uploaded.name)
        try:
            items, foreign = parse(uploaded.read(LIMIT).decode("utf-8", errors="replace"), name, protocol=page.code)
            made = actions.take_in(stories=items, name=name, by=request.user, as_drafts=foreign,
                                   protocols={page.code: found[0].protocol})  # fmt: skip
            messages.success(request, f"{len(made)} stories were added{' as drafts' if foreign else ''}.")
            return HttpResponseRedirect(reverse("triage_admin:stories", args=[page_id]))
        except StoryFileError as error:
            faults = error.faults
    context = {"page": page, "form": form, "faults": faults}
    return render(request, "triage/admin/story_file.html", context, status=400 if faults else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, story_id: int) -> HttpResponse:
    """Take a story out of use, with a reason."""
    story = get_object_or_404(Story.objects.select_related("protocol"), pk=story_id)
    if not actions.may_write(request.user):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.retire(story=story, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"])
            messages.success(request, f"{story.code} is not run any more.")
            return HttpResponseRedirect(reverse("triage_admin:stories", args=[story.protocol_id]))
        except RefusedError as error:
            messages.error(request, str(error))
    return render(request, "triage/admin/retire.html", {"story": story, "form": form})


urlpatterns = [
    path("<int:page_id>/stories/", stories, name="stories"),
    path("<int:page_id>/stories/accept/", accept, name="accept-story"),
    path("<int:page_id>/stories/draft/", draft, name="draft-story"),
    path("<int:page_id>/stories/file/", take_in, name="story-file"),
    path("<int:page_id>/stories/download/", export, name="story-export"),
    path("stories/judge/", judge, name="judge"),
    path("stories/<int:story_id>/retire/", retire, name="retire-story"),
]
