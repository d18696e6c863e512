"""The small parts that bigger blocks are made of."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from articles import enums
from articles.blocks import previews
from articles.blocks.references import RefBlock
from articles.drawings import drawing_choices
from articles.translations import languages

FEATURES = ["bold", "italic", "link", "ol", "ul"]


class ProseBlock(blocks.RichTextBlock):
    """Rich text without headings, images or embeds: what a paragraph needs."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", FEATURES)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        description = "Paragraphs and short lists; no headings, pictures or outside links."


class CheckedStructBlock(blocks.StructBlock):
    """A struct that checks itself as a whole, but never while a draft is being saved."""

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Return the cleaned value or raise with the message at the part it is about."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            errors = self.faults(cleaned)
            if errors:
                raise StructBlockValidationError(
                    block_errors={name: ValidationError(message) for name, message in errors.items()}
                )
        return cleaned

    def faults(self, value: blocks.StructValue) -> dict[str, str]:
        """Return a message for each part that does not fit the others; none by default."""
        return {}


class CitationBlock(blocks.StructBlock):
    """One source and the exact place in it."""

    source = RefBlock("articles.SourcePage", help_text="The guideline, review or study.")
    place = blocks.CharBlock(
        max_length=250, help_text="Recommendation, section, table or page: a reviewer must find it at once."
    )

    class Meta:
        icon = "openquote"
        label = "Source"
        description = "A source and the exact place in it."


class CitationsBlock(blocks.ListBlock):
    """The sources a statement rests on, shown as numbers that lead to the list at the end of the page."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("default", [])
        kwargs.setdefault("label", "Sources")
        min_num = 0 if not kwargs.pop("required") else 1
        super().__init__(CitationBlock(), min_num=min_num, **kwargs)

    class Meta:
        icon = "openquote"
        description = "The sources that this rests on, each with the exact place in it."


def choice(enum: Any, **kwargs: Any) -> blocks.ChoiceBlock:
    """Return a choice without a default, so that nobody chooses by not looking."""
    return blocks.ChoiceBlock(choices=enum.choices, **kwargs)


class LanguageChoice(blocks.ChoiceBlock):
    """Chooses a language into which the site is translated."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", languages.others)
        super().__init__(**kwargs)

    class Meta:
        icon = "globe"
        description = "A language into which pages are translated."


class DrawingChoice(blocks.ChoiceBlock):
    """Chooses one of the drawings that ship with the site; its bytes are signed with the page."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", drawing_choices)
        super().__init__(**kwargs)

    class Meta:
        icon = "image"
        description = "A drawing that ships with the site."


def several(enum: Any, **kwargs: Any) -> blocks.MultipleChoiceBlock:
    """Return a choice of several."""
    return blocks.MultipleChoiceBlock(choices=enum.choices, **kwargs)


class AudienceTextBlock(blocks.StructBlock):
    """What is different for one group of readers; one block, not a copy of the page."""

    audience = choice(enums.Audience)
    text = ProseBlock()

    class Meta:
        icon = "group"
        label = "For one group"
        template = "blocks/audience_text.html"
        description = "What is different for one group of readers."
        preview_value = previews.AUDIENCE_TEXT


class AmountBlock(CheckedStructBlock):
    """A quantity: one number or a range with its unit, or a reasoned 'cannot be given'."""

    what = blocks.CharBlock(max_length=120, help_text="What is measured, e.g. 'Hold each stretch'.")
    low = blocks.DecimalBlock(required=False)
    high = blocks.DecimalBlock(required=False, help_text="Same as the low number when there is no range.")
    unit = blocks.CharBlock(required=False, max_length=40, help_text="seconds, minutes, times a day …")
    vague = blocks.CharBlock(
        required=False, max_length=250, help_text="Only if no number can be given: say why. Readers see this."
    )

    class Meta:
        icon = "time"
        label = "Amount"
        template = "blocks/amount.html"
        description = "How much, how long or how often, with its unit."
        preview_value = previews.AMOUNT

    def faults(self, value: blocks.StructValue) -> dict[str, str]:
        """A number needs a unit; no number needs a reason; a range runs upwards."""
        low, high = value["low"], value["high"]
        if low is None and high is None:
            return {} if value["vague"] else {"vague": "Give a number with its unit, or say why there is none."}
        if value["vague"]:
            return {"vague": "There is a number already; take one of the two away."}
        if not value["unit"]:
            return {"unit": "A number needs its unit."}
        if low is not None and high is not None and low > high:
            return {"high": f"The range runs backwards: {low} to {high}."}
        return {}
