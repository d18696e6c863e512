"""Where guided checks meet Wagtail."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import include, path, reverse, reverse_lazy
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button

from articles.models import TranslationPage
from review.permissions import can_review
from triage.hazards.viewset import HazardViewSet
from triage.models import CheckIndexPage, ProtocolPage
from triage.vignettes.actions import may_write
from triage.vignettes.viewset import StoryViewSet


@hooks.register("register_admin_urls")
def check_urls() -> list[Any]:
    """Mount the screens of the checks."""
    return [path("checks/", include(("triage.admin_views", "triage_admin")))]


@hooks.register("register_admin_viewset")
def stories_viewset() -> StoryViewSet:
    """Make patient stories editable."""
    return StoryViewSet("patient_stories", url_prefix="patient-stories")


@hooks.register("register_admin_viewset")
def hazards_viewset() -> HazardViewSet:
    """Make hazards editable."""
    return HazardViewSet("hazards", url_prefix="hazards")


class CheckMenuItem(MenuItem):
    """The way to what is known of the checks; for those who write or review one."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to those whom the pages let in."""
        return may_write(request.user)


@hooks.register("register_reports_menu_item")
def hazards_item() -> MenuItem:
    """Put the hazard log among the reports."""
    return CheckMenuItem("Hazard log", reverse("triage_admin:hazards"), icon_name="warning", order=750)


@hooks.register("register_reports_menu_item")
def numbers_item() -> MenuItem:
    """Put the counts among the reports."""
    return CheckMenuItem("Guided checks", reverse_lazy("triage_admin:numbers"), icon_name="table", order=800)


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    """Bring the style of the proof panel into the editor."""
    return format_html('<link rel="stylesheet" href="{}">', static("triage/css/admin.css"))


@hooks.register("before_edit_page")
def note_autosave(request: HttpRequest, page: Any) -> None:
    """Note on a protocol that the editor saves it by itself: nobody waits for its proofs then."""
    if isinstance(page, ProtocolPage):
        page.saved_by_itself = not request.accepts("text/html")


@hooks.register("register_page_header_buttons")
def protocol_buttons(page: Any, user: Any, view_name: str = "", next_url: str = "", **kwargs: Any) -> Iterator[Button]:
    """Lead from a protocol to its run-through, its flow and its file; from their list to taking in a questionnaire."""
    if isinstance(page, CheckIndexPage) and page.permissions_for_user(user).can_add_subpage():
        yield Button(
            "Take in a questionnaire", reverse("triage_admin:questionnaire"), icon_name="download", priority=70
        )
    if isinstance(page, TranslationPage) and page.pk and isinstance(page.source_page, ProtocolPage):
        yield Button(
            "Read the stories", reverse("triage_admin:readings", args=[page.pk]), icon_name="group", priority=74
        )
    if not isinstance(page, ProtocolPage) or page.pk is None:
        return
    if page.permissions_for_user(user).can_edit() or can_review(user):
        yield Button("Run the draft", reverse("triage_admin:try", args=[page.pk]), icon_name="view", priority=70)
        yield Button("Stories", reverse("triage_admin:stories", args=[page.pk]), icon_name="group", priority=74)
        yield Button("Flow", reverse("triage_admin:flow", args=[page.pk]), icon_name="site", priority=71)
        yield Button("Proofs", reverse("triage_admin:proofs", args=[page.pk]), icon_name="check", priority=72)
        yield Button("On one page", reverse("triage_admin:says", args=[page.pk]), icon_name="doc-full", priority=73)
        yield Button("File", reverse("triage_admin:file", args=[page.pk]), icon_name="download", priority=75)
