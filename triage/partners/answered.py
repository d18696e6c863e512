"""From the answers that a program sends to the next question, or to the result. A fold: the same body, the same answer.

It goes the way of our own pages (`triage.steps`): answers that do not fit are asked again, never guessed; what is not
known counts as dangerous; before the end there is an urgency only if it is not the mildest one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from triage import pages
from triage.around import whom_to_dial
from triage.artefacts import Check, Shelf
from triage.engine.answers import clean
from triage.engine.protocol import Answers
from triage.engine.result import Result
from triage.partners.described import Json, addresses, question, reviewed
from triage.partners.told import told
from triage.steps import on_path

LIMIT = 16 * 1024
"""Bytes of a body; every answer to the longest check is a tenth of that."""
MOST_UNREAD = 20


class UnreadableError(ValueError):
    """A body that says nothing we can use; the message quotes nothing of it."""


@dataclass(frozen=True)
class Asked:
    """What a program sent: the release, the answers that fit, and which did not."""

    check: Check
    answers: Answers
    updated: bool
    not_understood: tuple[str, ...]
    shelf: Shelf
    """What stands beside that release."""


def read(body: bytes, slug: str, shelf: Shelf) -> Asked:
    """Return what was sent; raises UnreadableError, or NoCheckError where there is no such check."""
    current = shelf.current(slug)
    sent = _object(body)
    named, given = sent.get("version"), sent.get("answers", {})
    if set(sent) - {"version", "answers"}:
        raise UnreadableError("only version and answers are known here")
    if not isinstance(given, dict) or not (named is None or isinstance(named, str)):
        raise UnreadableError("version is a text, answers an object")
    check = (shelf.version(slug, named) if named else None) or current
    questions, answers, unread = check.machine.protocol.question, {}, []
    for key, value in given.items():
        answer = clean(questions[key], value) if key in questions and _is_plain(value) else None
        if answer is None:
            unread.append(key)
        else:
            answers[key] = answer
    # of a question that is not one of ours only that there was one is told: its name could be anything
    named_so = tuple(key if key in questions else "" for key in unread[:MOST_UNREAD])
    return Asked(check, answers, bool(named) and named != check.hash, named_so, shelf)


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > LIMIT:
        raise UnreadableError("the body is too long")
    try:
        sent = json.loads(body.decode("utf-8"), object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise UnreadableError("the body is no JSON in UTF-8, or says a name twice") from None
    if not isinstance(sent, dict):
        raise UnreadableError("the body is no JSON object")
    return sent


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose names are each said once: of two answers to one question neither counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _is_plain(value: object) -> bool:
    """Whether a value can be an answer: a text, a whole number, or a list of texts."""
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str | int) and not isinstance(value, bool)


def answered(asked: Asked, today: date) -> Json:
    """Return the next question, or the result when nothing is left to ask."""
    check = asked.check
    walk = check.machine.walk(asked.answers)
    path = on_path(check, asked.answers)
    found = check.machine.result(path)
    finished = found.finished and walk.next is None
    return {
        "status": "result" if finished else "question",
        "check": check.document["slug"],
        "version": check.hash,
        "engine_fingerprint": check.machine.hash,
        "updated": asked.updated,
        "not_understood": list(asked.not_understood),
        "asked": list(path),
        "question": None if walk.next is None else _next(check, walk.next, walk.asked),
        "unfinished": None if finished else _unfinished(check, path, found, today),
        "result": told(check, path, found, today) if finished else None,
        "better_check": _better(asked),
        "review": reviewed(check, today),
        "emergency_number": check.document["services"]["emergency_number"],
        "safety_net": check.machine.protocol.safety_net,
    }


def _next(check: Check, key: str, asked: tuple[str, ...]) -> Json:
    """Return the question; `narrow`: it was answered with "some", and which ones is still to be said."""
    protocol, narrow = check.machine.protocol, key in asked
    before = asked.index(key) if narrow else len(asked)
    later = len(protocol.questions) - 1 - check.places[key]
    left = min(later, max(protocol.max_questions - before - 1, 0))
    return question(protocol.question[key]) | {"narrow": narrow, "number_in_run": before + 1, "at_most_more": left}


def _unfinished(check: Check, path: Answers, found: Result, today: date) -> Json:
    """Return what holds for whoever stops here: never that it is safe."""
    least = told(check, path, found, today) if found.disposition is not None else None
    whom = whom_to_dial(check.document["services"]).phrase
    return {
        "disposition": found.disposition,
        "safe": False,
        "say": " ".join(
            [
                gettext("You have not finished: we cannot say that it is safe") + gettext("."),
                gettext("Some warning signs were not asked about yet. If you are worried, be seen by a doctor today."),
                f"{gettext('In an emergency call')} {whom}{gettext('.')}",
            ]
        ),
        "least": least,
    }


def _better(asked: Asked) -> Mapping[str, str] | None:
    """Return another check that includes this one and starts from an answer given here."""
    other = pages.offer(asked.shelf, asked.check, asked.answers)
    if other is None:
        return None
    slug = other.document["slug"]
    return {"slug": slug, "title": other.document["title"], "detail_url": addresses(other)["detail_url"]}
