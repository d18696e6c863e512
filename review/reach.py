"""Which pages a person may know of: their own part of the tree, what is public, and what waits for a reviewer."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from review import permissions
from review.enums import OPEN
from review.models.submission import Submission

PAGES = PagePermissionPolicy()
WRITING = {"add", "change"}
Row = TypeVar("Row")


def reaches_everything(user: Any) -> bool:
    """Return whether a person writes pages wherever they stand."""
    if user.is_superuser:
        return bool(user.is_active)
    return any(row.page.depth == 1 for row in PAGES.get_cached_permissions_for_user(user))


def pages_open_to(user: Any) -> QuerySet[Page]:
    """Return the pages whose titles and drafts a person may read in the admin."""
    if reaches_everything(user):
        return Page.objects.all()
    own = PAGES.instances_user_has_any_permission_for(user, WRITING)
    open_to_all = Q(live=True)
    if permissions.can_review(user) or permissions.can_withdraw(user):
        waiting = Submission.objects.filter(state__in=OPEN).order_by().values("page_id")
        open_to_all |= Q(pk__in=waiting)
    return Page.objects.filter(Q(pk__in=own.order_by().values("pk")) | open_to_all)


def own_pages(user: Any) -> QuerySet[Page]:
    """Return the pages that a person may write, or review and withdraw: what is public is not yet their business."""
    if permissions.can_review(user) or permissions.can_withdraw(user) or reaches_everything(user):
        return pages_open_to(user)
    return PAGES.instances_user_has_any_permission_for(user, WRITING)


def within(pages: QuerySet[Page], rows: Iterable[Row], page_id: Callable[[Row], int | None]) -> list[Row]:
    """Return the rows that are about one of some pages, in their order."""
    kept = list(rows)
    ids = {page_id(row) for row in kept} - {None}
    found = set(pages.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [row for row in kept if page_id(row) in found]
