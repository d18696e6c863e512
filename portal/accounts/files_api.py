"""Wagtail's internal interface of documents and images, narrowed to what a person may choose."""

from typing import Any

from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.permissions import policy_registry

MAY = ["choose", "add", "change", "delete"]


class OnlyChoosable:
    """Leaves out files of collections that nobody has opened to the person who asks."""

    def get_queryset(self) -> Any:
        """Return the files of Wagtail's interface that this person may choose."""
        rows: Any = super().get_queryset()  # type: ignore[misc]  # mixed into a view set
        policy = policy_registry.get_by_type(self.model)  # type: ignore[attr-defined]
        mine = policy.instances_user_has_any_permission_for(self.request.user, MAY)  # type: ignore[attr-defined]
        return rows.filter(pk__in=mine.order_by().values("pk"))


class Documents(OnlyChoosable, DocumentsAdminAPIViewSet):
    """Documents in the internal interface."""


class Images(OnlyChoosable, ImagesAdminAPIViewSet):
    """Images in the internal interface."""
