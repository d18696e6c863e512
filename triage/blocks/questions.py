"""Questions, their options and what they establish."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.apps import apps
from django.core.validators import RegexValidator
from wagtail import blocks

from articles import enums
from articles.blocks.base import CheckedStructBlock
from articles.blocks.conditions import FindingsBlock
from articles.readability import plain
from triage.engine.protocol import RESERVED, Kind, SkipMeans, Stage

KEY = RegexValidator(r"^[a-z0-9][A-Za-z0-9_-]*$", "Small letters, digits, - and _ only.")
KINDS = [
    (Kind.SINGLE, "One answer"),
    (Kind.MULTI, "Several answers, or none of these"),
    (Kind.PLACE, "Places on the leg, with the drawing"),
    (Kind.NUMBER, "A number"),
]
STAGES = [(Stage.SCOPE, "Who it is about"), (Stage.EMERGENCY, "Emergency signs"), (Stage.REST, "Everything else")]
SKIPS = [
    (SkipMeans.UNKNOWN, "We do not know: what it asks for stays open"),
    (SkipMeans.CANNOT_APPLY, "It cannot apply: what it asks for is not there"),
]


def sign_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every finding of the vocabulary with its definition, grouped by which way it points."""
    rows = apps.get_model("articles", "FindingPage").objects.order_by("title")
    groups: dict[str, list[tuple[str, str]]] = {label: [] for label in enums.Polarity.labels}
    for code, title, polarity, definition in rows.values_list("code", "title", "polarity", "definition"):
        words = " ".join(plain(definition).split())[:90]
        groups[enums.Polarity(polarity).label].append((code, f"{title} ({code}): {words}"))
    return [(label, items) for label, items in groups.items() if items]


class SignsField(forms.MultipleChoiceField):
    """Takes any key: an unknown one is found, and its place named, when the whole protocol is checked."""

    def valid_value(self, value: Any) -> bool:
        """Every text is accepted here."""
        return isinstance(value, str)


