"""What keeps a page from being submitted, shown in its form and answered to the script that keeps it fresh."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET
from wagtail.admin.panels import ObjectList, Panel, TabbedInterface
from wagtail.models import Page

from review.models import ReviewedPage
from review.problems import Problem, flatten


def draft_problems(page: Page) -> list[Problem]:
    """Return the problems of the latest draft of a page."""
    return page.get_latest_revision_as_object().problems()


def form_problems(form: BaseForm) -> list[Problem]:
    """Return the errors of a form that was refused, each with its place in words."""
    return list(_of_form(form))


def _refused(form: BaseForm | None) -> str:
    """Return what was refused to the author: that the page is saved, or submitted; else nothing."""
    if form is None or not form.is_bound or not form.errors:
        return ""
    return "submitted" if "action-submit" in form.data else "saved"


def _of_form(form: BaseForm) -> Iterator[Problem]:
    for name, errors in form.errors.as_data().items():
        field = form.fields.get(name)
        label = str(field.label or name).capitalize() if field else ""
        value = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name)) if field else None
        for error in errors:
            for place, message in flatten(error, label, value):
                # Problems of the page as a whole carry their place in the sentence.
                yield Problem("" if message.startswith(f"{place}:") else place, message, name)


@require_GET
def problems_view(request: HttpRequest, page_id: int) -> JsonResponse:
    """Answer with the problems of the latest draft, for those who may edit it."""
    page: Any = get_object_or_404(Page, pk=page_id).specific
    user: Any = request.user
    if not isinstance(page, ReviewedPage) or not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    return JsonResponse({"problems": [{"place": p.place, "message": p.message} for p in draft_problems(page)]})


class ProblemsPanel(Panel):
    """Lists on top of the form what is still to be done; never keeps a draft from being saved."""

    class BoundPanel(Panel.BoundPanel):
        """The list for one page."""

        template_name = "editing/problems_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """Return the problems of the form that was refused, else those of the draft."""
            context = super().get_context_data(parent_context)
            refused = _refused(self.form)
            saved = bool(self.instance.pk)
            problems = form_problems(self.form) if refused else self.instance.problems() if saved else []
            address = reverse("articles_problems", args=[self.instance.pk]) if saved else ""
            return context | {"refused": refused, "saved": saved, "problems": problems, "address": address}


def edit_handler_of(model: type[ReviewedPage]) -> Panel:
    """Return the form of a page type: what is still to be done, then its own panels on their tabs.

    A long form says with `form_tabs` which panels stand on which tab; the others have one for all their content.
    """
    (first, panels), *more = getattr(model, "form_tabs", None) or [("Content", model.content_panels)]
    content = [ProblemsPanel(heading="Before you submit", icon="tasks"), *panels]
    tabs = [(first, content), *more, ("Found by", model.promote_panels), ("Settings", model.settings_panels)]
    return TabbedInterface(
        [ObjectList(panels, heading=heading) for heading, panels in tabs if panels],
        base_form_class=model.base_form_class,
    ).bind_to_model(model)
