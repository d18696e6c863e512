"""A protocol as a governed page: written in forms, reviewed and released like an article."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import CharBlock
from wagtail.models import Page, Revision

from articles import asked
from articles.blocks.knowledge import stream
from articles.blocks.references import RefBlock
from articles.fields import BlockStreamField
from articles.models.base import ArticlePage, CodeField, ProseField
from review.enums import ReviewKind
from review.problems import Problem
from triage.blocks import care
from triage.blocks.questions import QuestionsBlock
from triage.panels import ProofPanel

TECHNIQUE, CONTRAINDICATION = "articles.TechniquePage", "articles.ContraindicationPage"


class ProtocolPage(ArticlePage):
    """Questions, rules, advice and limits of one guided check."""

    code = CodeField("key", help_text="Part of every receipt; it never changes.")
    audience = models.CharField("for whom", max_length=300)
    intro = ProseField("what this check does")
    emergency = models.TextField(
        "emergency line", help_text="Stands first on every page of the check. Completes 'Call … now if …'."
    )
    starts = BlockStreamField(
        stream(start=care.StartBlock()),
        blank=True,
        verbose_name="ways in",
        help_text="Buttons that guides show and that answer one question already.",
    )
    include = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="included_in",
        verbose_name="includes the protocol",
        help_text="Its rules and limits hold here too; its questions can be taken over.",
    )
    questions = BlockStreamField(QuestionsBlock(), collapsed=True)
    rules = BlockStreamField(stream(rule=RefBlock("articles.CareRulePage")), blank=True)
    default_rule = BlockStreamField(
        stream(default=care.DefaultBlock()), blank=True, max_num=1, verbose_name="when no rule applies"
    )
    dispositions = BlockStreamField(
        stream(level=care.LevelBlock()), blank=True, verbose_name="levels of urgency", collapsed=True
    )
    advice = BlockStreamField(stream(advice=care.AdviceBlock()), blank=True, collapsed=True)
    also = BlockStreamField(
        stream(technique=RefBlock(TECHNIQUE)),
        blank=True,
        verbose_name="never offered, but named when it must be left alone",
    )
    unfinished = BlockStreamField(
        stream(technique=RefBlock(TECHNIQUE)), blank=True, verbose_name="shown to whoever leaves before the end"
    )
    block_levels = BlockStreamField(
        stream(level=care.BlockLevelsBlock()),
        blank=True,
        verbose_name="contraindications that a result switches on",
        collapsed=True,
    )
    mitigating = BlockStreamField(
        stream(finding=care.MitigatingBlock()),
        blank=True,
        verbose_name="findings that may lower the urgency",
        collapsed=True,
    )
    red_lines = BlockStreamField(stream(line=care.RedLineBlock()), blank=True, collapsed=True)
    minimum = BlockStreamField(
        stream(block=care.MinimumBlock()), blank=True, verbose_name="what contraindications must cover", collapsed=True
    )
    hidden_rules = BlockStreamField(
        stream(rule=care.HiddenRuleBlock()), blank=True, verbose_name="rules that another one always covers"
    )
    only_together = BlockStreamField(
        stream(finding=CharBlock(max_length=60)),
        blank=True,
        verbose_name="urgent only together with others",
        help_text="Keys of findings that here lead to their urgency only with another finding.",
    )
    max_questions = models.PositiveSmallIntegerField("at most so many questions", null=True, blank=True)
    safety_net = models.TextField(blank=True, help_text="When to get help; shown with every result.")

    # what no visitor reads keeps the words of the source
    untranslated_fields = frozenset(
        {"block_levels", "mitigating", "red_lines", "minimum", "hidden_rules", "only_together"}
    )
    # It decides how urgent something is: every change of it needs two reviewers.
    least_signers = 2
    change_classes = asked.RULING
    checklist_kind = "protocol"
    checklist_questions = asked.QUESTIONS["protocol"]
    review_kind = ReviewKind.URGENT
    # whether the editor saves this by itself while somebody writes
    saved_by_itself = False

    parent_page_types = ["triage.CheckIndexPage"]
    subpage_types: list[str] = []
    template = "triage/protocol_preview.html"

    about_panels = [
        *ArticlePage.content_panels,
        FieldPanel("code"),
        FieldPanel("audience"),
        FieldPanel("intro"),
        FieldPanel("emergency"),
        FieldPanel("safety_net"),
        FieldPanel("starts"),
        FieldPanel("include"),
        FieldPanel("max_questions"),
    ]
    care_panels = [
        FieldPanel("rules"),
        FieldPanel("default_rule"),
        FieldPanel("dispositions"),
    ]
    advice_panels = [FieldPanel("advice"), FieldPanel("also"), FieldPanel("unfinished"), FieldPanel("block_levels")]
    limit_panels = [
        FieldPanel("red_lines"),
        FieldPanel("minimum"),
        FieldPanel("mitigating"),
        FieldPanel("hidden_rules"),
        FieldPanel("only_together"),
    ]
    form_tabs = [
        ("About", about_panels),
        ("Questions", [FieldPanel("questions")]),
        ("Rules", care_panels),
        ("Advice", advice_panels),
        ("Limits", limit_panels),
        ("Proof", [ProofPanel()]),
    ]

    class Meta:
        verbose_name = "protocol"

    @property
    def is_emergency(self) -> bool:
        """A check tells people to call an ambulance: it can be withdrawn, but not put on hold in part."""
        return True

    def embedded_pages(self) -> Iterable[int]:
        """Return the ids of the findings and contraindications this protocol runs on."""
        from triage.library import used_pages  # noqa: PLC0415  # the library reads this model

        return used_pages(self)

    def goes_with(self, gone: Page) -> bool:
        """A check is not run without a sign, a rule or a technique that it was signed with."""
        from triage.rests import rests_on  # noqa: PLC0415  # releases are made of this model

        return rests_on(self, gone)

    def content_problems(self) -> list[Problem]:
        """Return what keeps the protocol from being run or signed, each fault with its place."""
        from triage.problems import protocol_problems  # noqa: PLC0415  # checking reads this model
        from triage.proving import proof_problems  # noqa: PLC0415  # proving reads this model

        faults = protocol_problems(self)
        return super().content_problems() + (faults or proof_problems(self))

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        """Save a draft, and prove it as soon as it is saved for good."""
        from triage.proving import draft_saved  # noqa: PLC0415  # proving reads this model

        revision = super().save_revision(*args, **kwargs)
        if self.pk:
            waits = not self.saved_by_itself
            transaction.on_commit(partial(draft_saved, self.pk, waits=waits), robust=True)
        return revision

    def sign_off_problems(self, fingerprint: str) -> list[Problem]:
        """Return a sentence for every check that has not passed on exactly this text."""
        from triage.approval import sign_off_problems  # noqa: PLC0415  # checking reads this model

        return sign_off_problems(self, fingerprint)

    def milder_groups(self) -> list[str]:
        """Return a sentence for each group of people who are told something milder than now."""
        from triage.changes import milder_groups  # noqa: PLC0415  # comparing reads this model

        return milder_groups(self)

    def review_part(self) -> str:
        """Return who gets a different answer, what is proved, and the protocol on one page, for those who sign."""
        from triage.review_part import review_part  # noqa: PLC0415  # it reads this model

        return review_part(self)

    def unread_in(self, translation: Any, *, demonstration: bool) -> list[Problem]:
        """Return what reviewers have not read of this protocol as a translation tells it."""
        from triage.readings.gate import problems  # noqa: PLC0415  # it reads this model

        return problems(translation, demonstration=demonstration)

    def read_in(self, translation: Any) -> str:
        """Return for a table how many stories have been read in the words of a translation."""
        from triage.readings.progress import in_short  # noqa: PLC0415  # it reads this model

        return in_short(translation)

    def reading_part(self, translation: Any) -> str:
        """Return for the screen of the review how far its stories are read in the words of a translation."""
        from triage.readings.gate import review_part  # noqa: PLC0415  # it reads this model

        return review_part(translation)

    def read_as_demonstration(self, translation: Any, *, by: Any) -> None:
        """Keep demonstration readings of its stories, for a translation that comes with the software."""
        from triage.readings.actions import read_as_demonstration  # noqa: PLC0415  # it reads this model

        read_as_demonstration(translation, by=by, now=timezone.now())

    def serve_preview(self, request: HttpRequest, mode_name: str) -> TemplateResponse:
        """Return the run-through of this draft: its first page, its picture, and what is wrong with it."""
        from triage.preview import context_of  # noqa: PLC0415  # the preview reads this model

        # on the screen of the review a heading says already which text this is
        read = getattr(request, "is_read_by_reviewers", False)
        return TemplateResponse(request, "triage/protocol_preview.html", context_of(self) | {"titled": read})
