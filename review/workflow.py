"""Keeps the workflow that Wagtail's admin shows in step with the submissions, which are the truth."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, WorkflowState


def current(page: Page) -> WorkflowState | None:
    """Return the workflow of a page that is running or waits for changes."""
    return page.current_workflow_state


def note_idle(pages: Iterable[Page]) -> None:
    """Note on pages of which no workflow is running that it is so, as Wagtail's lists do: nobody asks again."""
    by_id = {str(page.pk): page for page in pages}
    running = WorkflowState.objects.active().filter(object_id__in=by_id, base_content_type=_of_pages())
    for pk in by_id.keys() - set(running.values_list("object_id", flat=True)):
        by_id[pk].__dict__["_current_workflow_states"] = []


def _of_pages() -> ContentType:
    return ContentType.objects.get_for_model(Page, for_concrete_model=False)


def start(page: Page, *, by: Any) -> None:
    """Show in the admin that the page is in review."""
    workflow = page.get_workflow()
    if workflow is None:
        return
    state = current(page)
    if state is None:
        workflow.start(page, by)
    elif state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=by)


def finish(page: Page, *, by: Any) -> None:
    """Show that the review has ended with a release."""
    state = current(page)
    if state is None:
        return
    task = state.current_task_state
    if task is None or task.status != task.STATUS_IN_PROGRESS:
        return
    if task.revision_id == page.latest_revision_id:
        task.specific.approve(user=by)
    else:
        # There is a newer draft: approving would only make Wagtail ask for a review of that one.
        state.cancel(user=by)


def reject(page: Page, *, by: Any, comment: str) -> None:
    """Show that changes were requested."""
    state = current(page)
    task = state.current_task_state if state else None
    if task is not None and task.status == task.STATUS_IN_PROGRESS:
        task.specific.reject(user=by, comment=comment)


def cancel(page: Page, *, by: Any) -> None:
    """Show that the page was taken out of review."""
    state = current(page)
    if state is not None:
        state.cancel(user=by)
