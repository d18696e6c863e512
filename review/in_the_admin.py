"""What the review adds to Wagtail's own screens: the lock, the buttons of the editor, the first page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail.admin.action_menu import ActionMenuItem, CancelWorkflowMenuItem
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel
from wagtail.locks import WorkflowLock
from wagtail.models import Page

from review import queries
from review.enums import State
from review.models.evidence import Event
from review.models.submission import Submission


class ReviewLock(WorkflowLock):
    """Says why nobody can change a page in review, and how to get it back."""

    def get_message(self, user: Any) -> SafeString:
        """Return the words above the form of the editor."""
        open_now = queries.open_submission(self.object.pk)
        link = (
            format_html(' <a href="{}">See the review</a>', reverse("review:screen", args=[open_now.pk]))
            if open_now
            else ""
        )
        return format_html(
            "This page is in medical review. Nobody can change it now, so that what is signed is what was read. "
            "To edit it, withdraw it from review.{}",
            link,
        )


def name_the_way_out(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Call the button that ends a review by what it does."""
    for item in menu_items:
        if isinstance(item, CancelWorkflowMenuItem):
            item.label = "Withdraw from review"


def lead_to_the_review(request: HttpRequest, page: Page) -> HttpResponse | None:
    """After “Submit”, show the author what reviewers see, and let them say in one sentence what changed."""
    if "action-submit" not in request.POST and "action-restart-workflow" not in request.POST:
        return None
    submission = queries.open_submission(page.pk)
    return redirect("review:screen", submission.pk) if submission else None


def tell_what_to_change(request: HttpRequest, page: Page) -> None:
    """Above the form of the editor, say what a reviewer asked for."""
    last = Submission.objects.filter(page_id=page.pk).order_by("submitted_at").last()
    if request.method != "GET" or last is None or last.state != State.CHANGES_REQUESTED:
        return
    event = Event.objects.filter(submission_id=last.pk, what="changes requested").first()
    if event is None:
        return
    places = [(block["block"], block["reason"]) for block in event.data.get("blocks", [])]
    messages.warning(
        request,
        format_html(
            '{} asks for changes. {}{} <a href="{}">See the review</a>',
            event.by_name,
            event.data.get("reason", ""),
            format_html_join("", "<br><strong>{}:</strong> {}", places),
            reverse("review:screen", args=[last.pk]),
        ),
    )


def first_page(request: HttpRequest, panels: list[Any]) -> None:
    """Take Wagtail's two lists of workflows, which the review does not use, off the admin's first page."""
    unused = (UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel)
    panels[:] = [panel for panel in panels if not isinstance(panel, unused)]
