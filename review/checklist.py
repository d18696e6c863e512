"""What a reviewer is asked before signing; the words can be edited in the admin."""

from typing import Any

from wagtail.models import Page

from review.doors import RefusedError
from review.models.people import ChecklistItem

# key, topic, question, guidance
Question = tuple[str, str, str, str]
# After PIF TICK and the NHS standard for creating health content.
DEFAULTS: list[Question] = [
    ("accurate", "Accuracy", "Is every statement correct and complete for the people it is written for?",
     "Read every sentence as if you had to defend it. Numbers, units and time limits above all."),
    ("current", "Evidence", "Does every claim rest on a source that still holds, cited at the exact place?",
     "Open the source where you are not sure. Look for a newer edition or a withdrawal."),
    ("certainty", "Evidence", "Is the stated certainty no higher than the evidence allows?",
     "Low certainty must be said in words that a reader understands."),
    ("red-flags", "Red flags", "Does the page name every sign that needs help today, before any advice to try at home?",
     "Think of the rare cause that must not be missed, and of people who feel less pain or cannot see their leg."),
    ("safe-advice", "Red flags", "Can all advice be followed safely by everybody it does not exclude?",
     "Pregnancy, children, blood thinners, diabetes, kidney disease, medicines that interact."),
    ("readable", "Readability", "Can a twelve-year-old say in own words what to do?",
     "Short sentences, plain words first, nothing that frightens without need or reassures without reason."),
    ("accessible", "Accessibility", "Does the page say everything in words that a drawing or a colour says?",
     "Alternative texts, order of headings, link texts."),
    ("equal", "Equality", "Does the page work for all skin colours, bodies, ages and means?",
     "Skin signs described for every skin colour; no advice that needs money or equipment without an alternative."),
    ("interests", "Independence", "Are you free of interests that could sway your judgement of this text?",
     "If not, decline; nobody will ask twice."),
]  # fmt: skip
YES, NOT_APPLICABLE = "yes", "n/a"
MILDER = "milder"


def items_for(page: Page) -> list[ChecklistItem]:
    """Return the questions for a page of this kind, in order."""
    kinds = {"", getattr(page, "checklist_kind", "")}
    return [item for item in ChecklistItem.objects.filter(active=True) if item.kind in kinds]


def checked(page: Page, answers: dict[str, Any]) -> list[dict[str, str]]:
    """Return the answers as a sign-off keeps them; raise when a question is open or answered with no."""
    kept, unanswered, unexplained = [], [], []
    for item in items_for(page):
        given = answers.get(item.key)
        value, note = given if isinstance(given, tuple | list) else (given, "")
        if value not in {YES, NOT_APPLICABLE}:
            unanswered.append(f"“{item.question}”")
        elif value == NOT_APPLICABLE and not note.strip():
            unexplained.append(f"“{item.question}”")
        kept.append({"key": item.key, "question": item.question, "answer": value, "note": note})
    if unanswered:
        raise RefusedError(f"Not answered with yes: {' '.join(unanswered)} Request changes instead of signing.")
    if unexplained:
        raise RefusedError(f"Say why this does not apply: {' '.join(unexplained)}")
    return kept


def milder_accepted(groups: list[str], why: str) -> dict[str, Any]:
    """Return how a sign-off keeps that some people are told something milder, and why its signer finds that safe."""
    question = "Some people are told something milder. Why is that safe?"
    return {"key": MILDER, "question": question, "answer": YES, "note": why.strip()[:2000], "groups": groups}
