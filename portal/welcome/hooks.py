"""Where the first page, the figures and the page of roles meet Wagtail; `portal.wagtail_hooks` registers them."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path

from portal.figures import views as figures
from portal.welcome import panels as first_page
from portal.welcome import views
from review import permissions


def urls() -> list[URLPattern]:
    """Return the addresses of these screens."""
    return [
        path("welcome/say/", views.say, name="portal_say"),
        path("welcome/checklist/", views.checklist, name="portal_checklist"),
        path("reports/roles/", views.roles, name="portal_roles"),
        path("reports/figures/", figures.report, name="portal_figures"),
        path("reports/figures/<slug:name>.<slug:kind>", figures.table, name="portal_figure"),
    ]


def add_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Put what to do now, and the first steps, on the admin's first page."""
    panels += [first_page.ToDo(request.user), first_page.FirstSteps(request.user)]
    if permissions.has_a_part(request.user) and figures.may_look(request.user):
        panels.append(first_page.DueSoon())
