"""Proofs of a protocol as one of the checks before a sign-off, in plain data that screens show."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from triage.approval import Outcome, Text
from triage.models.approval import Status


def prove_text(text: Text, budget_seconds: float | None = None) -> Outcome:
    """Return what became of every statement; what was not reached in time is not proved, never passed."""
    # the solver is not part of what the public site needs
    from triage.engine.prove import Report, prove  # noqa: PLC0415
    from triage.engine.solver import SolverMissingError  # noqa: PLC0415

    link = reverse("triage_admin:proofs", args=[text.page.pk]) if text.page.pk else ""
    budget = settings.TRIAGE_PROOF_SECONDS if budget_seconds is None else budget_seconds
    try:
        report: Report = prove(text.protocol, budget_seconds=budget)
    except SolverMissingError as error:
        return Outcome(Status.NOT_PROVED, str(error), link=link)
    return Outcome(_status(report), _sentence(report), _details(report), link)


def _status(report: Any) -> Status:
    statuses = {item.status.value for item in report.verdicts if item.hard}
    if "refuted" in statuses:
        return Status.FAILED
    return Status.PASSED if report.passed else Status.NOT_PROVED


def _sentence(report: Any) -> str:
    """Return the outcome in one sentence, with the first thing that fails."""
    hard = [item for item in report.failures if item.hard]
    if not hard:
        return f"All {len(report.verdicts)} statements are proved for every possible set of answers."
    failed = [item for item in hard if item.status.value == "refuted"]
    if not failed:
        return f"{len(hard)} of {len(report.verdicts)} statements are not proved yet: the time was not enough."
    first = failed[0]
    more = f" {len(failed) - 1} more statements fail." if len(failed) > 1 else ""
    story = f" {first.story.text}" if first.story else ""
    return f"Does not hold: {first.sentence}{story}{more}"


def _details(report: Any) -> dict[str, Any]:
    """Return figures, and everything that failed or is open; what is proved is only counted, by group."""
    counted: dict[str, int] = {}
    for item in report.verdicts:
        if item.status.value == "proved":
            counted[item.group] = counted.get(item.group, 0) + 1
    return {
        "statements": len(report.verdicts),
        "proved": counted,
        "failures": [_failure(item) for item in report.failures],
    }


def _failure(item: Any) -> dict[str, Any]:
    people = [dict(one) for one in item.story.people] if item.story else []
    return {
        "id": item.id,
        "group": item.group,
        "sentence": item.sentence,
        "status": item.status.value,
        "hard": item.hard,
        "story": item.story.text if item.story else "",
        "levels": list(item.story.levels) if item.story else [],
        "people": people,
    }