class SignsBlock(FindingsBlock):
    """Findings chosen from the one vocabulary; made for forms with hundreds of such choices."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", sign_choices)
        super().__init__(**kwargs)

    def get_field(self, **kwargs: Any) -> forms.Field:
        """Return a field that asks the database only to be shown."""
        return SignsField(**kwargs)

    def extract_references(self, value: list[str]) -> Iterator[Any]:
        """Yield nothing: a protocol names all its findings at once, in `embedded_pages`."""
        return iter(())


class NeedBlock(blocks.StructBlock):
    """Any one of some findings, or that none of them is clearly there."""

    findings = SignsBlock(help_text="Any one of these is enough.")
    present = blocks.BooleanBlock(
        required=False, default=True, help_text="Not ticked: none of them is clearly there ('no' or 'not sure')."
    )

    class Meta:
        icon = "tick"
        label = "Need"


class AskIfBlock(blocks.StructBlock):
    """When a question is asked: every need must hold."""

    words = blocks.CharBlock(max_length=200, help_text="Completes 'Asked only if …'.")
    needs = blocks.ListBlock(NeedBlock(), min_num=1)

    class Meta:
        icon = "list-ul"
        label = "Ask only if"


class OptionBlock(CheckedStructBlock):
    """One answer and what it establishes."""

    key = blocks.CharBlock(max_length=60, validators=[KEY], help_text="Never changes; usually the finding's key.")
    label = blocks.CharBlock(max_length=160)
    help = blocks.CharBlock(required=False, max_length=200)
    sets = SignsBlock(required=False, label="Findings it makes true")
    unknown = SignsBlock(required=False, label="Findings it leaves open", help_text="For a single answer only.")
    concern = blocks.IntegerBlock(default=0, min_value=0, max_value=9, help_text="0: calm. 3: life in danger.")

    class Meta:
        icon = "radio-full"
        label = "Answer"

    def faults(self, value: blocks.StructValue) -> dict[str, str]:
        """Refuse the words that the form itself uses."""
        return {"key": "This word is reserved."} if value["key"] in RESERVED else {}


class CutBlock(blocks.StructBlock):
    """From a number on, or below it, something is true."""

    at_least = blocks.IntegerBlock(required=False)
    below = blocks.IntegerBlock(required=False)
    sets = SignsBlock(label="Findings it makes true")

    class Meta:
        icon = "arrow-up"
        label = "Limit"


class NumberBlock(blocks.StructBlock):
    """Unit and range of a number; empty for other questions."""

    unit = blocks.CharBlock(required=False, max_length=30)
    min = blocks.IntegerBlock(required=False)
    max = blocks.IntegerBlock(required=False)
    cuts = blocks.ListBlock(CutBlock(), default=[], label="Limits")

    class Meta:
        icon = "table"
        label = "Number"
        label_format = "Number: {unit}"


def ask_if() -> blocks.ListBlock:
    """Return the conditions under which a question is asked; one of them is enough."""
    return blocks.ListBlock(AskIfBlock(), default=[], label="Ask only if", help_text="Any one of these. None: always.")


class QuestionBlock(blocks.StructBlock):
    """A question of this protocol."""

    key = blocks.CharBlock(max_length=60, validators=[KEY], help_text="Never changes and is never used again.")
    text = blocks.CharBlock(max_length=200, label="Question", help_text="Short and plain: reading age 9 to 12.")
    help = blocks.TextBlock(required=False, rows=2)
    why = blocks.TextBlock(rows=2, label="Why we ask")
    kind = blocks.ChoiceBlock(choices=KINDS, default=Kind.MULTI)
    stage = blocks.ChoiceBlock(choices=STAGES, default=Stage.REST)
    options = blocks.ListBlock(OptionBlock(), default=[], label="Answers", help_text="Most worrying first.")
    number = NumberBlock()
    none_label = blocks.CharBlock(required=False, max_length=120, label="Words for 'None of these'")
    unsure_label = blocks.CharBlock(required=False, max_length=120, label="Words for 'Not sure'")
    allow_unsure = blocks.BooleanBlock(required=False, default=True, label="Offer 'Not sure'")
    unsure = SignsBlock(
        required=False, label="'Not sure' leaves open", help_text="None: all that the question asks for."
    )
    unsure_sets = SignsBlock(required=False, label="'Not sure' counts as")
    ask_if = ask_if()
    skip_means = blocks.ChoiceBlock(choices=SKIPS, default=SkipMeans.UNKNOWN, label="If it is left out")

    class Meta:
        icon = "help"
        label = "Question"
        label_format = "{key}: {text}"


class IncludedQuestionBlock(blocks.StructBlock):
    """A question of the included protocol, taken over by reference; what is empty stays as it is there."""

    key = blocks.CharBlock(max_length=60, validators=[KEY])
    text = blocks.CharBlock(required=False, max_length=200, label="Other question")
    help = blocks.TextBlock(required=False, rows=2, label="Other help")
    why = blocks.TextBlock(required=False, rows=2, label="Other reason")
    none_label = blocks.CharBlock(required=False, max_length=120, label="Other words for 'None of these'")
    unsure_label = blocks.CharBlock(required=False, max_length=120, label="Other words for 'Not sure'")
    options = blocks.ListBlock(OptionBlock(), default=[], label="Other answers", help_text="None: those of the other.")
    unsure = SignsBlock(required=False, label="'Not sure' leaves open")
    unsure_sets = SignsBlock(required=False, label="'Not sure' counts as")
    other_ask_if = blocks.BooleanBlock(required=False, label="Asked under other conditions, namely these")
    ask_if = ask_if()
    skip_means = blocks.ChoiceBlock(choices=SKIPS, required=False, label="If it is left out")

    class Meta:
        icon = "link"
        label = "Included question"
        label_format = "{key} (included)"


class QuestionsBlock(blocks.StreamBlock):
    """The questions in the order in which they are asked."""

    question = QuestionBlock()
    included = IncludedQuestionBlock()
