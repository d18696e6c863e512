"""Where the review meets Wagtail."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, reverse, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import Button

from review import in_the_admin, permissions, serving
from review.models import ChecklistItem, ReviewedPage


@hooks.register("before_serve_page", order=-100)
def show_only_what_was_signed(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Check the page that is about to be shown."""
    return serving.before_serve_page(page, request, args, kwargs)


@hooks.register("before_serve_document")
def serve_only_listed_documents(document: Any, request: HttpRequest) -> None:
    """Refuse a document that no released page lists."""
    serving.before_serve_document(document, request)


@hooks.register("register_admin_urls")
def review_urls() -> list[Any]:
    """Mount the screens of the review."""
    return [path("review/", include("review.admin_urls"))]


class ReviewMenuItem(MenuItem):
    """The way to the review; for those who have a part in it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to editors, reviewers and those who withdraw."""
        return permissions.has_a_part(request.user)


class CredentialsMenuItem(MenuItem):
    """The way to the register of reviewers; for its keepers."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to keepers of credentials."""
        return permissions.can_keep_credentials(request.user)


@hooks.register("register_admin_menu_item")
def review_menu() -> MenuItem:
    """Put the review into the menu."""
    return ReviewMenuItem("Medical review", reverse_lazy("review:dashboard"), icon_name="check", order=150)


@hooks.register("register_admin_menu_item")
def credentials_menu() -> MenuItem:
    """Put the register into the menu."""
    return CredentialsMenuItem("Credentials", reverse_lazy("review:credentials"), icon_name="key", order=160)


@hooks.register("register_page_header_buttons")
def review_button(page: Any, user: Any, view_name: str = "", next_url: str = "", **kwargs: Any) -> Iterator[Button]:
    """Lead from a page in the admin to its review."""
    if isinstance(page, ReviewedPage) and (permissions.can_review(user) or permissions.can_withdraw(user)):
        yield Button("Review and ledger", reverse("review:page", args=[page.pk]), icon_name="check", priority=80)


class ChecklistViewSet(ModelViewSet):
    """The questions that reviewers answer, for those who keep them."""

    model = ChecklistItem
    form_fields = ["kind", "key", "topic", "question", "guidance", "position", "active"]
    list_display = ["question", "topic", "kind", "active"]
    icon = "list-ul"
    menu_label = "Review checklist"
    add_to_settings_menu = True


@hooks.register("register_admin_viewset")
def checklist_viewset() -> ChecklistViewSet:
    """Make the checklist editable."""
    return ChecklistViewSet("review_checklist")


hooks.register("construct_page_action_menu", in_the_admin.name_the_way_out)
hooks.register("after_create_page", in_the_admin.lead_to_the_review)
hooks.register("after_edit_page", in_the_admin.lead_to_the_review)
hooks.register("before_edit_page", in_the_admin.tell_what_to_change)
hooks.register("construct_homepage_panels", in_the_admin.first_page)
