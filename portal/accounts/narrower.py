"""Where Wagtail's admin lets in more people than have work there: one line for each address.

Wagtail asks of some addresses only that a person may enter the admin. Each line here says who has work there; the
door of the admin (`portal.accounts.middleware`) asks before the view is called. `docs/permissions.md` is made from
what comes of it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from wagtail.contrib.redirects.forms import ConfirmImportManagementForm
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry

from review import reach

Rule = Callable[[HttpRequest, dict[str, Any]], bool]
PAGES = PagePermissionPolicy()
LONGEST_KEY = 18


def _writes(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whoever writes pages somewhere."""
    return PAGES.user_has_any_permission(request.user, reach.WRITING)


def _chooses_pages(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whoever refers to pages, in a text or in the rights of a group; a draft is for whoever may read it."""
    user = request.user
    if not (_writes(request, kwargs) or user.has_perm("auth.change_group")):
        return False
    asked = {*request.GET.getlist("id"), str(kwargs.get("parent_page_id", ""))} - {""}
    moved = set(request.GET.getlist("target_pages[]")) - {""}
    if not _are_keys(asked | moved) or Page.objects.filter(pk__in=request.GET.getlist("id"), depth=1).exists():
        raise Http404  # Wagtail raises an error for the root, which has no parent to name
    return _all_among(asked, Page.objects.filter(depth__gt=1), reach.pages_open_to(user))


def _moves(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    page = get_object_or_404(Page, pk=kwargs["page_to_move_id"])
    return bool(page.specific_deferred.permissions_for_user(request.user).can_move())


def _edits(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    page = get_object_or_404(Page, pk=kwargs["page_id"])
    return bool(page.specific_deferred.permissions_for_user(request.user).can_edit())


def _stops_a_release(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """A page is shown here to whoever may release, but only while its release waits for its hour."""
    waiting = Revision.objects.filter(pk=kwargs["revision_id"], approved_go_live_at__isnull=False)
    return waiting.exists() or _edits(request, kwargs)


def _keeps_workflows(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    return any(request.user.has_perm(f"wagtailcore.{verb}_workflow") for verb in ("add", "change"))


def _keeps_files(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whoever may upload or change a file: tags are written nowhere else."""
    kinds = (get_document_model(), get_image_model())
    return any(policy_registry.get_by_type(kind).user_has_any_permission(request.user, reach.WRITING) for kind in kinds)


def _sees_all_pages(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The report names the page that was changed last, wherever it stands."""
    return reach.reaches_everything(request.user)


def _acts_on_many(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whoever has rights over each thing that is named: what one may not touch would be named in the refusal."""
    user, what = request.user, f"{kwargs['app_label']}.{kwargs['model_name']}"
    asked = {*request.GET.getlist("id"), request.GET.get("childOf", "")} - {"", "all"}
    if not _are_keys(asked):
        raise Http404
    if what == f"auth.{get_user_model()._meta.model_name}":
        return bool(user.has_perm("auth.change_user") or user.has_perm("auth.delete_user"))
    if what == "wagtailcore.page":
        mine = PAGES.instances_user_has_any_permission_for(user, reach.WRITING)
        everywhere = "all" not in request.GET.getlist("id") or "childOf" in request.GET
        return (everywhere or reach.reaches_everything(user)) and _all_among(asked, Page.objects.all(), mine)
    for kind in (get_document_model(), get_image_model()):
        if what == kind._meta.label_lower:
            policy = policy_registry.get_by_type(kind)
            mine = policy.instances_user_has_any_permission_for(user, {*reach.WRITING, "delete"})
            chosen_by_id = "all" not in request.GET.getlist("id") or user.is_superuser
            return chosen_by_id and _all_among(asked, kind._default_manager.all(), mine)
    return bool(user.is_superuser)


def _all_among(asked: set[str], every: Any, mine: Any) -> bool:
    return not every.filter(pk__in=asked).exclude(pk__in=mine.order_by().values("pk")).exists()


def _are_keys(asked: Iterable[str]) -> bool:
    """Whether words are keys of rows: digits, and no more than a database holds."""
    return all(one.isascii() and one.isdecimal() and len(one) <= LONGEST_KEY for one in asked)


def _goes_on_with_an_import(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """The second step of an import carries what the first has signed; without it Wagtail raises an error."""
    return ConfirmImportManagementForm.base_fields.keys() <= request.POST.keys()


def _nobody(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Wagtail's own tests of its error pages: one raises an error each time it is called."""
    raise Http404


_CHOOSERS = ("", "_child", "_search", "_chosen_multiple")
_LINKS = ("external", "email", "phone", "anchor")
NARROWER: dict[str, Rule] = {
    "wagtailadmin_error_test": _nobody,
    "wagtail_bulk_action": _acts_on_many,
    "wagtailadmin_pages:choose_parent": _writes,
    "wagtailadmin_pages:move_confirm": _moves,
    "wagtailadmin_pages:confirm_workflow_cancellation": _edits,
    "wagtailadmin_pages:revisions_unschedule": _stops_a_release,
    "wagtailadmin_pages:revisions_index": _edits,
    "wagtailadmin_reports:page_types_usage": _sees_all_pages,
    "wagtailadmin_reports:page_types_usage_results": _sees_all_pages,
    "wagtailadmin_block_preview": _writes,
    "wagtailredirects:process_import": _goes_on_with_an_import,
    "wagtailembeds:chooser": _writes,
    "wagtailembeds:chooser_upload": _writes,
    "wagtailadmin_tag_autocomplete": _keeps_files,
    "wagtailadmin_tag_model_autocomplete": _keeps_files,
    **{f"wagtailadmin_choose_page{name}": _chooses_pages for name in _CHOOSERS},
    **{f"wagtailadmin_choose_page_{name}_link": _writes for name in _LINKS},
    **{f"wagtailadmin_workflows:task_{name}": _keeps_workflows for name in
       ("chooser", "chooser_results", "chooser_create", "chosen")},
}  # fmt: skip


def is_let_in(request: HttpRequest, name: str, kwargs: dict[str, Any]) -> bool:
    """Return whether a person of the admin has work at an address; raises Http404 where there is nothing for them."""
    rule = NARROWER.get(name)
    return rule is None or rule(request, kwargs)
