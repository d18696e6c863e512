"""The state of the site, for whoever looks after it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.observe.state import Level, groups
from portal.work.views import may_look


@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Show what is so now, the gravest first."""
    if not may_look(request.user):
        raise PermissionDenied
    found = groups(timezone.now())
    lines = [line for group in found for line in group.lines]
    grave = [line for level in (Level.ACT, Level.LOOK) for line in lines if line.level == level]
    context = {"groups": found, "grave": grave, "act": any(line.level == Level.ACT for line in lines)}
    return render(request, "portal/state.html", context | {"now": timezone.now()})
