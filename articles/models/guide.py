"""Guides: one topic, told by questions."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import models
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.search import index

from articles import asked, emergency_text, enums, for_whom
from articles.blocks.base import choice
from articles.blocks.guide import SectionBlock
from articles.blocks.knowledge import stream
from articles.blocks.references import RefBlock
from articles.fields import BlockStreamField
from articles.models.base import ArticlePage, ProseField
from review.problems import Problem

#: What other apps ask of a guide before it is submitted: functions that take the guide and return what is wrong.
ASKED_OF_GUIDES: list[Callable[["GuidePage"], list[Problem]]] = []


class GuidePage(ArticlePage):
    """A topic article: why it is, what it can be, what helps, when to be seen."""

    standfirst = models.TextField(help_text="What the guide says, in two or three sentences.")
    standfirst_claims = BlockStreamField(
        stream(claim=RefBlock("articles.ClaimPage")),
        blank=True,
        help_text="The checked claims that the standfirst makes.",
    )
    opening = ProseField(blank=True, help_text="A kind first word to the reader; makes no claim.")
    complaints = BlockStreamField(stream(complaint=choice(enums.Complaint)), verbose_name="kinds of complaint")
    audience = BlockStreamField(stream(audience=choice(enums.Audience)), blank=True, verbose_name="for whom")
    check_key = models.SlugField(
        "guided check",
        max_length=60,
        blank=True,
        help_text="Last part of the address of the check that this guide leads to, such as calf.",
    )
    body = BlockStreamField(stream(section=SectionBlock()))

    change_classes = asked.GUIDE
    public_fields = asked.SHOWN_GUIDE

    search_fields = [
        *ArticlePage.search_fields,
        index.SearchField("standfirst", boost=2),
        index.SearchField("body"),
    ]
    content_panels = [
        TitleFieldPanel("title", help_text="Best as a reader's question."),
        FieldPanel("standfirst"),
        FieldPanel("standfirst_claims"),
        FieldPanel("opening"),
        FieldPanel("audience"),
        FieldPanel("complaints"),
        FieldPanel("check_key"),
        FieldPanel("body"),
    ]
    parent_page_types = ["articles.GuideIndexPage"]
    subpage_types: list[str] = []
    template = "articles/guide.html"

    class Meta:
        verbose_name = "guide"

    def blocks(self, kind: str | None = None) -> Iterator[Any]:
        """Yield the blocks of all sections, or those of one kind, in order."""
        for section in self.body:
            for block in section.value["content"]:
                if kind is None or block.block_type == kind:
                    yield block

    def parts_to_hold(self) -> Mapping[str, str]:
        """Return the sections and blocks that do not say when to get help."""
        return emergency_text.parts_to_hold(self.body)

    def part_names(self) -> Mapping[str, str]:
        """Return what readers can point to: every section, and what can be held."""
        return {**emergency_text.section_names(self.body), **self.parts_to_hold()}

    def parts_without_emergency(self) -> frozenset[str] | None:
        """With the whole guide on hold, the sections with care cards stay."""
        return emergency_text.calm_sections(self.body)

    def content_problems(self) -> list[Problem]:
        """A guide warns before it relieves, and offers nobody what may harm them."""
        found = super().content_problems()
        order = [block.block_type for block in self.blocks()]
        if "care_card" not in order:
            found.append(Problem("Body", "A guide needs a care card: who must be seen, and how soon.", "body"))
        elif "techniques" in order and order.index("techniques") < order.index("care_card"):
            found.append(Problem("Body", "The first care card stands before the first technique.", "body"))
        found += for_whom.forbidden_techniques(self)
        return found + [problem for ask in ASKED_OF_GUIDES for problem in ask(self)]
