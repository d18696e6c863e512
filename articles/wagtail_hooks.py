"""What this app adds to the editors' admin."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button

from articles.editing import reports
from articles.editing.problems import problems_view
from articles.models.base import ArticlePage
from articles.quarantine.permissions import can_read
from articles.watch import screens as watch


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern | URLResolver]:
    """Add the reports, the raw texts, and the address that answers with the problems of a draft."""
    return [
        *reports.urls(),
        *watch.urls(),
        path("articles/problems/<int:page_id>/", problems_view, name="articles_problems"),
        path("raw-texts/", include("articles.quarantine.admin_urls")),
    ]


class RawTextsItem(MenuItem):
    """The way to the raw texts; for those who may read them."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to editors and reviewers."""
        return can_read(request.user)


@hooks.register("register_admin_menu_item")
def register_raw_texts() -> MenuItem:
    """Add the raw texts to the menu."""
    return RawTextsItem("Raw texts", reverse("quarantine:index"), icon_name="doc-full", order=160)


@hooks.register("register_page_header_buttons")
def raw_text_buttons(page: Any, user: Any, view_name: str = "", next_url: str = "", **kwargs: Any) -> Iterator[Button]:
    """Lead from a page to the claims of raw texts that it is built from."""
    if isinstance(page, ArticlePage) and page.pk and can_read(user):
        address = reverse("quarantine:page", args=[page.pk])
        yield Button("Claims from raw texts", address, icon_name="doc-full", priority=66)


@hooks.register("register_reports_menu_item")
def register_evidence_report() -> MenuItem:
    """Add the report on missing sources."""
    return reports.menu_item("evidence", 600)


@hooks.register("register_reports_menu_item")
def register_use_report() -> MenuItem:
    """Add the report on where techniques are used."""
    return reports.menu_item("use", 610)


@hooks.register("register_reports_menu_item")
def register_reading_report() -> MenuItem:
    """Add the report on reading ages."""
    return reports.menu_item("reading", 620)


@hooks.register("register_reports_menu_item")
def register_contradictions_report() -> MenuItem:
    """Add the report on techniques that contradict each other."""
    return reports.menu_item("contradictions", 630)


@hooks.register("register_reports_menu_item")
def register_watch_report() -> MenuItem:
    """Add the report on whether sources still stand."""
    return watch.menu_item()


@hooks.register("register_reports_menu_item")
def register_translations_report() -> MenuItem:
    """Add the report on translations and their sources."""
    return reports.menu_item("translations", 640)


@hooks.register("insert_editor_js")
def problems_script() -> str:
    """Keep the list of problems fresh while the editor saves by itself."""
    return format_html('<script src="{}" defer></script>', static("articles/js/problems.js"))


@hooks.register("insert_global_admin_css")
def editing_style() -> str:
    """Style what this app adds."""
    return format_html('<link rel="stylesheet" href="{}">', static("articles/css/editing.css"))
