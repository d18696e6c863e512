"""Where the wiring meets Wagtail."""

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse_lazy
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import DismissibleMenuItem, MenuItem

from portal.accounts import files_api, roles, views
from portal.accounts.bulk import OpenOrClose
from portal.figures.views import may_look as sees_figures
from portal.observe import views as observe
from portal.welcome import hooks as welcome
from portal.work import views as work
from review import reach


@hooks.register("insert_global_admin_js", order=-100)
def start_widgets_without_inline_scripts() -> str:
    """Load the script that starts the widgets of every form."""
    return format_html('<script src="{}"></script>', static("portal/js/admin-start.js"))


@hooks.register("insert_global_admin_css")
def styles_that_would_be_injected() -> str:
    """Load the rules that the rich text editor would write into the page, which the policy forbids."""
    return format_html('<link rel="stylesheet" href="{}">', static("portal/css/admin.css"))


@hooks.register("register_admin_urls")
def second_factor_url() -> list[URLPattern]:
    """Mount the pages of the second factor and of where somebody is signed in."""
    return [
        path("second-factor/", views.manage, name="portal_second_factor"),
        path("signed-in/", views.signed_in, name="portal_signed_in"),
    ]


@hooks.register("register_admin_urls")
def work_url() -> list[URLPattern]:
    """Mount the reports on what is done by itself, and on the state of the site."""
    return [
        path("reports/work/", work.report, name="portal_work"),
        path("reports/state/", observe.state, name="portal_state"),
    ]


hooks.register("register_admin_urls", welcome.urls)
hooks.register("construct_homepage_panels", welcome.add_panels)


class OperatorMenuItem(MenuItem):
    """For whoever administers the site."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to administrators."""
        return work.may_look(request.user)


@hooks.register("register_reports_menu_item")
def work_item() -> MenuItem:
    """Put scheduled work among the reports."""
    return OperatorMenuItem("Scheduled work", reverse_lazy("portal_work"), icon_name="time", order=900)


@hooks.register("register_reports_menu_item")
def state_item() -> MenuItem:
    """Put the state of the site beside it."""
    return OperatorMenuItem("State of the site", reverse_lazy("portal_state"), icon_name="desktop", order=910)


class FiguresMenuItem(MenuItem):
    """For whoever writes or reviews checks, or administers the site."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to those whom the report lets in."""
        return sees_figures(request.user)


@hooks.register("register_reports_menu_item")
def figures_item() -> MenuItem:
    """Put the figures among the reports."""
    return FiguresMenuItem("Figures", reverse_lazy("portal_figures"), icon_name="table", order=590)


@hooks.register("construct_page_chooser_queryset")
def choose_among_open_pages(pages: Any, request: HttpRequest) -> Any:
    """Offer what is public and what a person may read: the title of a draft is not for everybody."""
    return pages.filter(pk__in=reach.pages_open_to(request.user).order_by().values("pk"))


@hooks.register("construct_admin_api", order=100)
def list_only_files_that_one_may_choose(router: Any) -> None:
    """Put an interface for files in place of Wagtail's, which lists every collection to everybody in the admin."""
    router.register_endpoint("documents", files_api.Documents)
    router.register_endpoint("images", files_api.Images)


@hooks.register("construct_help_menu")
def nothing_to_dismiss(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out what Wagtail counts in a badge on everybody's menu until it is read: news of Wagtail and its guide."""
    items[:] = [item for item in items if not isinstance(item, DismissibleMenuItem)]


class OwnMenuItem(MenuItem):
    """Everybody's own."""

    def is_shown(self, request: HttpRequest) -> Any:
        """Show it to everybody who is logged in."""
        return request.user.is_authenticated


@hooks.register("register_reports_menu_item")
def roles_item() -> MenuItem:
    """Put who may do what among the reports."""
    return OwnMenuItem("Roles and permissions", reverse_lazy("portal_roles"), icon_name="group", order=890)


@hooks.register("register_account_menu_item")
def second_factor_of_the_account(request: HttpRequest) -> dict[str, str]:
    """Lead to the second factor from one's own account, where people look for it."""
    return {"label": "Set up or renew your second factor", "url": str(reverse_lazy("portal_second_factor"))}


@hooks.register("register_settings_menu_item")
def second_factor_item() -> MenuItem:
    """Lead to the second factor from the settings."""
    return OwnMenuItem("Second factor", reverse_lazy("portal_second_factor"), icon_name="lock", order=50)


@hooks.register("register_settings_menu_item")
def signed_in_item() -> MenuItem:
    """Lead to where somebody is signed in."""
    return OwnMenuItem("Where you are signed in", reverse_lazy("portal_signed_in"), icon_name="user", order=60)


@hooks.register("before_delete_user")
def keep_people_of_the_review(request: HttpRequest, user: Any) -> None:
    """Refuse with a reason, before the database refuses without one."""
    roles.check_removal(user)


# after Wagtail's own, whose place it takes
hooks.register("register_bulk_action", OpenOrClose, order=100)


@hooks.register("before_bulk_action")
def keep_people_of_the_review_in_bulk(request: HttpRequest, action_type: str, objects: Any, action: Any) -> None:
    """The same for many accounts at once."""
    if action_type == "delete":
        for one in objects:
            if isinstance(one, get_user_model()):
                roles.check_removal(one)
