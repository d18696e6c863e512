"""Dispositions, advice and the limits that no edit may cross."""

from wagtail import blocks

from articles import enums
from articles.blocks.base import choice, several
from articles.blocks.references import RefBlock
from triage.blocks.questions import KEY, SignsBlock
from triage.engine.protocol import Stops

STOPS = [
    (Stops.NEVER, "Never: all questions are asked"),
    (Stops.WHEN_SETTLED, "As soon as no later answer can make it more urgent"),
    (Stops.AT_ONCE, "At once"),
]


class LevelBlock(blocks.StructBlock):
    """One level of urgency as this protocol says it."""

    key = choice(enums.Disposition)
    rank = blocks.IntegerBlock(min_value=0, max_value=9, help_text="A higher number is more urgent.")
    label = blocks.CharBlock(max_length=120)
    action = blocks.CharBlock(required=False, max_length=250)
    not_sure = choice(enums.Disposition, label="A doubtful rule counts as")
    not_sure_specialties = blocks.ListBlock(
        choice(enums.Specialty), default=[], label="Doubtful: whom to see", help_text="The best one first."
    )
    stops = blocks.ChoiceBlock(choices=STOPS, default=Stops.NEVER, label="Ends the form")
    safety_net = blocks.TextBlock(required=False, rows=2)

    class Meta:
        icon = "order-down"
        label = "Level"
        label_format = "{key}: {label}"


class AdviceBlock(blocks.StructBlock):
    """The techniques offered at one level, in order; what forbids them takes them away again."""

    disposition = choice(enums.Disposition)
    techniques = blocks.ListBlock(RefBlock("articles.TechniquePage"), default=[])

    class Meta:
        icon = "pick"
        label = "Advice"
        label_format = "{disposition}"


class DefaultBlock(blocks.StructBlock):
    """What holds when no rule applies."""

    code = blocks.CharBlock(max_length=20)
    disposition = choice(enums.Disposition)
    review_days = blocks.IntegerBlock(required=False, min_value=1)
    title = blocks.CharBlock(max_length=120)
    action = blocks.CharBlock(max_length=250)
    why = blocks.TextBlock(rows=2)
    specialties = blocks.ListBlock(
        choice(enums.Specialty), default=[], label="Whom to see", help_text="The best one first."
    )

    class Meta:
        icon = "home"
        label = "When no rule applies"


class BlockLevelsBlock(blocks.StructBlock):
    """A contraindication that some results switch on."""

    block = RefBlock("articles.ContraindicationPage", label="Contraindication")
    dispositions = several(enums.Disposition)

    class Meta:
        icon = "no-view"
        label = "On at these results"
        label_format = "{block}"


class MitigatingBlock(blocks.StructBlock):
    """A finding that may make the result milder."""

    finding = blocks.CharBlock(max_length=60, help_text="Key of the finding.")
    lowers = choice(enums.Disposition, label="The most urgent level it may lower")
    why = blocks.CharBlock(max_length=300)
    frees = blocks.ListBlock(
        RefBlock("articles.ContraindicationPage"), default=[], label="Contraindications it may switch off"
    )

    class Meta:
        icon = "arrow-down"
        label = "May lower"
        label_format = "{finding}"


class HiddenRuleBlock(blocks.StructBlock):
    """A rule that can never decide alone, and why that is meant."""

    rule = blocks.CharBlock(max_length=20, help_text="Code of the rule.")
    why = blocks.CharBlock(max_length=300)

    class Meta:
        icon = "view"
        label = "Never alone"
        label_format = "{rule}"


class RedLineBlock(blocks.StructBlock):
    """Never this action while this contraindication is on."""

    action = choice(enums.Action)
    block = RefBlock("articles.ContraindicationPage", label="Contraindication")

    class Meta:
        icon = "warning"
        label = "Never"
        label_format = "{action} while: {block}"


class MinimumBlock(blocks.StructBlock):
    """What a contraindication must cover at the least."""

    block = RefBlock("articles.ContraindicationPage", label="Contraindication")
    findings = SignsBlock()

    class Meta:
        icon = "tick"
        label = "Must be on for"
        label_format = "{block}"


class StartBlock(blocks.StructBlock):
    """A way into the check that already answers one question, such as 'I am pregnant'."""

    label = blocks.CharBlock(max_length=80)
    question = blocks.CharBlock(max_length=60, validators=[KEY])
    option = blocks.CharBlock(max_length=60, validators=[KEY])

    class Meta:
        icon = "arrow-right"
        label = "Way in"
        label_format = "{label}"
