"""One question as a page.

A page is cut once for each release into what everybody sees and the few places that differ, so that a step costs far
less than a millisecond. What is kept holds the words of a question and never an answer. A page with an error, a second
look at doubts or an earlier answer is rendered anew; both ways give the same page.
"""

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from articles.leg_map import views as leg_views
from triage.around import Context, about
from triage.artefacts import Check
from triage.engine.protocol import UNSURE, Kind, Question, Stage
from triage.forms import choices, refining_choices
from triage.steps import Show, Step

TEMPLATE = "triage/question.html"
KEPT = 512
CUT = "<!--cut-->"
"""No text can hold it: texts are escaped."""
NOTES = ("updated", "lost", "for_other", "offer", "draft")
PARTS = (Stage.SCOPE, Stage.EMERGENCY, Stage.REST)
PART_TITLES = {
    Stage.SCOPE: "About the person",
    Stage.EMERGENCY: "Warning signs",
    Stage.REST: "The leg and your health",
}


def page(common: Context, taken: Step) -> str:
    """Return a question as a page; `common` is what surrounds it: action, answers so far, notes, languages."""
    check: Check = common["check"]
    number, left = _place(check, taken)
    language = get_language()
    told = tuple(name for name in NOTES if common[name])
    places = {
        "state": state(common),
        "notes": _notes(told, common["offer"], language) if told else "",
        "progress": _progress(number, left, language),
    }
    if common["draft"] or taken.error or taken.given or taken.refining or taken.question in taken.answers:
        made = {**about(check), **common, **question(check, taken), "back": number > 1 or taken.refining, **places}
        return render_to_string(TEMPLATE, made)
    parts = _cut(check, taken.question, common["action"], (number > 1, common["overdue"]), common["tongues"])
    return "".join([places[part] if odd % 2 else part for odd, part in enumerate(parts)])


@lru_cache(maxsize=KEPT)
def _cut(
    check: Check, key: str, action: str, back_and_overdue: tuple[bool, bool], tongues: tuple[str, ...]
) -> tuple[str, ...]:
    """Return a page that nobody has answered yet: its text and the names of its places in turn.

    `tongues` are the languages that it leads to.
    """
    back, overdue = back_and_overdue
    holes = {name: SafeString(f"{CUT}{name}{CUT}") for name in ("state", "notes", "progress")}
    made = {**about(check), "overdue": overdue, **question(check, Step(Show.QUESTION, {}, key))}
    return tuple(render_to_string(TEMPLATE, {**made, "action": action, "back": back, **holes}).split(CUT))


def state(context: Context) -> SafeString:
    """Return the hidden fields: the release, all answers so far, and for whom; the last shows that none was cut off."""
    rows = [("v", context["check"].hash), *context["hidden"].items(), ("who", context["who"])]
    return SafeString("".join([f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in rows]))


@lru_cache(maxsize=KEPT)
def _notes(told: tuple[str, ...], offer: Check | None, _language: str | None) -> str:
    """Return the notes above a question in the active language."""
    return render_to_string("triage/parts/notes.html", {**dict.fromkeys(told, True), "offer": offer})


@lru_cache(maxsize=KEPT)
def _progress(number: int, left: int, _language: str | None) -> SafeString:
    """Return how far somebody has come, in the active language."""
    if left:
        return format_html(gettext("Question {}, at most {} more"), number, left)
    return format_html(gettext("Question {}, the last one"), number)


def _place(check: Check, taken: Step) -> tuple[int, int]:
    """Return which question of this run it is, and how many more there can be."""
    protocol = check.machine.protocol
    walk = check.machine.walk(taken.answers)
    asked = walk.asked.index(taken.question) if taken.question in walk.asked else len(walk.asked)
    later = len(protocol.questions) - 1 - check.places[taken.question]
    return asked + 1, min(later, max(protocol.max_questions - asked - 1, 0))


def question(check: Check, taken: Step) -> Context:
    """Return one question with its choices and what was wrong with the answer."""
    asked: Question = check.machine.protocol.question[taken.question]
    before = taken.answers.get(asked.key)
    refining = taken.refining and before is not None
    offered = refining_choices(asked, before) if refining and before is not None else choices(asked, before)
    if taken.given:
        offered = [type(one)(one.value, one.label, one.help, one.value in taken.given, one.apart) for one in offered]
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
        "part": PARTS.index(asked.stage) + 1,
        "parts": len(PARTS),
        "part_title": gettext(PART_TITLES[asked.stage]),
        "maps": _maps(check, asked) if asked.kind is Kind.PLACE and not refining else [],
    }


def _number_value(taken: Step, before: object) -> str:
    given = [value for value in taken.given if value != UNSURE]
    return given[0][:9] if given else str(before) if isinstance(before, int) else ""


def _maps(check: Check, asked: Question) -> list[Any]:
    sites: Mapping[str, Mapping[str, str]] = check.document["sites"]
    return leg_views({site["zone"]: slug for slug, site in sites.items() if slug in asked.by_option})
