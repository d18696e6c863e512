"""Proofs of a protocol as one of the checks before a sign-off, in plain data that screens show."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from triage.approval import Outcome, Text
from triage.engine.artefact import compile_source
from triage.engine.faithful import differences
from triage.models.approval import Status

if TYPE_CHECKING:
    from triage.engine.prove import Report, Verdict

#: What is proved, in the editor's words, and the first part of the names of the statements that say so.
TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Everyone gets one result, with whom to see, a safety-net and a page to read",
     ("total", "form:rules", "form:dispositions", "form:advice")),
    ("One more warning sign, or “not sure”, never makes it milder and never unlocks advice",
     ("floor", "mono", "unsure", "unlock", "doubt")),
    ("No technique is advised while what forbids it is not ruled out", ("red-line", "withheld", "concept")),
    ("Emergency questions come first; ending early hides nothing; nobody is asked too much",
     ("early-exit", "max-questions", "form:questions")),
    ("A question that is left out could not have raised the urgency", ("skip",)),
    ("No question, answer, rule, technique or level is dead or always hidden",
     ("live", "decides", "excludable", "calm", "form")),
)  # fmt: skip
MOST = 40
PROVED, REFUTED, UNKNOWN = "proved", "refuted", "not proved"
Progress = Callable[[int, int], None]


def prove_text(text: Text) -> Outcome:
    """Prove every statement for a sign-off: each proof is followed by our own checker, within the time that is set.

    The tables that visitors run are held against the text as well.
    """
    outcome = proved(text, seconds=settings.TRIAGE_PROOF_SECONDS, certificates=True)
    if outcome.status == Status.PASSED and (faults := differences(compile_source(text.source))):
        return Outcome(Status.FAILED, f"The compiled check differs from the text: {faults[0]}.", outcome.details)
    return outcome


def proved(text: Text, *, seconds: float, certificates: bool = False, progress: Progress | None = None) -> Outcome:
    """Return what became of every statement; what was not reached in time is not proved, never passed."""
    # the solver is not part of what the public site needs
    from triage.engine.prove import prove  # noqa: PLC0415
    from triage.engine.solver import SolverMissingError  # noqa: PLC0415

    link = reverse("triage_admin:proofs", args=[text.page.pk]) if text.page.pk else ""
    try:
        report = prove(text.protocol, budget_seconds=seconds, certificates=certificates, progress=progress)
    except SolverMissingError as error:
        return Outcome(Status.NOT_PROVED, str(error), {"solver": "missing"}, link)
    return Outcome(_status(report), _sentence(report), details(report), link)


def _status(report: "Report") -> Status:
    if any(item.status.value == REFUTED for item in report.verdicts if item.hard):
        return Status.FAILED
    return Status.PASSED if report.passed else Status.NOT_PROVED


def _sentence(report: "Report") -> str:
    """Return the outcome in one sentence, with the first thing that fails."""
    hard = [item for item in report.failures if item.hard]
    if not hard:
        return f"All {len(report.verdicts)} statements are proved for every possible set of answers."
    failed = [item for item in hard if item.status.value == REFUTED]
    if not failed:
        return f"{len(hard)} of {len(report.verdicts)} statements are not proved: the time was not enough."
    first = failed[0]
    others = len(failed) - 1
    more = f" {others} more {'statements fail' if others > 1 else 'statement fails'} too." if others else ""
    story = f" {first.story.text}" if first.story else ""
    return f"Does not hold: {first.sentence}{story}{more}"


def details(report: "Report") -> dict[str, Any]:
    """Return figures by topic, and what failed or is open; what is proved is only counted."""
    made = report.certificate
    return {
        "statements": len(report.verdicts),
        "certificate": made.sha256 if made else "",
        "topics": [_topic(title, report, starts) for title, starts in TOPICS],
        "failures": [_failure(item) for item in report.failures[:MOST]],
        "more": max(len(report.failures) - MOST, 0),
    }


def _topic(title: str, report: "Report", starts: Iterable[str]) -> dict[str, Any]:
    found = dict.fromkeys((PROVED, REFUTED, UNKNOWN), 0)
    for item in report.verdicts:
        if topic_of(item.id) == title:
            found[item.status.value] += 1
    return {"title": title, "proved": found[PROVED], "failed": found[REFUTED], "open": found[UNKNOWN]}


def topic_of(name: str) -> str:
    """Return under which heading a statement stands."""
    fitting = [(len(start), title) for title, starts in TOPICS for start in starts if name.startswith(start)]
    return max(fitting)[1] if fitting else TOPICS[-1][0]


def _failure(item: "Verdict") -> dict[str, Any]:
    people: Iterable[Mapping[str, Any]] = item.story.people if item.story else ()
    return {
        "id": item.id,
        "topic": topic_of(item.id),
        "sentence": item.sentence,
        "status": item.status.value,
        "hard": item.hard,
        "story": item.story.text if item.story else "",
        "levels": list(item.story.levels) if item.story else [],
        "people": [dict(one) for one in people],
    }
