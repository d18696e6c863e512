"""What blocks look like in the picker: examples in the style of the site, with pages that are there."""

from decimal import Decimal
from typing import Any

from django.apps import apps
from wagtail.images import get_image_model
from wagtail.models import Page

Value = dict[str, Any]


def some(model: str, count: int = 1, **wanted: Any) -> list[Page]:
    """Return released pages of one type, for an example; fewer when there are fewer."""
    return list(apps.get_model("articles", model).objects.live().filter(**wanted).order_by("path")[:count])


def one(model: str, **wanted: Any) -> Page | None:
    """Return a released page of one type, or None."""
    return next(iter(some(model, **wanted)), None)


def claim() -> Value:
    """A checked claim."""
    return {"claim": one("ClaimPage")}


def care_card() -> Value:
    """A card of one rule."""
    return {"rules": some("CareRulePage")}


def causes() -> Value:
    """Two causes of one family."""
    found = some("CausePage", 2)
    group = {"group": found[0].group if found else "muscle", "rank": "main", "causes": found}
    return {"stated_number": len(found) or 1, "intro": "Most sore calves come from the muscles.", "groups": [group]}


def places() -> Value:
    """Two places side by side."""
    rows = [
        {"site": site, "feels": "A sharp pain when you push off.", "causes": some("CausePage", 2)}
        for site in some("BodySitePage", 2)
    ]
    return {"places": rows}


def who_to_see() -> Value:
    """A first stop with one referral."""
    return {
        "urgent_first": "This list is for when nothing is urgent.",
        "first": "gp",
        "why": "<p>A doctor can tell most causes apart by asking and looking.</p>",
        "examined": "How you walk, where it hurts, and the pulses in your feet.",
        "steps": [{"if_found": "a pulse in the foot is weak", "then": "vascular_surgery"}],
    }


def course() -> Value:
    """A course in days, with the rule that takes over."""
    return {
        "text": "<p>Sore muscles get better day by day.</p>",
        "low_days": 3,
        "high_days": 7,
        "after": one("CareRulePage", disposition="routine"),
    }


def techniques() -> Value:
    """Two techniques."""
    found = some("TechniquePage", 2)
    return {"stated_number": len(found) or 1, "intro": "", "items": [{"technique": page} for page in found]}


def section() -> Value:
    """A question with a paragraph that answers it."""
    return {
        "heading": "How long does it last?",
        "content": [("text", {"text": "<p>Most sore calves get better within a week.</p>"})],
    }


def picture() -> Value:
    """An uploaded picture, where there is one."""
    found = get_image_model().objects.order_by("pk").first()
    return {"picture": found, "caption": "One calf is wider than the other.", "credit": "The clinic, with consent"}


QUESTION: Value = {
    "question": "Can I go for a run tomorrow?",
    "answer": "<p>Wait until you can walk without pain. Then start with a short, slow run.</p>",
}
AUDIENCE: Value = {
    "variants": [{"audience": "pregnant", "text": "<p>Call your midwife if one leg is newly swollen.</p>"}]
}
DRAWING: Value = {"name": "wall-stretch", "caption": "Keep the heel on the floor."}
DOS_DONTS: Value = {
    "dos": ["Keep walking gently as far as it is comfortable"],
    "donts": [
        {
            "avoid": "rub a calf that is swollen on one side",
            "why": "A blood clot may be the cause.",
            "instead": "Have it looked at today.",
        }
    ],
}
AMOUNT: Value = {"what": "Hold each stretch", "low": Decimal(20), "high": Decimal(30), "unit": "seconds", "vague": ""}
CHAIN: Value = {
    "title": "Valves that do not close",
    "rank": "main",
    "links": [{"cause": "The valves leak", "effect": "Blood pools in the leg", "certainty": "moderate"}],
}
AUDIENCE_TEXT: Value = {"audience": "pregnant", "text": "<p>Call your midwife if one leg is newly swollen.</p>"}
