"""Spreadsheets that Wagtail's lists and reports offer: no cell of one is a formula (F18), no row asks by itself."""

from typing import Any

from django.db.models import QuerySet
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.admin.views.reports.workflows import WorkflowTasksView, WorkflowView

from review.spreadsheet import ILLEGAL, harmless

_value = SpreadsheetExportMixin.preprocess_field_value
_workflows, _tasks = WorkflowView.get_queryset, WorkflowTasksView.get_queryset


def value_of_cell(self: SpreadsheetExportMixin, field: str, value: Any, export_format: str) -> Any:
    """Return what Wagtail would write, as text that neither starts a formula nor breaks the file."""
    found = _value(self, field, value, export_format)
    if not isinstance(found, str):
        return found
    text = ILLEGAL.sub("", found)
    return harmless(text) if export_format == self.FORMAT_CSV else text


def workflows_with_kinds(self: WorkflowView) -> QuerySet[Any]:
    """Read the kind of each page along with the rest, which would be a query for each line."""
    return _workflows(self).select_related("content_type")


def tasks_with_kinds(self: WorkflowTasksView) -> QuerySet[Any]:
    """The same for the tasks."""
    return _tasks(self).select_related("workflow_state__content_type")


def install() -> None:
    """Let every view of the admin write its cells like this; there is no setting for it."""
    SpreadsheetExportMixin.preprocess_field_value = value_of_cell
    WorkflowView.get_queryset, WorkflowTasksView.get_queryset = workflows_with_kinds, tasks_with_kinds
