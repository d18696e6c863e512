"""No spreadsheet of the admin holds a formula, whatever a title or a name begins with (F18)."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import resolve, reverse
from django.utils import timezone
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import ModelLogEntry, Page

from review.spreadsheet import STARTS
from tests.portal.permissions.addresses import EXAMPLES, addresses
from tests.review import making
from triage.models import Hazard

pytestmark = pytest.mark.django_db
FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1", " =1", "\x0b=1"]


def exporting():
    """Return the addresses of all views that offer a spreadsheet."""
    found = []
    for one in addresses():
        if one.arguments or one.name.endswith("_results") or one.name in EXAMPLES:
            continue
        view = resolve(reverse(one.full_name)).func
        while view is not None and not hasattr(view, "view_class"):
            view = getattr(view, "__wrapped__", None)
        if view is not None and issubclass(view.view_class, SpreadsheetExportMixin):
            found.append(one.name)
    return found


@pytest.fixture
def harmful(db):
    """Pages, accounts, hazards, redirects and log entries whose names are formulas."""
    root = making.superuser()
    for number, start in enumerate(FORMULAS):
        page = making.term(title=f"{start} HARM")
        Page.objects.filter(pk=page.pk).update(
            locked=True, locked_by=root, locked_at=timezone.now(), title=f"{start} HARM", draft_title=f"{start} HARM",
            latest_revision_created_at=timezone.now() - timedelta(days=2000),
        )  # fmt: skip
        person = making.user("", username=f"harm-{number}")
        person.first_name = f"{start} HARM"
        person.save()
        Hazard.objects.create(code=f"H{900 + number}", title=f"{start} HARM", cause="=1", effect="=2", severity=1,
                              likelihood=1, severity_left=1, likelihood_left=1)  # fmt: skip
        ModelLogEntry.objects.create(
            content_type=ContentType.objects.get_for_model(Hazard), label=f"{start} HARM", action="wagtail.edit",
            timestamp=timezone.now(), user=root, object_id=str(number),
        )  # fmt: skip
        Redirect.objects.create(old_path=f"/{number}", redirect_link="/about/")
    return root


def test_no_cell_of_any_csv_is_a_formula(client, harmful):
    client.force_login(harmful)
    names = exporting()
    assert len(names) >= 10, names
    met = set()
    for name in names:
        answer = client.get(reverse(name), {"export": "csv"})
        assert answer.status_code == 200, name
        text = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert [(name, cell) for row in rows for cell in row if cell.lstrip(" ").startswith(STARTS)] == []
        met |= {name for row in rows for cell in row if "HARM" in cell}
    assert {"wagtailadmin_reports:locked_pages", "wagtailadmin_reports:site_history"} <= met, met


def test_no_cell_of_an_xlsx_file_is_a_formula_or_breaks_it(client, harmful):
    client.force_login(harmful)
    for name in ("wagtailadmin_reports:locked_pages", "wagtailadmin_reports:site_history"):
        answer = client.get(reverse(name), {"export": "xlsx"})
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        assert any("HARM" in str(cell.value) for cell in cells)
