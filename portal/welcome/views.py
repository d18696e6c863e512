"""Screens for everybody in the admin: the questions of reviewers, who may do what, and what one has put away."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.accounts import who_may
from portal.welcome import first_steps
from review import permissions
from review.models import ChecklistItem

# What a button on these pages may say, and what of it is kept.
SAYINGS: dict[str, dict[str, bool]] = {
    "put-away": {first_steps.AWAY: True},
    "bring-back": {first_steps.AWAY: False},
    **{f"read-{name}": {key: True} for name, key in first_steps.READ.items()},
}


@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """Keep what somebody says of themselves: that they have read something, or want no first steps."""
    said = SAYINGS.get(request.POST.get("say", ""))
    if said is None:
        return HttpResponseBadRequest("Nothing was said that could be kept.", content_type="text/plain")
    first_steps.say(request.user, **said)
    return redirect("wagtailadmin_home")


@require_safe
def checklist(request: HttpRequest) -> HttpResponse:
    """Show what reviewers are asked about each kind of content; for whoever writes or reviews."""
    if not permissions.has_a_part(request.user):
        raise PermissionDenied
    kinds: dict[str, list[ChecklistItem]] = {}
    for item in ChecklistItem.objects.filter(active=True).order_by("kind", "position", "key"):
        kinds.setdefault(item.kind, []).append(item)
    return render(request, "portal/welcome/checklist.html", {"kinds": kinds, **_read(request.user, "checklist")})


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Show what each role may do; people and conflicts to those who keep accounts or registrations."""
    user: Any = request.user
    known, today = who_may.roles(), timezone.localdate()
    table = [(deed.what, [deed.may(role.rights) for role in known]) for deed in who_may.DEEDS]
    context: dict[str, Any] = {"roles": known, "deeds": table, **_read(user, "roles")}
    if may_see_people(user):
        page = Paginator(who_may.accounts(), 50).get_page(request.GET.get("p"))
        stuck, number = who_may.stuck(today)
        context |= {"people": who_may.people(page.object_list, known, today), "page": page, "stuck": stuck,
                    "more_stuck": number - len(stuck)}  # fmt: skip
    return render(request, "portal/welcome/roles.html", context)


def may_see_people(user: Any) -> bool:
    """Whether somebody keeps accounts or registrations."""
    return bool(user.is_superuser or user.has_perm("auth.change_user") or permissions.can_keep_credentials(user))


def _read(user: Any, what: str) -> dict[str, Any]:
    return {"is_read": bool(first_steps.said_by(user).get(first_steps.READ[what])), "reading": f"read-{what}"}
