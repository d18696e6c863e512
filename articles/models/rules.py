"""Care rules and contraindications: written once, shown as cards, executed by triage."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, TitleFieldPanel
from wagtail.blocks import CharBlock
from wagtail.search import index

from articles import asked, enums
from articles.blocks.base import CitationBlock, choice
from articles.blocks.conditions import ConditionsBlock, as_plain
from articles.blocks.knowledge import ReferralBlock, stream
from articles.blocks.references import RefBlock
from articles.fields import BlockStreamField
from articles.listings import Uses
from articles.models.base import ArticlePage, CodeField, ProseField
from articles.readability import URGENT_SENTENCE_WORDS, long_sentences
from review.enums import ReviewKind
from review.problems import Problem


class ConditionalPage(ArticlePage):
    """A page that holds when any, or all, of its conditions hold."""

    code = CodeField(help_text="Protocols refer to it; it never changes.")
    mode = models.CharField(
        "any or all", max_length=3, choices=enums.Mode, help_text="How many of the conditions must hold."
    )
    conditions = BlockStreamField(ConditionsBlock(), blank=True)
    citations = BlockStreamField(stream(citation=CitationBlock()), blank=True, verbose_name="sources")

    change_classes = asked.RULING

    class Meta:
        abstract = True

    def plain_conditions(self) -> list[dict[str, Any]]:
        """The conditions as plain data, for triage and exports."""
        return as_plain(self.conditions)

    def _too_long(self, **texts: str) -> list[Problem]:
        """Return a problem for each sentence that a frightened reader would lose."""
        return [
            Problem(
                place.replace("_", " ").capitalize(),
                f"At most {URGENT_SENTENCE_WORDS} words in a sentence of urgent text: “{sentence}”",
                place,
            )
            for place, text in texts.items()
            for sentence in long_sentences(text)
        ]


class ContraindicationPage(ConditionalPage):
    """A danger that, until it is ruled out, forbids techniques."""

    listing = Uses()
    # Shown inside of every technique that it forbids, wherever the technique is shown.
    stands_inside = True

    dispositions = BlockStreamField(
        stream(disposition=choice(enums.Disposition)),
        blank=True,
        verbose_name="also on when the result is",
    )
    why = ProseField(help_text="What can happen.")
    what_to_do = ProseField()

    public_fields = asked.SHOWN_CONTRAINDICATION
    review_kind = ReviewKind.URGENT
    checklist_kind = "contraindication"
    checklist_questions = asked.QUESTIONS["contraindication"]

    search_fields = [*ArticlePage.search_fields, index.SearchField("why"), index.FilterField("code")]
    content_panels = [
        *ArticlePage.content_panels,
        FieldRowPanel([FieldPanel("code"), FieldPanel("mode")]),
        FieldPanel("conditions"),
        FieldPanel("dispositions"),
        FieldPanel("why"),
        FieldPanel("what_to_do"),
        FieldPanel("citations"),
    ]
    parent_page_types = ["articles.ContraindicationIndexPage"]
    subpage_types: list[str] = []
    template = "articles/contraindication.html"

    class Meta:
        verbose_name = "contraindication"

    @property
    def is_emergency(self) -> bool:
        """It keeps people from harm wherever a technique is shown: never on hold."""
        return True

    def content_problems(self) -> list[Problem]:
        """A contraindication says when it is on."""
        found = super().content_problems()
        if not len(self.conditions) and not len(self.dispositions):
            found.append(Problem("Conditions", "Say when this contraindication is on.", "conditions"))
        return found


class CareRulePage(ConditionalPage):
    """See somebody within some time if any, or all, of some conditions hold."""

    listing = Uses()

    disposition = models.CharField("how soon", max_length=16, choices=enums.Disposition)
    within_days = models.PositiveSmallIntegerField("within days", null=True, blank=True, help_text="For routine only.")
    review_days = models.PositiveSmallIntegerField(
        "look again after days", null=True, blank=True, help_text="For self-care only."
    )
    action = models.CharField(max_length=200, help_text="One short sentence that starts with a verb.")
    why = ProseField(help_text="The danger, in plain words.")
    while_waiting = ProseField(blank=True)
    specialties = BlockStreamField(stream(specialty=choice(enums.Specialty)), help_text="In order: first stop first.")
    examined = models.TextField("what will be looked at", blank=True)
    referral = BlockStreamField(stream(step=ReferralBlock()), blank=True)
    could_be = BlockStreamField(
        stream(cause=RefBlock("articles.CausePage")), blank=True, help_text="To read about; no ranking, no diagnosis."
    )
    protocols = BlockStreamField(
        stream(protocol=CharBlock(max_length=60)),
        blank=True,
    )
    audience = BlockStreamField(stream(audience=choice(enums.Audience)), blank=True, verbose_name="for whom")

    public_fields = asked.SHOWN_CARE_RULE
    checklist_kind = "care-rule"
    checklist_questions = asked.QUESTIONS["care-rule"]

    search_fields = [*ArticlePage.search_fields, index.SearchField("why"), index.FilterField("code")]
    content_panels = [
        TitleFieldPanel("title", help_text="The danger in plain words."),
        FieldRowPanel([FieldPanel("disposition"), FieldPanel("within_days"), FieldPanel("review_days")]),
        FieldPanel("action"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("mode")]),
        FieldPanel("audience"),
        FieldPanel("conditions"),
        FieldPanel("why"),
        FieldPanel("while_waiting"),
        FieldPanel("specialties"),
        FieldPanel("examined"),
        FieldPanel("referral"),
        FieldPanel("could_be"),
        FieldPanel("citations"),
    ]
    parent_page_types = ["articles.CareRuleIndexPage"]
    subpage_types: list[str] = []
    template = "articles/care_rule.html"

    class Meta:
        verbose_name = "care rule"

    @property
    def is_urgent(self) -> bool:
        """Whether the person must be seen today at the latest."""
        return self.disposition in enums.URGENT

    @property
    def is_emergency(self) -> bool:
        """What is urgent is never on hold."""
        return self.is_urgent

    @property
    def review_kind(self) -> ReviewKind:  # type: ignore[override]  # some rules are urgent, others are not
        """What is urgent is reviewed again sooner."""
        return ReviewKind.URGENT if self.is_urgent else ReviewKind.OTHER

    @property
    def specialty_list(self) -> list[enums.Specialty]:
        """Who to see, first stop first."""
        return [enums.Specialty(item.value) for item in self.specialties]

    def stricter_than(self, now: Mapping[str, Any]) -> frozenset[str]:
        """Sooner is more careful; the words that say what to do, and why, go with it."""
        order = enums.Disposition.values
        before = now.get("disposition")
        if before in order and order.index(self.disposition) < order.index(before):
            return frozenset({"disposition", "within_days", "review_days", "action", "why", "while_waiting"})
        sooner = {"within_days": self.within_days, "review_days": self.review_days}
        same = before == self.disposition
        return frozenset(name for name, days in sooner.items() if same and days and days < (now.get(name) or 0))

    def content_problems(self) -> list[Problem]:
        """A rule is complete: conditions, time limit, short words where it is urgent."""
        found = super().content_problems()
        if not len(self.conditions):
            found.append(Problem("Conditions", "A care rule needs at least one condition.", "conditions"))
        routine = self.disposition == enums.Disposition.ROUTINE
        if routine and not self.within_days:
            found.append(Problem("Within days", "A routine rule says within how many days.", "within_days"))
        if not routine and self.within_days:
            found.append(Problem("Within days", "Only a routine rule has a number of days.", "within_days"))
        if self.is_urgent:
            words = " ".join(f"{item.value['words']}." for item in self.conditions)
            found += self._too_long(
                action=self.action, why=self.why, while_waiting=self.while_waiting, conditions=words
            )
        return found
