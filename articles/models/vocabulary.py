"""Sources, words, findings and places on the body: what everything else refers to."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.search import index

from articles import asked, enums, leg_map, queries
from articles.blocks.base import CitationBlock
from articles.blocks.knowledge import MistranslationBlock, TranslationBlock, stream
from articles.fields import BlockStreamField
from articles.listings import Choosing, Uses
from articles.models.base import ArticlePage, CodeField, ProseField
from articles.watch.feed import doi_of
from review.enums import ReviewKind
from review.problems import Problem


class SourcePage(ArticlePage):
    """The bibliographic record of a work that claims rest on."""

    listing = Uses()
    # Listed in full at the end of every page that cites it.
    stands_inside = True

    kind = models.CharField(max_length=20, choices=enums.SourceKind)
    organisation = models.CharField(max_length=200, blank=True)
    authors = models.CharField(max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1800), MaxValueValidator(2200)]
    )
    updated = models.PositiveSmallIntegerField("updated in", null=True, blank=True)
    published_in = models.CharField(max_length=500, blank=True, help_text="Journal, volume, pages; or publisher.")
    doi = models.CharField("DOI", max_length=120, blank=True)
    # Not `url`: that is the address of the page itself.
    work_url = models.URLField("address of the work", max_length=300, blank=True, help_text="Only where certain.")
    number = models.PositiveSmallIntegerField("number in the clinical reference", null=True, blank=True)
    checked_on = models.DateField("last checked", null=True, blank=True, help_text="When somebody last read it.")
    what_it_covers = models.TextField(help_text="One or two sentences for readers.")
    note = models.TextField("to confirm at sign-off", blank=True, help_text="For editors; not public.")
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    change_classes = asked.SOURCE
    public_fields = asked.SHOWN_SOURCE
    checklist_kind = "source"
    checklist_questions = asked.QUESTIONS["source"]

    search_fields = [
        *ArticlePage.search_fields,
        index.SearchField("authors"),
        index.SearchField("organisation"),
        index.SearchField("what_it_covers"),
    ]
    content_panels = [
        *ArticlePage.content_panels,
        FieldPanel("kind"),
        MultiFieldPanel(
            [
                FieldPanel("organisation"),
                FieldPanel("authors"),
                FieldRowPanel([FieldPanel("year"), FieldPanel("updated"), FieldPanel("number")]),
                FieldPanel("published_in"),
                FieldRowPanel([FieldPanel("doi"), FieldPanel("work_url")]),
            ],
            heading="Where it was published",
        ),
        FieldPanel("what_it_covers"),
        FieldRowPanel([FieldPanel("checked_on"), FieldPanel("replaced_by")]),
        FieldPanel("note"),
    ]
    parent_page_types = ["articles.SourceIndexPage"]
    subpage_types: list[str] = []
    template = "articles/source.html"

    class Meta:
        verbose_name = "source"

    def content_problems(self) -> list[Problem]:
        """A source can be found by somebody else."""
        found = super().content_problems()
        if not (self.organisation or self.authors):
            found.append(Problem("Organisation", "Name the organisation or the authors.", "organisation"))
        if self.doi and doi_of(self.doi) != self.doi.lower():
            found.append(Problem("DOI", "Write it like 10.1136/bmj.h3080, without spaces or an address.", "doi"))
        return found

    @property
    def link(self) -> str:
        """The address of the work, through its DOI where it has one."""
        return f"https://doi.org/{self.doi}" if self.doi else self.work_url


class TermPage(ArticlePage):
    """A word explained: the plain word first, then the medical one."""

    listing = Uses()
    explains_words = False
    # The words in other languages are the same on every page; wrong ones that were met are for editors.
    untranslated_fields = frozenset({"translations", "mistranslations"})

    medical_term = models.CharField(max_length=200)
    definition = ProseField(help_text="One to three short sentences.")
    translations = BlockStreamField(stream(translation=TranslationBlock()), blank=True)
    mistranslations = BlockStreamField(
        stream(mistranslation=MistranslationBlock()), blank=True, help_text="For editors; never public."
    )
    needs_native_check = models.BooleanField("translations await a native clinical editor", default=True)
    citations = BlockStreamField(stream(citation=CitationBlock()), blank=True, verbose_name="sources")

    change_classes = asked.TERM
    public_fields = asked.SHOWN_TERM

    search_fields = [
        *ArticlePage.search_fields,
        index.SearchField("medical_term", boost=5),
        index.AutocompleteField("medical_term"),
        index.SearchField("definition"),
        index.SearchField("translations", boost=5),
    ]
    content_panels = [
        TitleFieldPanel("title", help_text="The plain word, as a reader would say it."),
        FieldPanel("medical_term"),
        FieldPanel("definition"),
        FieldPanel("translations"),
        FieldPanel("needs_native_check"),
        FieldPanel("citations"),
        FieldPanel("mistranslations"),
    ]
    parent_page_types = ["articles.GlossaryPage"]
    subpage_types: list[str] = []
    template = "articles/term.html"

    class Meta:
        verbose_name = "word explained"

    @property
    def definition_anchor(self) -> str:
        """Where a page that uses the word explains it."""
        return f"word-{self.slug}"

    @property
    def translation_list(self) -> list[tuple[str, str]]:
        """(language tag, word) of each translation."""
        return [(item.value["language"], item.value["text"]) for item in self.translations]


class FindingPage(ArticlePage):
    """One sign a person may have: what counts, how to check, which way it points."""

    listing = Uses()

    code = CodeField("key", help_text="Part of the vocabulary of rules and protocols; it never changes.")
    polarity = models.CharField(max_length=12, choices=enums.Polarity)
    urgent_as = models.CharField(
        "alone it means", max_length=16, choices=enums.Disposition, blank=True, help_text="Blank: nothing by itself."
    )
    statement = models.CharField(max_length=200, help_text="Completes 'You said that …'.")
    definition = ProseField(help_text="What exactly counts, and what does not.")
    how_to_check = ProseField(blank=True)
    clot_risk = models.BooleanField("raises the risk of a clot", default=False)
    citations = BlockStreamField(stream(citation=CitationBlock()), blank=True, verbose_name="sources")

    change_classes = asked.FINDING
    public_fields = asked.SHOWN_FINDING

    search_fields = [
        *ArticlePage.search_fields,
        index.SearchField("definition"),
        index.FilterField("code"),
    ]
    content_panels = [
        TitleFieldPanel("title", help_text="The label a reader ticks."),
        FieldRowPanel([FieldPanel("code"), FieldPanel("polarity"), FieldPanel("urgent_as")]),
        FieldPanel("statement"),
        FieldPanel("definition"),
        FieldPanel("how_to_check"),
        FieldPanel("clot_risk"),
        FieldPanel("citations"),
    ]
    parent_page_types = ["articles.FindingIndexPage"]
    subpage_types: list[str] = []
    template = "articles/finding.html"

    class Meta:
        verbose_name = "sign"

    @property
    def review_kind(self) -> ReviewKind:  # type: ignore[override]  # some signs are urgent by themselves
        """What is urgent is reviewed again sooner."""
        return ReviewKind.URGENT if self.urgent_as in enums.URGENT else ReviewKind.OTHER


class BodySitePage(ArticlePage):
    """A place on the body, and what pain there can mean; one on the leg is shown in the drawing."""

    listing = Choosing("CausePage", group_by="group", groups=enums.CauseGroup, chooses="sites")

    description = ProseField()
    zone = models.CharField(
        max_length=30, blank=True, help_text="On the leg: name of the zone in its drawing. Elsewhere: leave it empty."
    )

    change_classes = asked.BODY_SITE
    public_fields = asked.SHOWN_BODY_SITE

    search_fields = [*ArticlePage.search_fields, index.SearchField("description")]
    content_panels = [*ArticlePage.content_panels, FieldPanel("description"), FieldPanel("zone")]
    parent_page_types = ["articles.BodySiteIndexPage"]
    subpage_types: list[str] = []
    template = "articles/body_site.html"

    class Meta:
        verbose_name = "place on the body"

    def drawing_names(self) -> set[str]:
        """The page of a place on the leg shows the leg map."""
        return super().drawing_names() | (leg_map.NAMES if self.zone else frozenset())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the drawing."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"views": queries.leg_views({self.zone: self}) if self.zone else []}
