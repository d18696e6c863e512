"""What this app adds to the editors' admin."""

from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from articles.editing import reports
from articles.editing.problems import problems_view


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    """Add the reports, and the address that answers with the problems of a draft."""
    return [*reports.urls(), path("articles/problems/<int:page_id>/", problems_view, name="articles_problems")]


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


@hooks.register("insert_editor_js")
def problems_script() -> str:
    """Keep the list of problems fresh while the editor saves by itself."""
    return format_html('<script src="{}" defer></script>', static("articles/js/problems.js"))


@hooks.register("insert_global_admin_css")
def editing_style() -> str:
    """Style what this app adds."""
    return format_html('<link rel="stylesheet" href="{}">', static("articles/css/editing.css"))
