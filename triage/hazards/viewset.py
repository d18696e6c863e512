"""The form in which a hazard is written."""

from typing import Any

from django.utils import timezone
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from review.permissions import can_review
from review.record import record
from triage.models import Hazard
from triage.vignettes.queries import writers_of

HAZARD_PANELS = ObjectList(
    [
        FieldRowPanel([FieldPanel("code"), FieldPanel("title")]),
        FieldPanel("protocols"),
        FieldPanel("cause"),
        FieldPanel("effect"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("severity"), FieldPanel("likelihood")])],
            heading="Without controls",
        ),
        InlinePanel(
            "controls", heading="Controls", label="Control",
            help_text="A link to something that can be looked up. Whether it works is never ticked by hand.",
            panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("target")]), FieldPanel("what")],
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("severity_left"), FieldPanel("likelihood_left")]),
                FieldPanel("accepted_because"),
            ],
            heading="With controls",
        ),
    ]
)  # fmt: skip


def may_judge(user: Any, hazard: Hazard) -> bool:
    """Return whether a person wrote no part of the checks that a hazard is about."""
    return all(user.pk not in writers_of(page) for page in hazard.protocols.all())


class HazardPolicy(ModelPermissionPolicy):
    """Reviewers keep the hazard log; nobody deletes a hazard: it is closed with a reason."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether a person may do something with hazards."""
        return action != "delete" and can_review(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Return whether a person may do one of some things."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Return whether a person may do something with one hazard; nobody judges a check that they wrote."""
        return self.user_has_permission(user, action) and may_judge(user, instance)


register_permission_policy(Hazard, HazardPolicy(Hazard))


class _Recorded:
    """Keeps who wrote what."""

    form: WagtailAdminModelForm
    request: Any

    def save_instance(self) -> Any:
        """Save, and put it on record."""
        saved = super().save_instance()  # type: ignore[misc]  # the view beside it
        rows = [f"{row.kind} {row.target}" for row in saved.control_rows()]
        risks = {"risk": saved.risk, "risk_left": saved.risk_left}
        record("hazard written", by=self.request.user, now=timezone.now(), hazard=saved.code, controls=rows, **risks)
        return saved


class HazardCreateView(_Recorded, generic.CreateView):
    """Write a hazard."""


class HazardEditView(_Recorded, generic.EditView):
    """Change a hazard."""


class HazardViewSet(ModelViewSet):
    """The form; the log itself has a screen of its own."""

    model = Hazard
    icon = "warning"
    menu_label = "Hazards"
    add_to_admin_menu = False
    list_display = ["code", "title", "severity", "likelihood", "state"]
    list_filter = ["state", "protocols"]
    search_fields = ["code", "title", "cause", "effect"]
    add_view_class = HazardCreateView
    edit_view_class = HazardEditView
    copy_view_enabled = False

    def get_edit_handler(self) -> Panel:
        """Return the form."""
        return HAZARD_PANELS.bind_to_model(Hazard)
