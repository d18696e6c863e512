"""What the templates of the check are given. No template asks for more than is in here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from articles.leg_map import views as leg_views
from triage import artefacts
from triage.answers import OTHER, State, fields
from triage.artefacts import Check, Shelf
from triage.engine.protocol import SOME, UNSURE, Answers, Kind, Question, Stage
from triage.engine.receipts import encode
from triage.engine.result import Result
from triage.engine.safety_net import spoken
from triage.forms import choices, refining_choices
from triage.qr import qr_path
from triage.result_page import Report, answer_words, report, stops_at_once, summary_text
from triage.sheet import sheet
from triage.steps import Show, Step, on_path

PARTS = (Stage.SCOPE, Stage.EMERGENCY, Stage.REST)
PART_TITLES = {
    Stage.SCOPE: "About the person",
    Stage.EMERGENCY: "Warning signs",
    Stage.REST: "The leg and your health",
}
Context = dict[str, Any]


def around(shelf: Shelf) -> Context:
    """Return what every page of the check shows: whom to call."""
    services: Mapping[str, Any] = shelf.index.get("services", {})
    number = services.get("emergency_number") or settings.EMERGENCY_NUMBER
    return {
        "emergency_number": number,
        "urgent_number": services.get("urgent_number", ""),
        "index_title": shelf.index.get("title", "Guided checks"),
        "index_intro": shelf.index.get("intro", ""),
    }


def about(check: Check) -> Context:
    """Return what every page of one check shows."""
    services = check.document["services"]
    return {
        "check": check,
        "document": check.document,
        "emergency_number": services["emergency_number"],
        "urgent_number": services["urgent_number"],
        "review": reviewed(check),
    }


def reviewed(check: Check) -> Context:
    """Return who reviewed the check and when, in words."""
    known: Mapping[str, Any] = check.document["review"]
    days = {name: spoken(date.fromisoformat(known[name])) for name in ("reviewed_on", "due_on") if known.get(name)}
    return {**known, **days}


def intro(check: Check) -> Context:
    """Return what the first page shows."""
    return {
        **about(check),
        "signs": emergency_signs(check),
        "questions": check.machine.protocol.max_questions,
    }


def emergency_signs(check: Check) -> list[str]:
    """Return every sign that alone calls for an ambulance, as the options say it."""
    protocol = check.machine.protocol
    top = max(protocol.dispositions, key=lambda item: item.rank).key
    alone = {
        key
        for rule in protocol.rules
        if rule.disposition == top
        for condition in rule.conditions
        if len(condition.needs) == 1
        for key in condition.needs[0].findings
    }
    return [
        option.label
        for question in protocol.questions
        if question.stage is Stage.EMERGENCY and not question.ask_if
        for option in question.options
        if alone.intersection(option.sets)
    ]


def page(state: State, taken: Step, today: date) -> tuple[str, Context]:
    """Return template and context for a step that is shown as a page."""
    common = {
        **about(state.check),
        "hidden": fields(taken.answers),
        "who": state.who,
        "for_other": state.who == OTHER,
        "updated": state.updated,
        "lost": state.lost,
    }
    if taken.show is Show.QUESTION:
        return "triage/question.html", {**common, **question(state.check, taken), "offer": offer(state, taken)}
    if taken.show is Show.REVIEW:
        return "triage/review.html", {
            **common,
            **review_answers(state.check, taken.answers),
            "offer": offer(state, taken),
        }
    path = on_path(state.check, taken.answers)
    found = state.check.machine.result(path)
    if taken.show is Show.UNFINISHED:
        return "triage/unfinished.html", {**common, **result(state.check, path, found, today)}
    return "triage/result.html", {**common, **result(state.check, path, found, today), "hidden": fields(path)}


def question(check: Check, taken: Step) -> Context:
    """Return one question with its choices, its place in the form and what was wrong with the answer."""
    protocol = check.machine.protocol
    asked: Question = protocol.question[taken.question]
    before = taken.answers.get(asked.key)
    refining = taken.refining and before is not None
    offered = refining_choices(asked, before) if refining and before is not None else choices(asked, before)
    if taken.given:
        offered = [type(one)(one.value, one.label, one.help, one.value in taken.given, one.apart) for one in offered]
    walk = check.machine.walk(taken.answers)
    place = walk.asked.index(asked.key) if asked.key in walk.asked else len(walk.asked)
    keys = [one.key for one in protocol.questions]
    later = keys[keys.index(asked.key) + 1 :]
    part = PARTS.index(asked.stage)
    return {
        "question": asked,
        "title": asked.text,
        "choices": [one for one in offered if not one.apart],
        "apart": [one for one in offered if one.apart],
        "refining": refining,
        "several": asked.several,
        "number": asked.number if asked.kind is Kind.NUMBER else None,
        "number_value": _number_value(taken, before),
        "error": taken.error,
        "first_id": "answer-number" if asked.kind is Kind.NUMBER else f"answer-{offered[0].value.lstrip('?')}",
        "asked": place + 1,
        "left": min(len(later), max(protocol.max_questions - place - 1, 0)),
        "part": part + 1,
        "parts": len(PARTS),
        "part_title": PART_TITLES[asked.stage],
        "maps": _maps(check, asked) if asked.kind is Kind.PLACE and not refining else [],
    }


def _number_value(taken: Step, before: object) -> str:
    given = [value for value in taken.given if value != UNSURE]
    return given[0][:9] if given else str(before) if isinstance(before, int) else ""


def _maps(check: Check, asked: Question) -> list[Any]:
    sites: Mapping[str, Mapping[str, str]] = check.document["sites"]
    return leg_views({site["zone"]: slug for slug, site in sites.items() if slug in asked.by_option})


def review_answers(check: Check, answers: Answers) -> Context:
    """Return all answers, each with its key, to be looked through before the result."""
    path = on_path(check, answers)
    words = zip(path, answer_words(check, path), strict=True)
    return {"title": "Check your answers", "rows": [(key, row.question, row.answer) for key, row in words]}


def offer(state: State, taken: Step) -> Check | None:
    """Return another check that fits better: one that includes this one and starts from an answer given here."""
    for other in artefacts.shelf().newest:
        if other.document["includes"] != state.check.key:
            continue
        for start in other.document["starts"]:
            answer = taken.answers.get(start["question"])
            tokens = answer if isinstance(answer, tuple) else (answer,)
            if start["option"] in tokens or f"?{start['option']}" in tokens:
                return other
    return None


def report_of(check: Check, answers: Answers, today: date) -> Report:
    """Return the words of the result that some answers lead to."""
    path = on_path(check, answers)
    return report(check, path, check.machine.result(path), today)


def result(check: Check, path: Answers, found: Result, today: date) -> Context:
    """Return everything that a result page shows."""
    code = encode(check.machine, path, receipt_key())
    urgent = stops_at_once(check, found)
    return {
        "title": "Your result" if found.finished else "You have not finished",
        "result": found,
        "report": report(check, path, found, today),
        "known": found.disposition is not None,
        "urgent": urgent,
        "code": code,
        "qr": qr_path(code),
        "made_on": spoken(today),
        "version": check.hash[:8],
    }


def summary(state: State, taken: Step, today: date) -> str:
    """Return the text to take to a doctor."""
    path = on_path(state.check, taken.answers)
    code = encode(state.check.machine, path, receipt_key())
    return summary_text(state.check, report_of(state.check, path, today), code, today)


def receipt_key() -> bytes:
    """Return the key that seals receipts."""
    return str(settings.TRIAGE_RECEIPT_KEY).encode()


def paper(check: Check) -> Context:
    """Return what the sheet shows."""
    return {**about(check), "sheet": sheet(check), "code": f"{check.hash[:8]}", "qr": qr_path(_address(check))}


def _address(check: Check) -> str:
    return f"{settings.SITE_URL}/check/{check.document['slug']}/"


__all__ = ["SOME", "around", "intro", "page", "paper", "report_of", "summary"]
