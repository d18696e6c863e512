"""Opens tasks for what was noticed, on exactly the pages that cite the source; closes them by a decision."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.models import Page

from articles.models import SourcePage, TranslationPage
from articles.models.watch import Hit, HitKind, Verdict, WatchDecision, WatchTask
from articles.translations import languages
from review import doors, permissions, queries, record
from review.doors import RefusedError
from review.models import ReviewedPage

REASON = 10


def open_hit(*, kind: HitKind, key: str, source: SourcePage, said: str, address: str, now: datetime) -> Hit | None:
    """Keep what was noticed and open a task for each page that cites the source; None when it is known already."""
    with transaction.atomic():
        if Hit.objects.filter(key=key).exists():
            return None
        hit = Hit(
            key=key, kind=kind, at=now, source_id=source.pk, source_title=source.title, said=said[:500],
            address=address[:300],
        )  # fmt: skip
        pages = citing(source)
        users = {page.pk: queries.touched_by(page.pk) for page in pages}
        shown = _in_words({pk for ids in users.values() for pk in ids} | {page.pk for page in pages})
        with doors.open_for():
            hit.save()
            for page in pages:
                its = [shown[pk] for pk in users[page.pk] if pk in shown]
                WatchTask(
                    hit=hit, page_id=page.pk, title=page.title, kind=shown[page.pk]["kind"],
                    users=[*its, *_translations(page, its)],
                ).save()  # fmt: skip
        record.record("source_noticed", by=None, now=now, page_id=source.pk, key=key, said=said[:500])
    return hit


def citing(source: SourcePage) -> list[Page]:
    """Return the released pages that cite a source themselves: claims, and rules, causes and techniques that do so."""
    pages = Page.objects.filter(pk__in=queries.users_of(source.pk)).specific().order_by("title")
    about_itself = (SourcePage, TranslationPage)
    return [page for page in pages if isinstance(page, ReviewedPage) and not isinstance(page, about_itself)]


def _in_words(ids: Iterable[int]) -> Mapping[int, dict[str, Any]]:
    """Return pages as a task keeps them, by id: title, kind, language, and which page a translation is of."""
    pages = Page.objects.filter(pk__in=list(ids)).select_related("content_type").order_by("title")
    translations = TranslationPage.objects.filter(pk__in=list(ids)).values_list("pk", "language", "source_id")
    told = {pk: (language, source) for pk, language, source in translations}
    return {page.pk: _word(page, *told.get(page.pk, ())) for page in pages}


def _word(page: Page, language: str = languages.SOURCE, of: int | None = None) -> dict[str, Any]:
    model = page.content_type.model_class()
    kind = str(model._meta.verbose_name) if model else page.content_type.model
    return {"id": page.pk, "title": page.title, "kind": kind, "language": language} | ({"of": of} if of else {})


def _translations(page: Page, users: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the translations, drafts too, of a page and of those that show it, besides those that are among them."""
    ids = {page.pk, *(one["id"] for one in users)}
    others = TranslationPage.objects.filter(source__in=ids).exclude(pk__in=ids)
    return [_word(one, one.language, one.source_id) for one in others.select_related("content_type").order_by("title")]


def decide_alike(
    *, tasks: Sequence[WatchTask], by: Any, verdict: str, reason: str, now: datetime
) -> list[WatchDecision]:
    """Close tasks that are alike with one verdict and reason, a decision for each; RefusedError closes none of them."""
    if not tasks:
        raise RefusedError("Tick the texts that you have decided about.")
    with transaction.atomic():
        # always in the same order, so that two people who close the same ones do not wait for each other
        ordered = sorted(tasks, key=lambda one: one.pk)
        return [decide(task=task, by=by, verdict=verdict, reason=reason, now=now) for task in ordered]


def decide(*, task: WatchTask, by: Any, verdict: str, reason: str, now: datetime) -> WatchDecision:
    """Close a task; RefusedError with a sentence for whoever may not, says no reason, or comes second."""
    permissions.check_is_active(by)
    if not permissions.can_review(by):
        raise RefusedError("Only a reviewer decides whether a claim still holds.")
    if verdict not in Verdict.values:
        raise RefusedError("Choose what you have decided.")
    if len(reason.strip()) < REASON:
        raise RefusedError(f"Say in at least {REASON} letters what you looked at and why.")
    name = by.get_full_name() or by.get_username()
    with transaction.atomic():
        # one person after the other: the first decision holds
        WatchTask.objects.select_for_update().get(pk=task.pk)
        if WatchDecision.objects.filter(task=task).exists():
            raise RefusedError(f"Somebody has decided about “{task.title}” already.")
        made = WatchDecision(task=task, at=now, by_id=by.pk, by_name=name, verdict=verdict, reason=reason.strip()[:500])
        with doors.open_for():
            made.save()
        record.record("source_decided", by=by, now=now, page_id=task.page_id, task=task.pk, verdict=verdict)
    return made
