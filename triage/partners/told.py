"""The words of a result as plain data: the same that the result page shows, in the same order."""

from datetime import date
from typing import Any

from django.conf import settings

from triage.artefacts import Check
from triage.engine.protocol import Answers, Rule
from triage.engine.result import Result
from triage.result_page import LeftAlone, Place, Report, Technique, Words, report, stops_at_once

Json = dict[str, Any]


def told(check: Check, path: Answers, found: Result, today: date) -> Json:
    """Return a result with its words; `path` are the answers to what was asked."""
    words = report(check, path, found, today, compared=False)
    sure = {item.code: item.sure for item in found.fired}
    return {
        "disposition": found.disposition,
        "rank": words.rank,
        "label": words.label,
        "lead": words.lead,
        "at_once": stops_at_once(check, found),
        "within_days": found.within_days,
        "doubtful": words.doubtful,
        "rules": [_rule(rule, sure=sure.get(rule.code, True)) for rule in words.rules],
        "deciding": list(found.winning),
        "because": [_words(one) for one in words.because],
        "places": [_place(one) for one in words.places],
        "referral": words.referral,
        "examined": words.examined,
        "while_waiting": words.while_waiting,
        "techniques": [_technique(one) for one in words.techniques],
        "leave_alone": [_left(one) for one in words.left_alone],
        "doubts": words.doubts,
        "relief_withheld": words.relief_withheld,
        "on_hold": words.on_hold,
        "causes_to_read": [{"title": one["title"], "html_url": _address(one["url"])} for one in words.causes],
        "safety_net": _net(words),
        "answers": [{"question": one.question, "answer": one.answer} for one in words.answers],
    }


def _rule(rule: Rule, *, sure: bool) -> Json:
    return {
        "code": rule.code,
        "title": rule.title,
        "action": rule.action,
        "why": rule.why,
        "disposition": rule.disposition,
        "certain": sure,
        "html_url": _address(rule.url),
    }


def _place(place: Place) -> Json:
    return {"name": place.name, "does": place.does, "how_to_reach": place.how_to_reach}


def _technique(one: Technique) -> Json:
    return {
        "code": one.module.code,
        "title": one.module.title,
        "summary": one.module.summary,
        "steps": [{"text": step["text"], "hint": step["hint"]} for step in one.steps],
        "doses": one.doses,
        "preconditions": one.preconditions,
        "stop_if": one.stop_if,
        "html_url": _address(one.module.url),
    }


def _left(one: LeftAlone) -> Json:
    return {
        "codes": one.codes,
        "titles": one.titles,
        "reason": one.reason,
        "because": list(one.words),
        "certain": one.certain,
        "everything": one.everything,
    }


def _words(one: Words) -> Json:
    return {"question": one.question, "answer": one.answer}


def _net(words: Report) -> Json:
    """Return until when to wait, and when to get help sooner."""
    return {
        "day": words.net.day.isoformat() if words.net else None,
        "say": words.net.text if words.net else None,
        "for_this_result": words.net_level,
        "always": words.net_protocol,
    }


def _address(path: str) -> str | None:
    return f"{settings.SITE_URL}{path}" if path else None
