"""Which techniques those whom a guide is for must never be offered."""

from collections.abc import Iterator
from typing import Any

from articles.enums import Audience
from review.problems import Problem

FINDING = {
    Audience.PREGNANT: "pregnant",
    Audience.DIABETES: "diabetes",
    Audience.DIALYSIS: "kidney_failure_dialysis",
    Audience.BLOOD_THINNER: "anticoagulant",
    Audience.UNDER_18: "age_under_18",
}
"""The finding that everybody of an audience has; after a birth there are two, by the weeks."""


def forbidden_techniques(guide: Any) -> Iterator[Problem]:
    """Yield each technique of a guide that everybody of one of its audiences must leave alone.

    A guide for adults in general may have it: those whom it harms read there that it is not for them.
    """
    audiences = {item.value for item in guide.audience}
    if Audience.GENERAL in audiences:
        return
    for place, technique in _techniques(guide):
        for audience in sorted(audiences & FINDING.keys()):
            if title := _forbidden_by(technique, FINDING[audience]):
                who = Audience(audience).label.removeprefix("If ")
                yield Problem(place, f"Nobody may use “{technique.title}” if {who}: “{title}” forbids it.", "body")


def _techniques(guide: Any) -> Iterator[tuple[str, Any]]:
    """Yield (place, technique) of every technique that the guide shows."""
    for number, section in enumerate(guide.body, 1):
        for block in section.value["content"]:
            items = block.value["items"] if block.block_type == "techniques" else ()
            yield from ((f"Body › Section {number}", item["technique"]) for item in items if item["technique"])


def _forbidden_by(technique: Any, finding: str) -> str | None:
    """Return the title of the first contraindication that this finding alone puts on."""
    blocks = (item.value["block"] for item in technique.contraindications)
    return next((block.title for block in blocks if block and _is_on(block, finding)), None)


def _is_on(block: Any, finding: str) -> bool:
    """Whether a contraindication holds for somebody of whom only this finding is known."""
    held = [
        all((finding in need["findings"]) is need["present"] for need in one["needs"])
        for one in block.plain_conditions()
    ]
    return bool(held) and (all(held) if block.mode == "all" else any(held))
