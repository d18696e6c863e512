"""Where the wiring meets Wagtail."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks


@hooks.register("insert_global_admin_js", order=-100)
def start_widgets_without_inline_scripts() -> str:
    """Load the script that starts the widgets of every form."""
    return format_html('<script src="{}"></script>', static("portal/js/admin-start.js"))


@hooks.register("insert_global_admin_css")
def styles_that_would_be_injected() -> str:
    """Load the rules that the rich text editor would write into the page, which the policy forbids."""
    return format_html('<link rel="stylesheet" href="{}">', static("portal/css/admin.css"))
