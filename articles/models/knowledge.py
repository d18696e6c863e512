"""Causes, relief techniques and claims."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.search import index

from articles import asked, enums
from articles.blocks import knowledge
from articles.blocks.base import AmountBlock, AudienceTextBlock, CitationBlock, choice
from articles.blocks.knowledge import stream
from articles.blocks.references import RefBlock
from articles.fields import BlockStreamField
from articles.listings import Uses
from articles.models.base import ArticlePage, CodeField, ProseField
from articles.translations.reading import in_language
from review.enums import ReviewKind
from review.problems import Problem


class EvidencedPage(ArticlePage):
    """A page that says how sure it is and what it rests on."""

    certainty = models.CharField(max_length=12, choices=enums.Certainty)
    citations = BlockStreamField(stream(citation=CitationBlock()), blank=True, verbose_name="sources")

    class Meta:
        abstract = True

    def content_problems(self) -> list[Problem]:
        """Certainty comes from sources, or says that there is none."""
        found = super().content_problems()
        if self.certainty and self.certainty != enums.Certainty.NO_SOURCE and not len(self.citations):
            found.append(Problem("Sources", "Name the source, or choose “No source” as certainty.", "citations"))
        return found


class CausePage(EvidencedPage):
    """One thing that can be behind a complaint."""

    listing = Uses()

    medical_name = models.CharField(max_length=200)
    group = models.CharField(max_length=12, choices=enums.CauseGroup)
    rank = models.CharField("how common", max_length=6, choices=enums.Rank)
    complaints = BlockStreamField(stream(complaint=choice(enums.Complaint)), verbose_name="kinds of complaint")
    summary = models.TextField(help_text="Two or three short sentences.")
    features = ProseField("what it feels like")
    mechanism = BlockStreamField(stream(chain=knowledge.ChainBlock()), verbose_name="how it comes about")
    at_risk = BlockStreamField(stream(risk=knowledge.RiskBlock()), blank=True, verbose_name="who is at risk")
    sites = ParentalManyToManyField("articles.BodySitePage", blank=True, related_name="causes", verbose_name="where")
    side = models.CharField(max_length=6, choices=enums.Side)
    time_of_day = models.CharField(max_length=120, blank=True)
    pregnancy_stage = models.CharField(max_length=120, blank=True)
    extra_signs = BlockStreamField(stream(sign=knowledge.SignBlock()), blank=True)
    confused_with = BlockStreamField(stream(look_alike=knowledge.LookAlikeBlock()), blank=True)
    disposition = models.CharField("how soon to be seen", max_length=16, choices=enums.Disposition)
    within_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="For routine only.")
    care_rules = BlockStreamField(
        stream(rule=RefBlock("articles.CareRulePage")), blank=True, verbose_name="red flags (care rules)"
    )
    specialties = BlockStreamField(stream(specialty=choice(enums.Specialty)), blank=True, help_text="First stop first.")
    course = ProseField("expected course", blank=True)
    course_low_days = models.PositiveSmallIntegerField(null=True, blank=True)
    course_high_days = models.PositiveSmallIntegerField(null=True, blank=True)
    techniques = BlockStreamField(stream(technique=knowledge.OfferedTechniqueBlock()), blank=True)
    avoid = BlockStreamField(stream(avoid=knowledge.ReasonBlock()), blank=True, verbose_name="leave alone")
    audience_variants = BlockStreamField(stream(variant=AudienceTextBlock()), blank=True)

    change_classes = asked.CAUSE
    public_fields = asked.SHOWN_CAUSE

    search_fields = [
        *EvidencedPage.search_fields,
        index.SearchField("medical_name", boost=5),
        index.AutocompleteField("medical_name"),
        index.SearchField("summary", boost=2),
        index.SearchField("features"),
        index.FilterField("group"),
    ]
    content_panels = [
        TitleFieldPanel("title", help_text="The plain name."),
        FieldPanel("medical_name"),
        FieldRowPanel([FieldPanel("group"), FieldPanel("rank"), FieldPanel("side")]),
        FieldPanel("complaints"),
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("disposition"), FieldPanel("within_days")]),
                FieldPanel("care_rules"),
                FieldPanel("specialties"),
            ],
            heading="How urgent",
        ),
        FieldPanel("features"),
        FieldPanel("sites"),
        FieldPanel("extra_signs"),
        FieldRowPanel([FieldPanel("time_of_day"), FieldPanel("pregnancy_stage")]),
        FieldPanel("at_risk"),
        FieldPanel("mechanism"),
        FieldPanel("confused_with"),
        MultiFieldPanel(
            [
                FieldPanel("course"),
                FieldRowPanel([FieldPanel("course_low_days"), FieldPanel("course_high_days")]),
            ],
            heading="Expected course",
        ),
        FieldPanel("techniques"),
        FieldPanel("avoid"),
        FieldPanel("audience_variants"),
        FieldRowPanel([FieldPanel("certainty")]),
        FieldPanel("citations"),
    ]
    parent_page_types = ["articles.CauseIndexPage"]
    subpage_types: list[str] = []
    template = "articles/cause.html"

    class Meta:
        verbose_name = "cause"

    @property
    def is_emergency(self) -> bool:
        """Whether it must be seen today: then its warnings are never on hold."""
        return self.disposition in enums.URGENT

    @property
    def review_kind(self) -> ReviewKind:  # type: ignore[override]  # some causes are urgent, others are not
        """What is urgent is reviewed again sooner."""
        return ReviewKind.URGENT if self.is_emergency else ReviewKind.OTHER

    @property
    def released_sites(self) -> list[Any]:
        """The places where it hurts, as far as they are released, in the language that is read."""
        return in_language(site for site in self.sites.all() if site.live)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the places where it hurts."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"sites": self.released_sites}

    def content_problems(self) -> list[Problem]:
        """Urgency, days and the course agree with each other."""
        found = super().content_problems()
        routine = self.disposition == enums.Disposition.ROUTINE
        if routine != bool(self.within_days):
            found.append(Problem("Within days", "Routine, and only routine, says within how many days.", "within_days"))
        low, high = self.course_low_days, self.course_high_days
        if low is not None and high is not None and low > high:
            found.append(Problem("Expected course", "The days run backwards.", "course_high_days"))
        return found


class TechniquePage(EvidencedPage):
    """One thing to do about a complaint; exists once, with what forbids it."""

    listing = Uses()

    code = CodeField(help_text="Protocols refer to it; it never changes.")
    actions = BlockStreamField(stream(action=choice(enums.Action)), verbose_name="what it does")
    summary = models.TextField(help_text="One or two sentences.")
    complaints = BlockStreamField(stream(complaint=choice(enums.Complaint)), blank=True)
    severity = BlockStreamField(stream(severity=choice(enums.Severity)), blank=True, verbose_name="meant for")
    posture = models.CharField(max_length=250, blank=True)
    preconditions = BlockStreamField(stream(precondition=knowledge.PreconditionBlock()), blank=True)
    steps = BlockStreamField(stream(step=knowledge.StepBlock()), help_text="In order.")
    variants = BlockStreamField(stream(variant=knowledge.VariantBlock()), blank=True)
    helper = models.TextField("with a helper", blank=True)
    dose = BlockStreamField(stream(amount=AmountBlock()), blank=True, verbose_name="how long, how often")
    switch = BlockStreamField(stream(switch=knowledge.SwitchBlock()), blank=True, verbose_name="when to switch")
    intensity = models.CharField(max_length=250, blank=True)
    sensation = models.TextField("what you should feel", blank=True)
    contraindications = BlockStreamField(stream(withhold=knowledge.WithholdBlock()), blank=True)
    no_contraindications = models.BooleanField(
        "nothing forbids it",
        default=False,
        help_text="Tick only if it may be done whatever the person has, such as waiting for help.",
    )
    stop_if = BlockStreamField(stream(stop=knowledge.PreconditionBlock()), blank=True, verbose_name="stop if")
    audience_variants = BlockStreamField(stream(variant=AudienceTextBlock()), blank=True)
    evidence = ProseField("does it work?", blank=True)

    change_classes = asked.TECHNIQUE
    public_fields = asked.SHOWN_TECHNIQUE
    checklist_kind = "technique"
    checklist_questions = asked.QUESTIONS["technique"]

    search_fields = [
        *EvidencedPage.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("steps"),
        index.FilterField("code"),
    ]
    content_panels = [
        *ArticlePage.content_panels,
        FieldRowPanel([FieldPanel("code"), FieldPanel("no_contraindications")]),
        FieldPanel("actions"),
        FieldPanel("summary"),
        FieldPanel("complaints"),
        FieldPanel("severity"),
        MultiFieldPanel(
            [FieldPanel("contraindications"), FieldPanel("preconditions"), FieldPanel("stop_if")],
            heading="When it may be done",
        ),
        MultiFieldPanel(
            [
                FieldPanel("posture"),
                FieldPanel("steps"),
                FieldPanel("variants"),
                FieldPanel("helper"),
                FieldPanel("dose"),
                FieldPanel("switch"),
                FieldPanel("intensity"),
                FieldPanel("sensation"),
            ],
            heading="How it is done",
        ),
        FieldPanel("audience_variants"),
        FieldPanel("evidence"),
        FieldPanel("certainty"),
        FieldPanel("citations"),
    ]
    parent_page_types = ["articles.TechniqueIndexPage"]
    subpage_types: list[str] = []
    template = "articles/technique.html"

    class Meta:
        verbose_name = "relief technique"

    @property
    def is_emergency(self) -> bool:
        """Whether it may be done whatever the person has: what to do until help comes is never on hold."""
        return self.no_contraindications

    @property
    def picture(self) -> str:
        """Name of the first drawing of the steps, for lists; empty when there is none."""
        return next((step.value["illustration"] for step in self.steps if step.value["illustration"]), "")

    def content_problems(self) -> list[Problem]:
        """A technique says what forbids it."""
        found = super().content_problems()
        if self.no_contraindications == bool(len(self.contraindications)):
            message = (
                "“Nothing forbids it” is ticked, but contraindications are listed."
                if self.no_contraindications
                else "A technique needs its contraindications, or a tick at “nothing forbids it”."
            )
            found.append(Problem("Contraindications", message, "contraindications"))
        return found


class ClaimPage(EvidencedPage):
    """A belief that was checked: what can be said, and how sure we are."""

    listing = Uses()

    code = CodeField()
    often_said = models.TextField(help_text="The belief, in our own words.")
    statement = ProseField(help_text="What can be said.")
    verdict = models.CharField(max_length=12, choices=enums.Verdict)
    why = ProseField("what the studies found")
    advice = models.TextField("what to do with it", blank=True)
    strengths = BlockStreamField(stream(strength=knowledge.StrengthBlock()), blank=True, verbose_name="how it is told")
    audience = BlockStreamField(stream(audience=choice(enums.Audience)), blank=True, verbose_name="for whom")

    change_classes = asked.CLAIM
    public_fields = asked.SHOWN_CLAIM
    checklist_kind = "claim"
    checklist_questions = asked.QUESTIONS["claim"]

    search_fields = [
        *EvidencedPage.search_fields,
        index.SearchField("often_said"),
        index.SearchField("statement"),
        index.FilterField("code"),
    ]
    content_panels = [
        *ArticlePage.content_panels,
        FieldPanel("often_said"),
        FieldPanel("statement"),
        FieldRowPanel([FieldPanel("verdict"), FieldPanel("certainty")]),
        FieldPanel("audience"),
        FieldPanel("why"),
        FieldPanel("advice"),
        FieldPanel("strengths"),
        FieldPanel("citations"),
        FieldPanel("code"),
    ]
    parent_page_types = ["articles.ClaimIndexPage"]
    subpage_types: list[str] = []
    template = "articles/claim.html"

    class Meta:
        verbose_name = "claim"
