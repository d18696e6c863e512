"""The step that Wagtail's workflow shows while a page is in review; the decisions are made on our own screen."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone
from wagtail.locks import WorkflowLock
from wagtail.models import Page, Task, TaskState, WorkflowState

from review import doors
from review.doors import RefusedError


class ReviewTask(Task):
    """Medical review: freezes the page and sends reviewers to the review screen."""

    class Meta:
        verbose_name = "medical review"
        verbose_name_plural = "medical reviews"

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        """Begin the step; a page that comes from Wagtail's own button is submitted here."""
        from review import actions, queries  # noqa: PLC0415  # the actions need this model

        page = workflow_state.content_object.specific
        if isinstance(page, Page) and not queries.open_submission(page.pk):
            try:
                actions.submit(page=page, by=user, now=timezone.now(), follow=False)
            except RefusedError as refused:
                doors.tell(str(refused))  # the editor of Wagtail would only say that they may not
                raise
        return super().start(workflow_state, user=user)

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Refuse: what a form of Wagtail says is no signature."""
        raise RefusedError("Decisions are made on the review screen.")

    def get_actions(self, obj: models.Model, user: AbstractBaseUser) -> list[tuple[str, str, bool]]:
        """Offer nothing: the review screen does."""
        return []

    @property
    def lock_class(self) -> type[WorkflowLock]:  # type: ignore[override]  # Wagtail has a plain attribute
        """The lock that says why a page is frozen."""
        from review.in_the_admin import ReviewLock  # noqa: PLC0415  # the words need the models

        return ReviewLock

    def locked_for_user(self, obj: models.Model, user: AbstractBaseUser) -> bool:
        """Freeze the page for everybody: what is signed must be what was read."""
        return True

    def user_can_access_editor(self, obj: models.Model, user: AbstractBaseUser) -> bool:
        """Reviewers read on the review screen; they need no way into the editor."""
        return False

    def user_can_unlock(self, obj: models.Model, user: AbstractBaseUser) -> bool:
        """Nobody thaws a page; it is taken out of review."""
        return False

    def get_task_states_user_can_moderate(self, user: AbstractBaseUser, **kwargs: Any) -> models.QuerySet:
        """Return nothing: the review has a dashboard of its own."""
        return TaskState.objects.none()

    @classmethod
    def get_description(cls) -> str:
        """Say what the step does."""
        return "Independent, credentialed reviewers sign the exact text; nothing else publishes it"
