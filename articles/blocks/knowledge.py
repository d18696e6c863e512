"""Blocks that causes, techniques and claims are described with."""

from wagtail import blocks

from articles import enums
from articles.blocks import previews
from articles.blocks.base import (
    CheckedStructBlock,
    CitationsBlock,
    DrawingChoice,
    choice,
)
from articles.blocks.conditions import FindingsBlock
from articles.blocks.references import RefBlock


class LinkBlock(CheckedStructBlock):
    """One link of a causal chain; it can be judged alone."""

    cause = blocks.CharBlock(max_length=200, help_text="What comes first, e.g. 'The valves in the vein leak'.")
    effect = blocks.CharBlock(max_length=200, help_text="What follows from it, e.g. 'Blood pools in the lower leg'.")
    certainty = choice(enums.Certainty)
    citations = CitationsBlock()

    class Meta:
        icon = "arrow-right"
        label = "Link"
        description = "One step from a cause to what follows, with how sure we are."

    def faults(self, value: blocks.StructValue) -> dict[str, str]:
        """Certainty comes from sources, or says that there is none."""
        return certainty_faults(value)


def certainty_faults(value: blocks.StructValue) -> dict[str, str]:
    """Return what is wrong between `certainty` and `citations`."""
    sourced = value["certainty"] != enums.Certainty.NO_SOURCE
    if sourced and not len(value["citations"]):
        return {"citations": "Name the source, or choose 'No source'."}
    return {}


class ChainBlock(blocks.StructBlock):
    """How a cause comes about, link by link."""

    title = blocks.CharBlock(max_length=120)
    rank = choice(enums.Rank, help_text="As it is told: the main explanation or another one.")
    links = blocks.ListBlock(LinkBlock(), min_num=1)

    class Meta:
        icon = "link"
        label = "Chain"
        template = "blocks/chain.html"
        description = "How it comes about, step by step; each step is judged alone."
        preview_value = previews.CHAIN


class RiskBlock(blocks.StructBlock):
    """Who is more likely to have a cause."""

    kind = choice(enums.RiskKind)
    text = blocks.CharBlock(max_length=250)

    class Meta:
        icon = "warning"
        label = "Who is at risk"
        description = "A circumstance that makes it more likely, and its sort."


class SignBlock(blocks.StructBlock):
    """A finding that comes with a cause, in words that fit there."""

    finding = FindingsBlock(help_text="One finding, or several that the words stand for.")
    text = blocks.CharBlock(max_length=250)

    class Meta:
        icon = "tick-inverse"
        label = "Extra sign"
        description = "A sign of the vocabulary, in words that fit this page."


class LookAlikeBlock(blocks.StructBlock):
    """What a cause is confused with, and how they are told apart."""

    cause = RefBlock("articles.CausePage")
    tell_apart = blocks.TextBlock()

    class Meta:
        icon = "view"
        label = "Confused with"
        description = "What it is taken for, and how to tell the two apart."


class ReasonBlock(blocks.StructBlock):
    """Something to leave alone, and why."""

    what = blocks.CharBlock(max_length=200)
    why = blocks.CharBlock(max_length=300)

    class Meta:
        icon = "cross"
        label = "Avoid"
        description = "Something to leave alone, and why."


class OfferedTechniqueBlock(blocks.StructBlock):
    """A technique that fits a cause; its own conditions always hold besides."""

    technique = RefBlock("articles.TechniquePage")
    only_if = blocks.CharBlock(required=False, max_length=250, help_text="A further condition; none is taken away.")

    class Meta:
        icon = "pick"
        label = "Technique"
        description = "A technique that fits this cause; its own conditions always hold."


class ReferralBlock(blocks.StructBlock):
    """Where the next stop is when a first examination finds something, or nothing."""

    if_found = blocks.CharBlock(max_length=250, label="If")
    then = choice(enums.Specialty)

    class Meta:
        icon = "arrow-right"
        label = "Referral"
        description = "What is found, and where the way goes then."


class StepBlock(blocks.StructBlock):
    """One step of a technique, in order."""

    text = blocks.TextBlock(rows=2)
    hint = blocks.CharBlock(required=False, max_length=250, help_text="Where on the body, how fast, what helps.")
    illustration = DrawingChoice(required=False)

    class Meta:
        icon = "list-ol"
        label = "Step"
        description = "One thing to do, in one or two short sentences."


class VariantBlock(blocks.StructBlock):
    """Another way to do the same technique."""

    title = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock(rows=3)
    note = blocks.CharBlock(required=False, max_length=250)
    illustration = DrawingChoice(required=False)

    class Meta:
        icon = "duplicate"
        label = "Variant"
        description = "Another way to do the same, such as sitting down."


class PreconditionBlock(blocks.StructBlock):
    """Something that must hold before, or that ends it."""

    text = blocks.CharBlock(max_length=250)

    class Meta:
        icon = "tick"
        label = "Condition"
        description = "What must hold before, or what ends it."


class SwitchBlock(blocks.StructBlock):
    """When to stop this technique and go over to another."""

    to = RefBlock("articles.TechniquePage")
    when = blocks.CharBlock(max_length=250)

    class Meta:
        icon = "repeat"
        label = "Switch"
        description = "When to change to another technique, such as from cold to warm."


class WithholdBlock(blocks.StructBlock):
    """A contraindication of a technique, with the reason that holds for this technique."""

    block = RefBlock("articles.ContraindicationPage", label="Contraindication")
    reason = blocks.CharBlock(max_length=300)

    class Meta:
        icon = "no-view"
        label = "Not while"
        description = "A danger that forbids this technique, and why it does."


class StrengthBlock(blocks.StructBlock):
    """How strongly a claim has been put somewhere."""

    as_said = blocks.CharBlock(max_length=200)
    where = blocks.CharBlock(max_length=200)

    class Meta:
        icon = "comment"
        label = "As it has been said"
        description = "How strongly the claim was put, and where."


class TranslationBlock(blocks.StructBlock):
    """A word in another language."""

    language = blocks.CharBlock(max_length=20, help_text="Language tag, e.g. zh-hant-TW.")
    text = blocks.CharBlock(max_length=120)

    class Meta:
        icon = "globe"
        label = "Translation"
        description = "The word in another language; people also search for it."


class MistranslationBlock(blocks.StructBlock):
    """A wrong rendering seen in raw texts; for editors, never public."""

    seen = blocks.CharBlock(max_length=200)
    should_be = blocks.CharBlock(max_length=200)

    class Meta:
        icon = "warning"
        label = "Seen in raw text"
        description = "A wrong wording that was met. Only editors see it."


class ServiceBlock(blocks.StructBlock):
    """A specialty as it is named and reached in one place."""

    specialty = choice(enums.Specialty)
    name = blocks.CharBlock(max_length=120)
    also_called = blocks.ListBlock(blocks.CharBlock(max_length=120), default=[], required=False)
    does = blocks.TextBlock(rows=2)
    examines = blocks.TextBlock(rows=2, required=False)
    how_to_reach = blocks.TextBlock(rows=2, required=False)

    class Meta:
        icon = "user"
        label = "Service"
        description = "Who this is, under the name used here, and how to reach them."


def stream(**children: blocks.Block) -> list[tuple[str, blocks.Block]]:
    """Return block types for a StreamField that holds one kind of item."""
    return list(children.items())
