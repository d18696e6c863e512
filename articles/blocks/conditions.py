"""Conditions over findings: what care rules and contraindications are made of, for people and for triage."""

from typing import Any

from django.apps import apps
from wagtail import blocks

from articles.blocks.base import CheckedStructBlock
from review import batch


def finding_choices() -> list[tuple[str, str]]:
    """Return (key, label) of every finding of the vocabulary, by label."""
    rows = apps.get_model("articles", "FindingPage").objects.order_by("title").values_list("code", "title")
    return batch.once("finding choices", lambda: [(code, f"{title} ({code})") for code, title in rows])


def in_order(keys: Any) -> Any:
    """Return chosen keys in the one order in which they are stored."""
    return sorted(keys) if isinstance(keys, list | tuple) and all(isinstance(key, str) for key in keys) else keys


class FindingsBlock(blocks.MultipleChoiceBlock):
    """Findings chosen by key from the one vocabulary; an unknown key is refused."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", finding_choices)
        super().__init__(**kwargs)

    class Meta:
        icon = "tick"
        description = "Signs of the vocabulary that rules and questions share."

    def normalize_choice(self, value: Any) -> Any:
        """Return a key as it is: keys are text, and the stock way reads the vocabulary for each of them."""
        return value if value is None else str(value)

    # Which of them comes first means nothing, and a browser sends them in the order of its list: kept in one order, so
    # that opening and saving a page changes nothing.
    def value_from_form(self, value: Any) -> Any:
        """Return the keys that a browser sent, in order."""
        return in_order(super().value_from_form(value))

    def to_python(self, value: Any) -> Any:
        """Return the keys that are stored, in order."""
        return in_order(super().to_python(value))

    def normalize(self, value: Any) -> Any:
        """Return keys given by code, in order."""
        return in_order(super().normalize(value))

    def extract_references(self, value: list[str]) -> Any:
        """Yield a reference to each finding's page, so that its uses can be listed."""
        model = apps.get_model("articles", "FindingPage")
        for pk in model.objects.filter(code__in=value or []).values_list("pk", flat=True):
            yield model, str(pk), "", ""


class NeedBlock(blocks.StructBlock):
    """One thing that must hold: any one of some findings, or that they are not clearly present."""

    findings = FindingsBlock(help_text="Any one of these is enough.")
    present = blocks.BooleanBlock(
        required=False,
        default=True,
        help_text="Ticked: one of them is there. Not ticked: none of them is clearly there ('no' or 'not sure').",
    )

    class Meta:
        icon = "tick"
        label = "Need"
        description = "Findings of which one is enough, or that must not be clearly there."


class ConditionBlock(CheckedStructBlock):
    """What a reader sees after 'if', and the findings it stands for."""

    words = blocks.CharBlock(
        max_length=300,
        help_text="Completes 'if …'. Plain words, 20 at most, e.g. 'one calf is newly swollen'.",
    )
    needs = blocks.ListBlock(NeedBlock(), min_num=1, help_text="Every need must hold. One need: one list of findings.")

    class Meta:
        icon = "list-ul"
        label = "Condition"
        description = "What a reader sees after 'if', and the findings that it stands for."

    def faults(self, value: blocks.StructValue) -> dict[str, str]:
        """A condition that only says what is absent can never be seen by a reader."""
        if not any(need["present"] for need in value["needs"]):
            return {"needs": "At least one need must be something that is present."}
        return {}


class ConditionsBlock(blocks.StreamBlock):
    """The conditions of a rule, in the order a reader sees them."""

    condition = ConditionBlock()

    class Meta:
        label = "Conditions"
        icon = "list-ul"
        description = "When a rule holds, in the order in which readers see it."


def as_plain(conditions: Any) -> list[dict[str, Any]]:
    """Return conditions as plain data: [{"words", "needs": [{"findings", "present"}]}], for triage and exports."""
    return [
        {
            "words": item.value["words"],
            "needs": [
                {"findings": list(need["findings"]), "present": bool(need["present"])} for need in item.value["needs"]
            ],
        }
        for item in conditions
    ]
