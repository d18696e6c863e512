"""The panels of the admin's first page."""

from collections.abc import Iterator
from typing import Any

from django.forms import Media
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from articles.editing.next_steps import Start, starts_for
from portal.figures import figures
from portal.figures.drawing import columns
from portal.welcome import first_steps, tasks
from triage.models import CheckIndexPage

STYLE = Media(css={"all": ["portal/css/welcome.css"]})


class ToDo(Component):
    """What to do now, the most urgent first, and what may be begun."""

    name = "to_do"
    order = 40
    template_name = "portal/welcome/to_do.html"
    media = STYLE

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Return what waits for this person, or why nothing does."""
        found = tasks.tasks_of(self.user, timezone.now())
        quiet = "" if found else tasks.when_nothing_waits(self.user)
        return {"kinds": found, "quiet": quiet, "starts": [*starts_for(self.user), *_a_check(self.user)]}


def _a_check(user: Any) -> Iterator[Start]:
    """Yield the way to a new check, for whoever may write one."""
    checks = CheckIndexPage.objects.first()
    if checks is not None and checks.permissions_for_user(user).can_add_subpage():
        yield Start("Begin a check", reverse("wagtailadmin_pages:add", args=["triage", "protocolpage", checks.pk]))


class FirstSteps(Component):
    """What somebody does once, ticked as it is done, until they put it away."""

    name = "first_steps"
    order = 45
    template_name = "portal/welcome/first_steps.html"
    media = STYLE

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Return the steps of each role; nothing but the way back when they were put away."""
        away = bool(first_steps.said_by(self.user).get(first_steps.AWAY))
        roles = [] if away else first_steps.steps_for(self.user, timezone.now())
        token = parent_context["csrf_token"] if parent_context else ""
        return {"away": away, "roles": roles, "csrf_token": token}


class DueSoon(Component):
    """How many reviews fall due in each of the coming months, drawn."""

    name = "due_by_month"
    order = 60
    template_name = "portal/welcome/due.html"
    media = Media(css={"all": ["portal/css/welcome.css"]})

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Return the figure and its drawing."""
        figure = figures.due_by_month(timezone.localdate())
        return {"figure": figure, "drawing": columns(figure)}
