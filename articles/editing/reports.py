"""Reports for editors: what lacks a source, where techniques are used, how hard pages are to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page

from articles import contradictions
from articles.blocks.references import released_references
from articles.editing import rows
from articles.models import TechniquePage, TranslationPage
from review.models import ReviewedPage
from review.permissions import has_a_part
from review.reach import pages_open_to
from review.spreadsheet import harmless

# So many pages are named in one line of a table; a spreadsheet names them all.
MOST_NAMED = 8


def _edit_url(row: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[row.page.pk])


class TableReport(ReportView):
    """A report with one line a page; the table and the spreadsheet hold the same."""

    is_searchable = False
    results_template_name = "wagtailadmin/reports/base_report_results.html"
    table_headings: Sequence[tuple[str, str]] = ()
    model = Page

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Let in those who write or review; nobody else has work here."""
        if not has_a_part(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def open_pages(self) -> Any:
        """Return the pages that whoever asks may read."""
        return pages_open_to(self.request.user)

    @property
    def columns(self) -> list[Column]:
        """The columns of the table; the title leads to the editor."""
        first, *others = self.table_headings
        return [
            TitleColumn(first[0], label=first[1], accessor=first[0], get_url=_edit_url),
            *(Column(name, label=label, accessor=name) for name, label in others),
        ]

    @property
    def list_export(self) -> list[str]:
        """The columns of the spreadsheet."""
        return [name for name, _ in self.table_headings]

    @property
    def export_headings(self) -> dict[str, str]:
        """The headings of the spreadsheet."""
        return dict(self.table_headings)

    def get_table(self, object_list: Any) -> Any:
        """Return the table of the same rows as the spreadsheet has, which needs none."""
        return super().get_table([] if self.is_export else self.rows_of(object_list))

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Return the rows of a spreadsheet; a table has made its own."""
        return self.rows_of(object_list) if self.is_export else object_list

    def rows_of(self, object_list: Any) -> list[Any]:
        """Return the rows for some pages."""
        raise NotImplementedError

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """Return a value that no spreadsheet program takes for a formula."""
        return harmless(super().preprocess_field_value(field, value, export_format))


class EvidenceReport(TableReport):
    """Claims, causes and techniques that rest on no source."""

    page_title = "Without a source"
    header_icon = "openquote"
    export_filename = "without-a-source"
    index_url_name = "articles_report_evidence"
    index_results_url_name = "articles_report_evidence_results"
    table_headings = (
        ("title", "Page"),
        ("kind", "Kind"),
        ("certainty", "Certainty"),
        ("sources", "Sources"),
        ("status", "Status"),
    )

    def get_queryset(self) -> Any:
        """Return the pages, by title."""
        return rows.unsourced().filter(pk__in=self.open_pages().order_by().values("pk"))

    def rows_of(self, object_list: Any) -> list[rows.EvidenceRow]:
        """Return the rows of one page of the report."""
        return rows.evidence_rows(object_list)


class UseReport(TableReport):
    """Where each technique is used."""

    page_title = "Techniques used where"
    header_icon = "pick"
    export_filename = "techniques-used-where"
    index_url_name = "articles_report_use"
    index_results_url_name = "articles_report_use_results"
    table_headings = (
        ("title", "Technique"),
        ("code", "Code"),
        ("count", "Pages"),
        ("guides", "Guides"),
        ("others", "Other pages"),
    )

    def get_queryset(self) -> Any:
        """Return every technique, by title."""
        return TechniquePage.objects.filter(pk__in=self.open_pages().order_by().values("pk")).order_by("title")

    def rows_of(self, object_list: Any) -> list[rows.UseRow]:
        """Return the rows of one page of the report."""
        return rows.use_rows(object_list, self.open_pages())


class ReadingReport(TableReport):
    """Words, sentences and reading age of every page."""

    paginate_by = 20  # each is read with all that it shows
    page_title = "Reading age"
    header_icon = "glasses"
    export_filename = "reading-age"
    index_url_name = "articles_report_reading"
    index_results_url_name = "articles_report_reading_results"
    table_headings = (
        ("title", "Page"),
        ("kind", "Kind"),
        ("words", "Words"),
        ("sentences", "Sentences"),
        ("age", "Reading age"),
        ("longest", "Words in the longest sentence"),
        ("longest_sentence", "Longest sentence"),
    )

    def get_queryset(self) -> Any:
        """Return every page with text of ours, in the order of the tree."""
        return self.open_pages().filter(depth__gt=1).order_by("path")

    def rows_of(self, object_list: Any) -> list[rows.ReadingRow]:
        """Return the rows of one page of the report."""
        pages = Page.objects.filter(pk__in=[page.pk for page in object_list]).order_by("path").specific()
        found = [page for page in pages if isinstance(page, ReviewedPage)]
        with released_references(found, drafts=True):  # what the pages refer to, read for all of them together
            return [rows.reading_row(page) for page in found]


@dataclass(frozen=True)
class ContradictionRow:
    """One contradiction; `page` is the first that has a part in it."""

    page: contradictions.Named
    title: str
    kind: str
    words: str
    pages: str


class ContradictionsReport(TableReport):
    """Techniques that one page gives under other conditions than another, drafts included.

    All are found before one page of them is shown, from what each draft is remembered to say.
    """

    page_title = "Contradicting techniques"
    header_icon = "warning"
    export_filename = "contradicting-techniques"
    index_url_name = "articles_report_contradictions"
    index_results_url_name = "articles_report_contradictions_results"
    table_headings = (
        ("title", "Technique"),
        ("kind", "What contradicts"),
        ("words", "How"),
        ("pages", "Pages"),
    )

    def get_queryset(self) -> list[contradictions.Contradiction]:
        """Return the contradictions in the latest drafts between pages that are all open to whoever asks."""
        every = contradictions.found()
        pages = {page.pk for one in every for page in one.pages}
        known = set(self.open_pages().filter(pk__in=pages).values_list("pk", flat=True))
        return [one for one in every if all(page.pk in known for page in one.pages)]

    def filter_queryset(self, queryset: Any) -> Any:
        """There is nothing to filter by."""
        return queryset

    def rows_of(self, object_list: Any) -> list[ContradictionRow]:
        """Return the rows of one page of the report."""
        return [
            ContradictionRow(one.pages[0], one.subject, one.kind, one.words, self._named(one.pages))
            for one in object_list
        ]

    def _named(self, pages: Sequence[contradictions.Named]) -> str:
        shown = pages if self.is_export else pages[:MOST_NAMED]
        more = len(pages) - len(shown)
        return ", ".join(str(page) for page in shown) + (f" and {more} more" if more else "")


class TranslationsReport(TableReport):
    """How each translation stands to its source: what is locked for readers, what is older, what is missing."""

    page_title = "Translations"
    header_icon = "globe"
    export_filename = "translations"
    index_url_name = "articles_report_translations"
    index_results_url_name = "articles_report_translations_results"
    table_headings = (
        ("title", "Translation"),
        ("language", "Language"),
        ("source", "Source"),
        ("locked", "Locked: readers get the source"),
        ("older", "Older wording"),
        ("missing", "Missing"),
        ("current", "Current"),
        ("stories", "Patient stories read"),
        ("status", "Status"),
    )

    def get_queryset(self) -> Any:
        """Return every translation that whoever asks may read, in the order of the tree."""
        pages = self.open_pages().order_by().values("pk")
        return TranslationPage.objects.filter(pk__in=pages).select_related("source").order_by("path")

    def rows_of(self, object_list: Any) -> list[rows.TranslationRow]:
        """Return the rows of one page of the report."""
        return [rows.translation_row(page) for page in object_list]


REPORTS: dict[str, type[TableReport]] = {
    "evidence": EvidenceReport,
    "use": UseReport,
    "reading": ReadingReport,
    "contradictions": ContradictionsReport,
    "translations": TranslationsReport,
}


def urls() -> list[URLPattern]:
    """Return the addresses of the reports."""
    return [
        pattern
        for name, view in REPORTS.items()
        for pattern in (
            path(f"reports/articles/{name}/", view.as_view(), name=view.index_url_name),
            path(
                f"reports/articles/{name}/results/", view.as_view(results_only=True), name=view.index_results_url_name
            ),
        )
    ]


class ReportMenuItem(MenuItem):
    """The way to a report; for those who write or review."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to those whom the report lets in."""
        return has_a_part(request.user)


def menu_item(name: str, order: int) -> MenuItem:
    """Return the entry of a report in the menu of reports."""
    view = REPORTS[name]
    return ReportMenuItem(view.page_title, reverse(view.index_url_name), icon_name=view.header_icon, order=order)
