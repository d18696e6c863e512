"""The rooms of the house: home, the lists, and the pages about the site."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from articles import asked, enums, leg_map, queries
from articles.blocks.knowledge import stream
from articles.blocks.references import RefBlock
from articles.fields import BlockStreamField
from articles.models.base import ArticlePage, ProseField, SectionPage
from review.enums import ReviewKind

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
        sites = list(queries.sites())
        views = queries.leg_views({site.zone: site for site in sites})
        return context | {"groups": queries.cause_groups(), "sites": sites, "views": views}


class GuideIndexPage(SectionPage):
    """All guides."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.GuidePage"]
    template = "articles/guide_index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the guides."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"guides": queries.children(self, "GuidePage", "path")}


class CauseIndexPage(SectionPage):
    """All causes, by group and by place."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.CausePage"]
    template = "articles/cause_index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the causes, by family and by place."""
        context = super().get_context(request, *args, **kwargs)
        groups = queries.grouped(queries.children(self, "CausePage"), "group", enums.CauseGroup)
        return context | {"groups": groups, "sites": queries.sites_with_causes()}


class BodySiteIndexPage(SectionPage):
    """All places on the leg, with the drawing."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.BodySitePage"]
    template = "articles/body_site_index.html"

    def drawing_names(self) -> set[str]:
        """The page shows the leg map."""
        return super().drawing_names() | leg_map.NAMES

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the places, and the drawing that leads to them."""
        context = super().get_context(request, *args, **kwargs)
        sites = queries.with_links(queries.children(self, "BodySitePage", "path"))
        return context | {"sites": sites, "views": queries.leg_views({site.zone: site for site in sites})}


class TechniqueIndexPage(SectionPage):
    """All relief techniques."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.TechniquePage"]
    template = "articles/technique_index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the techniques."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"techniques": queries.children(self, "TechniquePage", "path")}


class CareRuleIndexPage(SectionPage):
    """When to get help: all care rules, most urgent first."""

    review_kind = ReviewKind.URGENT

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.CareRulePage"]
    template = "articles/care_rule_index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the rules, most urgent first."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"groups": queries.by_urgency(queries.children(self, "CareRulePage", "path"))}

    @property
    def is_emergency(self) -> bool:
        """The list of signs that need help is never on hold."""
        return True


class ContraindicationIndexPage(SectionPage):
    """When to leave things alone."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.ContraindicationPage"]
    template = "articles/contraindication_index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the dangers."""
        context = super().get_context(request, *args, **kwargs)
        pages = queries.with_links(queries.children(self, "ContraindicationPage", "path"))
        return context | {"contraindications": pages}


class FindingIndexPage(SectionPage):
    """All signs that rules and questions speak of."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.FindingPage"]
    template = "articles/finding_index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the signs, by letter."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"groups": queries.lettered(queries.children(self, "FindingPage"))}


class ClaimIndexPage(SectionPage):
    """What people say, and what the evidence says."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.ClaimPage"]
    template = "articles/claim_index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the claims, by what became of them."""
        context = super().get_context(request, *args, **kwargs)
        claims = queries.with_links(queries.children(self, "ClaimPage", "path"))
        return context | {"groups": queries.grouped(claims, "verdict", enums.Verdict)}


class GlossaryPage(SectionPage):
    """All words explained."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.TermPage"]
    template = "articles/glossary.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the words, by letter."""
        context = super().get_context(request, *args, **kwargs)
        words = queries.with_links(queries.children(self, "TermPage"))
        return context | {"groups": queries.lettered(words)}


class SourceIndexPage(SectionPage):
    """All sources."""

    parent_page_types = ["articles.HomePage"]
    subpage_types = ["articles.SourcePage"]
    template = "articles/source_index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the sources, by kind."""
        context = super().get_context(request, *args, **kwargs)
        sources = queries.children(self, "SourcePage")
        return context | {"groups": queries.grouped(sources, "kind", enums.SourceKind)}


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
