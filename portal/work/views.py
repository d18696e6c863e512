"""What is done by itself, for whoever looks after the site."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.models import Work
from portal.work.jobs import JOBS


def may_look(user: object) -> bool:
    """Whether somebody administers the site."""
    return bool(getattr(user, "is_superuser", False) or user.has_perm("auth.change_user"))  # type: ignore[attr-defined]


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Show each job with its last run, its next run and what came of it."""
    if not may_look(request.user):
        raise PermissionDenied
    rows = Work.objects.in_bulk([job.key for job in JOBS])
    now = timezone.now()
    jobs = [(job, row, row is None or row.is_late(now)) for job in JOBS for row in [rows.get(job.key)]]
    return render(request, "portal/work.html", {"jobs": jobs, "late": any(late for *_, late in jobs)})
