"""Spreadsheets that Wagtail's lists and reports offer: no cell of one is a formula (F18)."""

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from review.spreadsheet import ILLEGAL, harmless

_value = SpreadsheetExportMixin.preprocess_field_value


def value_of_cell(self: SpreadsheetExportMixin, field: str, value: Any, export_format: str) -> Any:
    """Return what Wagtail would write, as text that neither starts a formula nor breaks the file."""
    found = _value(self, field, value, export_format)
    if not isinstance(found, str):
        return found
    text = ILLEGAL.sub("", found)
    return harmless(text) if export_format == self.FORMAT_CSV else text


def install() -> None:
    """Let every view of the admin write its cells like this; there is no setting for it."""
    SpreadsheetExportMixin.preprocess_field_value = value_of_cell
