"""The report of the figures, and each of them as a file."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.figures.drawing import columns, lines
from portal.figures.figures import FIGURES
from portal.work.views import may_look as administers
from review import spreadsheet
from triage import counts
from triage.vignettes.actions import may_write

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def may_look(user: Any) -> bool:
    """Whether somebody writes or reviews checks, or administers the site."""
    return may_write(user) or administers(user)


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Show each figure as a drawing, with its table."""
    _let_in(request)
    counts.collect()
    figures = [FIGURES[name](timezone.localdate()) for name in FIGURES]
    shown = [(one, columns(one) if len(one.columns) == 1 else lines(one)) for one in figures]
    return render(request, "portal/figures/report.html", {"figures": shown})


@require_safe
def table(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """Return the table of a figure as CSV or XLSX."""
    _let_in(request)
    if name not in FIGURES or kind not in {"csv", "xlsx"}:
        raise Http404
    today = timezone.localdate()
    figure = FIGURES[name](today)
    if kind == "csv":
        text = spreadsheet.as_csv(figure.heading, figure.cells)
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(spreadsheet.as_xlsx(figure.heading, figure.cells), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{today:%Y-%m-%d}.{kind}"'
    return answer


def _let_in(request: HttpRequest) -> None:
    if not may_look(request.user):
        raise PermissionDenied
