"""The list of guided checks."""

from articles.models.base import SectionPage


class CheckIndexPage(SectionPage):
    """All guided checks; readers see it through the check's own view, which needs no database."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["triage.ProtocolPage"]
    template = "triage/index_preview.html"

    class Meta:
        verbose_name = "guided checks"
