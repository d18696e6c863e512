"""What keeps a protocol from being run, said to its author with the place."""

import re
from typing import Any

from review.problems import Problem
from triage.engine.join import JoinError
from triage.engine.parse import parse
from triage.engine.protocol import Issue
from triage.library import library
from triage.schema import complete

FIELDS = {
    "include": "include",
    "order": "questions",
    "questions": "questions",
    "rules": "rules",
    "default": "default_rule",
    "dispositions": "dispositions",
    "advice": "advice",
    "also": "also",
    "unfinished": "unfinished",
    "block_levels": "block_levels",
    "mitigating": "mitigating",
    "hidden_rules": "hidden_rules",
    "only_together": "only_together",
    "red_lines": "red_lines",
    "minimum": "minimum",
    "limits": "max_questions",
    "safety_net": "safety_net",
    "key": "code",
    "title": "title",
    "audience": "audience",
}
_PART = re.compile(r"^(?P<name>[a-z_]+)(?:\[(?P<item>[^\]]*)\])?$")


def protocol_problems(page: Any) -> list[Problem]:
    """Return every fault that join and engine find, and every way in that leads nowhere."""
    try:
        source = complete(page, library())
    except JoinError as error:
        return [problem(issue) for issue in error.issues]
    found = parse(source)
    if isinstance(found, list):
        return [problem(issue) for issue in found]
    return [
        Problem("Ways in", f"“{item.value['label']}” names a question or an answer that is not there.", "starts")
        for item in page.starts
        if item.value["option"] not in getattr(found.question.get(item.value["question"]), "by_option", {})
    ]


def problem(issue: Issue) -> Problem:
    """Return an engine's fault in the words of the editor: 'Questions › danger › options'."""
    parts = issue.place.split(".")
    first = _PART.match(parts[0])
    field = FIELDS.get(first["name"]) if first else None
    words = [word for part in parts for word in _words(part)]
    return Problem(" › ".join(words), f"{issue.message[:1].upper()}{issue.message[1:]}.", field)


def _words(part: str) -> list[str]:
    match = _PART.match(part)
    if match is None:
        return [part]
    name = match["name"].replace("_", " ").capitalize()
    return [name, match["item"]] if match["item"] else [name]
