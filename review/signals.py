"""Follows what happens to workflows in Wagtail's admin."""

from typing import Any

from django.utils import timezone
from wagtail.models import WorkflowState
from wagtail.signals import workflow_cancelled

from review import actions, queries


def after_cancelling(sender: type, instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """A workflow that is cancelled takes the page out of review."""
    if instance.base_content_type.model_class() is None or not str(instance.object_id).isdigit():
        return
    submission = queries.open_submission(int(instance.object_id))
    if submission is not None and user is not None:
        actions.withdraw_from_review(submission=submission, by=user, now=timezone.now())


def connect() -> None:
    """Connect the receivers."""
    workflow_cancelled.connect(after_cancelling, sender=WorkflowState, dispatch_uid="review.after_cancelling")
