"""The list of patient stories in the admin, and the form that each is written in."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import Panel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from review.record import record
from triage.models import Story
from triage.vignettes import actions
from triage.vignettes.forms import STORY_PANELS


class StoryPolicy(ModelPermissionPolicy):
    """Editors and reviewers write stories; nobody deletes one: it is retired with a reason."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether a person may do something with stories."""
        return action != "delete" and actions.may_write(user)

    def user_has_any_permission(self, user: Any, actions_: Any) -> bool:
        """Return whether a person may do one of some things."""
        return any(self.user_has_permission(user, action) for action in actions_)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Return whether a person may do something with one story."""
        return self.user_has_permission(user, action)


register_permission_policy(Story, StoryPolicy(Story))


class _Signed:
    """Writes down who wrote a story, and refuses those who must not."""

    form: WagtailAdminModelForm
    request: Any

    def save_instance(self) -> Any:
        """Save with the name of the writer."""
        story, by = self.form.instance, self.request.user
        before = Story.objects.filter(pk=story.pk).first()
        actions.check_may_write(by, before)
        actions.signed_by(story, by)
        saved = super().save_instance()  # type: ignore[misc]  # the view beside it
        record("story written", by=by, now=timezone.now(), page_id=story.protocol_id, story=story.code)
        return saved


class StoryCreateView(_Signed, generic.CreateView):
    """Write a story."""


class StoryEditView(_Signed, generic.EditView):
    """Change a story; one that judges your own protocol is not yours to change."""


class StoryIndexView(generic.IndexView):
    """All stories."""

    def get_base_queryset(self) -> QuerySet[Story]:
        """Read the protocols with them."""
        return super().get_base_queryset().prefetch_related("protocol")  # type: ignore[no-any-return]


class StoryViewSet(ModelViewSet):
    """Patient stories, for everybody who writes or reviews."""

    model = Story
    icon = "group"
    menu_label = "Patient stories"
    menu_order = 155
    add_to_admin_menu = True
    list_display = [
        "code",
        Column("text", label="Story"),
        Column("get_gold_display", label="Right level", sort_key="gold"),
        "protocol",
        "state",
        Column("authors", label="Written by"),
    ]
    list_filter = ["protocol", "state", "gold"]
    search_fields = ["code", "text", "rationale"]
    list_per_page = 50
    add_view_class = StoryCreateView
    edit_view_class = StoryEditView
    index_view_class = StoryIndexView
    copy_view_enabled = False

    def get_edit_handler(self) -> Panel:
        """Return the form."""
        return STORY_PANELS.bind_to_model(Story)
