"""What the templates of the check are given. No template asks for more than is in here."""

from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from articles.addresses import absolute
from articles.paper.qr import qr_path
from triage import one_page, question_page
from triage.answers import OTHER, State, fields
from triage.around import Context, about, is_overdue
from triage.artefacts import Check, Shelf
from triage.engine.diagram import svg
from triage.engine.protocol import Answers, Stage
from triage.engine.receipts import encode
from triage.engine.result import Result
from triage.result_page import Report, answer_words, dates_of, report, stops_at_once, summary_text
from triage.sheet import sheet
from triage.speaking import day_words
from triage.steps import Show, Step, on_path


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


def page(state: State, taken: Step, today: date, *, action: str, draft: bool = False, not_printed: bool = False) -> str:
    """Return the page that a step is shown as; `not_printed`: the summary that was asked for could not be made."""
    common = {
        "check": state.check,
        "action": action,
        "draft": draft,
        "hidden": fields(taken.answers),
        "who": state.who,
        "for_other": state.who == OTHER,
        "updated": state.updated,
        "lost": state.lost,
        "not_printed": not_printed,
    }
    if taken.show is Show.QUESTION:
        beside = {
            "offer": offer(state.shelf, state.check, taken.answers),
            "overdue": is_overdue(state.check, today),
            "tongues": state.shelf.told_in(state.check),
        }
        return question_page.page({**common, **beside}, taken)
    template, more = _page(state, taken, today)
    made = {**about(state.check), **common, **more}
    return render_to_string(template, {**made, "state": question_page.state(made)})


def _page(state: State, taken: Step, today: date) -> tuple[str, Context]:
    """Return template and own context of a step that is no question."""
    if taken.show is Show.REVIEW:
        offered = offer(state.shelf, state.check, taken.answers)
        return "triage/review.html", {**review_answers(state.check, taken.answers), "offer": offered}
    path = on_path(state.check, taken.answers)
    found = state.check.machine.result(path)
    if taken.show is Show.UNFINISHED:
        return "triage/unfinished.html", result(state.check, path, found, today)
    return "triage/result.html", {**result(state.check, path, found, today), "hidden": fields(path)}


def review_answers(check: Check, answers: Answers) -> Context:
    """Return all answers, each with its key, to be looked through before the result."""
    path = on_path(check, answers)
    words = zip(path, answer_words(check, path), strict=True)
    return {"title": gettext("Check your answers"), "rows": [(key, row.question, row.answer) for key, row in words]}


def offer(shelf: Shelf, check: Check, answers: Answers) -> Check | None:
    """Return another check that fits better: one that includes this one and starts from an answer given here."""
    for other in shelf.newest:
        if other.document["includes"] != check.key:
            continue
        for start in other.document["starts"]:
            answer = answers.get(start["question"])
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
        "title": gettext("Your result") if found.finished else gettext("You have not finished"),
        "result": found,
        "report": report(check, path, found, today),
        "known": found.disposition is not None,
        "urgent": urgent,
        "code": code,
        "qr": qr_path(code),
        "made_on": day_words(today, dates_of(check)),
        "version": check.hash[:8],
    }


def summary(state: State, taken: Step, today: date) -> str:
    """Return the text to take to a doctor."""
    path = on_path(state.check, taken.answers)
    code = encode(state.check.machine, path, receipt_key())
    return summary_text(state.check, report_of(state.check, path, today), code, today)


def tell(state: State, taken: Step, today: date) -> Context:
    """Return what the printed summary for a doctor shows."""
    path = on_path(state.check, taken.answers)
    code = encode(state.check.machine, path, receipt_key())
    found = report(state.check, path, state.check.machine.result(path), today, compared=False)
    return {
        **about(state.check),
        "report": found,
        "code": code,
        "qr": qr_path(code),
        "made_on": day_words(today, dates_of(state.check)),
        "version": state.check.hash[:8],
    }


def receipt_key() -> bytes:
    """Return the key that seals receipts."""
    return str(settings.TRIAGE_RECEIPT_KEY).encode()


def paper(check: Check) -> Context:
    """Return what the sheet shows."""
    address = _address(check)
    return {**about(check), "sheet": sheet(check), "address": address, "qr": qr_path(address)}


def _address(check: Check) -> str:
    return absolute(reverse("triage:check", args=[check.document["slug"]]))


def says(check: Check) -> Context:
    """Return what the page for professionals shows."""
    return {
        **about(check),
        "title": f"{check.document['title']}: what it says, on one page",
        "says": one_page.kept(check),
        "picture": svg(check.machine.protocol),
    }
