"""The rooms of the house: home, the lists, and the pages about the site."""

from typing import Any

from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField

from articles.blocks.knowledge import ServiceBlock, stream
from articles.blocks.references import RefBlock
from articles.fields import BlockStreamField
from articles.models.base import ArticlePage, ProseField, SectionPage

SECTIONS = [
    "articles.GuideIndexPage",
    "articles.CauseIndexPage",
    "articles.BodySiteIndexPage",
    "articles.TechniqueIndexPage",
    "articles.CareRuleIndexPage",
    "articles.ContraindicationIndexPage",
    "articles.FindingIndexPage",
    "articles.ClaimIndexPage",
    "articles.GlossaryPage",
    "articles.SourceIndexPage",
    "articles.ServicesPage",
    "articles.InfoPage",
]


class HomePage(ArticlePage):
    """What troubles you; start the check; browse."""

    standfirst = models.TextField()
    guides = BlockStreamField(stream(guide=RefBlock("articles.GuidePage")), blank=True)
    emergency = ProseField("in an emergency", help_text="Shown on top of the page.")

    content_panels = [
        *ArticlePage.content_panels,
        FieldPanel("standfirst"),
        FieldPanel("emergency"),
        FieldPanel("guides"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = SECTIONS
    max_count = 1
    template = "articles/home.html"

    class Meta:
        verbose_name = "home page"


class GuideIndexPage(SectionPage):
    """All guides."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.GuidePage"]
    template = "articles/guide_index.html"


class CauseIndexPage(SectionPage):
    """All causes, by group and by place."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.CausePage"]
    template = "articles/cause_index.html"


class BodySiteIndexPage(SectionPage):
    """All places on the leg, with the drawing."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.BodySitePage"]
    template = "articles/body_site_index.html"


class TechniqueIndexPage(SectionPage):
    """All relief techniques."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.TechniquePage"]
    template = "articles/technique_index.html"


class CareRuleIndexPage(SectionPage):
    """When to get help: all care rules, most urgent first."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.CareRulePage"]
    template = "articles/care_rule_index.html"


class ContraindicationIndexPage(SectionPage):
    """When to leave things alone."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.ContraindicationPage"]
    template = "articles/contraindication_index.html"


class FindingIndexPage(SectionPage):
    """All signs that rules and questions speak of."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.FindingPage"]
    template = "articles/finding_index.html"


class ClaimIndexPage(SectionPage):
    """What people say, and what the evidence says."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.ClaimPage"]
    template = "articles/claim_index.html"


class GlossaryPage(SectionPage):
    """All words explained."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.TermPage"]
    template = "articles/glossary.html"


class SourceIndexPage(SectionPage):
    """All sources."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.SourcePage"]
    template = "articles/source_index.html"


class ServicesPage(ArticlePage):
    """Who sees you, as services are named and reached in one place."""

    intro = ProseField()
    place = models.CharField(max_length=200, help_text="The country or region these names are for.")
    emergency_number = models.CharField(max_length=20)
    urgent_number = models.CharField(max_length=20, blank=True)
    services = BlockStreamField(stream(service=ServiceBlock()))

    content_panels = [
        *ArticlePage.content_panels,
        FieldPanel("intro"),
        FieldPanel("place"),
        FieldRowPanel([FieldPanel("emergency_number"), FieldPanel("urgent_number")]),
        FieldPanel("services"),
    ]
    parent_page_types = ["articles.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    template = "articles/services.html"

    class Meta:
        verbose_name = "who to see"

    def names(self) -> dict[str, Any]:
        """The service for each specialty key."""
        return {item.value["specialty"]: item.value for item in self.services}


class InfoPage(ArticlePage):
    """About the site, privacy, accessibility, how it is reviewed."""

    body = RichTextField(features=["h2", "bold", "italic", "link", "ol", "ul"])

    content_panels = [*ArticlePage.content_panels, FieldPanel("body")]
    parent_page_types = ["articles.HomePage"]
    subpage_types: list[str] = []
    template = "articles/info.html"

    class Meta:
        verbose_name = "page about the site"
