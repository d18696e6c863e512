"""What a protocol says, on one page: what leads to each urgency, and what each answer can lead to.

The table of answers needs the solver. It is made when a protocol is released and kept beside the release, so that no
visitor's request ever proves anything.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from review.remembered import Remembered
from review.spreadsheet import harmless
from triage import artefacts
from triage.artefacts import Check
from triage.engine import naming, overview
from triage.engine.protocol import UNSURE, Protocol, Question
from triage.engine.solver import SolverMissingError
from triage.models.approval import ApprovalRun

SUFFIX = ".one-page"
Json = dict[str, Any]
_made: Remembered[str, Json] = Remembered(8)


def one_page(check: Check, covered: Mapping[str, Any] | None = None) -> Json:
    """Return the page as plain data; needs the solver for the table of answers, which stays empty without it.

    `covered`: what the record of the stories says about rules, answers and levels that they exercise.
    """
    known = _made.get(check.machine.hash, lambda: _page(check.machine.protocol))
    return {**known, "of": check.hash, "covered": _covered(check.machine.protocol, covered) if covered else None}


def _page(protocol: Protocol) -> Json:
    try:
        ranges = [_range(protocol, row) for row in overview.option_table(protocol)]
    except SolverMissingError:
        ranges = []
    return {"levels": [_level(protocol, level) for level in overview.levels(protocol)], "answers": ranges}


def _level(protocol: Protocol, level: overview.Level) -> Json:
    """Return a level with its lines, those of one rule together in the order of the rules."""
    found: dict[tuple[str, ...], list[str]] = {}
    places = {rule.code: place for place, rule in enumerate(protocol.rules)}
    for one in sorted(level.patterns, key=lambda one: [places[code] for code in one.rules]):
        found.setdefault(one.rules, []).append(overview.in_words(protocol, one))
    if protocol.default.disposition == level.disposition:
        found[protocol.default.code,] = ["none of the lines on this page holds"]
    label = protocol.disposition[level.disposition].label
    rules = [
        {"rules": [naming.rule(protocol, code) for code in codes], "lines": lines} for codes, lines in found.items()
    ]
    number = sum(len(lines) for lines in found.values())
    return {"key": level.disposition, "label": label, "by_rule": rules, "number": number, "cut": level.cut}


def _range(protocol: Protocol, row: overview.Range) -> Json:
    question = protocol.question[row.question]
    ends = {
        name: protocol.disposition[key] if key else None for name, key in (("low", row.lowest), ("high", row.highest))
    }
    return {
        "question": question.text,
        "answer": _answer(question, row.answer),
        **{name: {"key": level.key, "label": level.label} if level else None for name, level in ends.items()},
    }


def _answer(question: Question, answer: str) -> str:
    if answer == UNSURE:
        return question.unsure_label
    if answer == "none" and answer not in question.by_option:
        return question.none_label
    return naming.answer(question, answer).strip("“”")


def _covered(protocol: Protocol, record: Mapping[str, Any]) -> Json:
    missing = [_goal(protocol, goal) for goal in record.get("not covered", [])]
    return {"met": record.get("covered", 0), "missing": missing}


def _goal(protocol: Protocol, goal: str) -> str:
    """Return a goal of the stories in words."""
    kind, _, name = goal.partition(":")
    if kind == "option":
        key, _, value = name.partition(".")
        question = protocol.question.get(key)
        return f"answer {naming.answer(question, value)} to {naming.question(question)}" if question else name
    words = {"rule": naming.rule, "block": naming.block, "level": naming.level}
    return f"{kind} {words[kind](protocol, name)}" if kind in words else goal


def covered_by(fingerprint: str, page_id: int) -> Mapping[str, Any] | None:
    """Return what the last record of the stories on exactly this text says, if there is one."""
    row = ApprovalRun.objects.filter(page_id=page_id, fingerprint=fingerprint, name="stories").first()
    return row.details if row and "covered" in row.details else None


def _path(named: str) -> Path:
    return artefacts.folder() / f"{named}{SUFFIX}"


def keep(check: Check, covered: Mapping[str, Any] | None) -> None:
    """Write the page of a release beside it, once."""
    path = _path(check.hash)
    if not path.exists():
        waiting = path.with_suffix(".new")
        waiting.write_text(json.dumps(one_page(check, covered), ensure_ascii=False), encoding="utf-8")
        waiting.replace(path)


def tidy(kept: Iterable[str]) -> None:
    """Remove the pages of releases that are not there any more."""
    names = set(kept)
    for path in artefacts.folder().glob(f"*{SUFFIX}"):
        if path.name.removesuffix(SUFFIX) not in names:
            path.unlink(missing_ok=True)


def kept(check: Check) -> Json | None:
    """Return the page that was kept with a release; nothing is computed here."""
    try:
        found: Json = json.loads(_path(check.hash).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if found.get("of") == check.hash else None


def as_csv(page: Mapping[str, Any]) -> str:
    """Return the page as a table for a spreadsheet, in which no cell is taken for a formula."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["Part", "Urgency", "If", "Rules", "Question", "Answer", "Lowest urgency", "Highest urgency"])
    rows: list[list[str]] = [
        ["What leads to it", level["label"], line, "; ".join(group["rules"]), "", "", "", ""]
        for level in page["levels"]
        for group in level["by_rule"]
        for line in group["lines"]
    ]
    rows += [
        ["What an answer leads to", "", "", "", row["question"], row["answer"], _label(row["low"]), _label(row["high"])]
        for row in page["answers"]
    ]
    write.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _label(level: Mapping[str, str] | None) -> str:
    return level["label"] if level else "nobody can give this answer"
