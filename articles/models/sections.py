"""The rooms of the house: home, the lists, and the pages about the site."""

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from articles import asked, enums, leg_map, lists, queries
from articles.blocks.knowledge import stream
from articles.blocks.references import RefBlock
from articles.fields import BlockStreamField
from articles.listings import Listing
from articles.models.base import ArticlePage, ProseField, SectionPage
from review.enums import ReviewKind

# So many places are named on the first page; where there are more it leads to the list of them.
MOST_SITES = 60
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
    "triage.CheckIndexPage",
    "articles.TranslationPage",
]


class HomePage(ArticlePage):
    """What troubles you; start the check; browse."""

    standfirst = models.TextField()
    guides = BlockStreamField(stream(guide=RefBlock("articles.GuidePage")), blank=True)
    emergency = ProseField("in an emergency", help_text="Shown on top of the page.")
    main_place = models.ForeignKey(
        "articles.ServicesPage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=(
            "The place most of your readers live in. Its number to ring stands on every page. Without a choice it is"
            " the first record of a place in the list of pages."
        ),
    )

    change_classes = asked.HOME
    public_fields = asked.SHOWN_HOME
    review_kind = ReviewKind.URGENT
    # It says when to call for help, before everything else.
    is_emergency = True

    content_panels = [
        *ArticlePage.content_panels,
        FieldPanel("standfirst"),
        FieldPanel("emergency"),
        FieldPanel("main_place"),
        FieldPanel("guides"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = SECTIONS
    max_count = 1
    template = "articles/home.html"

    class Meta:
        verbose_name = "home page"

    def drawing_names(self) -> set[str]:
        """The page shows the leg map."""
        return super().drawing_names() | leg_map.NAMES

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what there is to browse."""
        context = super().get_context(request, *args, **kwargs)
        sites = queries.sites(most=MOST_SITES + 1)
        views = queries.leg_views({site.zone: site for site in sites})
        more = {"sites": sites[:MOST_SITES], "has_more_sites": len(sites) > MOST_SITES}
        groups = queries.cause_groups()
        total = sum(count for _, count, _ in groups)
        placed = [(group, count, lists.place_of(first, total)) for group, count, first in groups]
        return context | more | {"groups": placed, "views": views}


class GuideIndexPage(SectionPage):
    """All guides."""

    listing = Listing("GuidePage", order=("path",))
    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.GuidePage"]
    template = "articles/guide_index.html"


class CauseIndexPage(SectionPage):
    """All causes, by group and by place."""

    listing = Listing("CausePage", group_by="group", groups=enums.CauseGroup)
    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.CausePage"]
    template = "articles/cause_index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the places with their causes, unless either are many: then each place has its own on its page."""
        context = super().get_context(request, *args, **kwargs)
        sites = [] if context["listed"].is_parted else queries.sites_with_causes(most=lists.LONGEST + 1)
        return context | {"sites": [] if lists.is_long(len(sites)) else sites}


class BodySiteIndexPage(SectionPage):
    """All places on the leg, with the drawing."""

    listing = Listing("BodySitePage", order=("path",), links=True)
    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.BodySitePage"]
    template = "articles/body_site_index.html"

    def drawing_names(self) -> set[str]:
        """The page shows the leg map."""
        return super().drawing_names() | leg_map.NAMES

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the drawing that leads to the places on this page."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"views": queries.leg_views({site.zone: site for site in context["listed"].entries})}


class TechniqueIndexPage(SectionPage):
    """All relief techniques."""

    listing = Listing("TechniquePage", order=("path",))
    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.TechniquePage"]
    template = "articles/technique_index.html"


class CareRuleIndexPage(SectionPage):
    """When to get help: all care rules, most urgent first."""

    review_kind = ReviewKind.URGENT

    listing = Listing(
        "CareRulePage", order=(Coalesce("within_days", 0), "path"), group_by="disposition", groups=enums.Disposition
    )
    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.CareRulePage"]
    template = "articles/care_rule_index.html"

    @property
    def is_emergency(self) -> bool:
        """The list of signs that need help is never on hold."""
        return True


class ContraindicationIndexPage(SectionPage):
    """When to leave things alone."""

    listing = Listing("ContraindicationPage", order=("path",), links=True)
    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.ContraindicationPage"]
    template = "articles/contraindication_index.html"


class FindingIndexPage(SectionPage):
    """All signs that rules and questions speak of."""

    listing = Listing("FindingPage", lettered=True)
    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.FindingPage"]
    template = "articles/finding_index.html"


class ClaimIndexPage(SectionPage):
    """What people say, and what the evidence says."""

    listing = Listing("ClaimPage", order=("path",), group_by="verdict", groups=enums.Verdict, links=True)
    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.ClaimPage"]
    template = "articles/claim_index.html"


class GlossaryPage(SectionPage):
    """All words explained."""

    listing = Listing("TermPage", lettered=True, links=True)
    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.TermPage"]
    template = "articles/glossary.html"


class SourceIndexPage(SectionPage):
    """All sources."""

    listing = Listing("SourcePage", group_by="kind", groups=enums.SourceKind)
    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.SourcePage"]
    template = "articles/source_index.html"


class InfoPage(ArticlePage):
    """About the site, privacy, accessibility, how it is reviewed."""

    body = RichTextField(features=["h2", "bold", "italic", "link", "ol", "ul"])

    change_classes = asked.INFO
    public_fields = asked.SHOWN_INFO

    content_panels = [*ArticlePage.content_panels, FieldPanel("body")]
    parent_page_types = ["articles.HomePage"]
    subpage_types: list[str] = []
    template = "articles/info.html"

    class Meta:
        verbose_name = "page about the site"
