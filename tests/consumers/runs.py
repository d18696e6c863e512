"""Random runs of a protocol, and what the engine makes of each: what programs that others wrote are held against."""

import contextlib
import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings

from tests.triage.engine import small
from triage.engine.answers import clean_all
from triage.engine.compiled import Machine
from triage.engine.parse import ProtocolError
from triage.engine.protocol import MAYBE, NONE, UNSURE, Answer, Question
from triage.standards.bundle import resources
from triage.standards.codes import About, Fhir
from triage.standards.dmn import dmn
from triage.standards.response import answered, response

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CALM, DOUBT, LEFT_OUT = (0.5, 0.72, 0.92, 0.98), 0.35, 0.01
"""Shares of calm answers, one drawn for each run; of doubt among the others; of questions left out."""


def about(key: str) -> About:
    """Return what a release of this protocol would say of itself."""
    return About(
        base=f"https://gaitway.example/check/{key}",
        version="0123abcd",
        title="A check",
        publisher="Gaitway",
        reviewed_on="2026-11-01",
        due_on="2027-11-01",
        held=frozenset({"M-WALK"}),
    )


def answer(question: Question, dice: random.Random, calm_share: float) -> Answer:
    """Return an answer somebody might give; mostly that nothing is wrong, or else runs end at once."""
    calm, unsure = dice.random() < calm_share, question.allow_unsure and dice.random() < DOUBT
    if question.number:
        ends = range(question.number.low, question.number.high + 1)
        return UNSURE if unsure else dice.choice([*ends])
    keys = [option.key for option in question.options]
    if not question.several:
        mildest = min(question.options, key=lambda option: (option.concern, len(option.sets))).key
        return mildest if calm else UNSURE if unsure else dice.choice(keys)
    if calm:
        return (NONE,)
    ticked = dice.sample(keys, k=dice.randint(0 if unsure else 1, min(3, len(keys))))
    if not unsure:
        return tuple(ticked)
    rest = [key for key in keys if key not in ticked]
    named = dice.sample(rest, k=dice.randint(0, len(rest))) if dice.random() < 0.5 else []
    return (*ticked, *(f"{MAYBE}{key}" for key in named)) if named else (*ticked, UNSURE)


def run(machine: Machine, dice: random.Random) -> dict[str, Answer]:
    """Return an answer to almost every question, also to those that this run does not ask."""
    calm = dice.choice(CALM)
    given = {one.key: answer(one, dice, calm) for one in machine.protocol.questions if dice.random() > LEFT_OUT}
    return clean_all(machine.protocol, given)


def expected(machine: Machine, answers: Mapping[str, Answer], held: frozenset[str]) -> dict[str, Any]:
    """Return what the engine says."""
    result = machine.result(dict(answers))
    order = [rule.code for rule in machine.protocol.rules] + [machine.protocol.default.code]
    return {
        "urgency": result.disposition,
        "deciding": sorted(result.winning, key=order.index) if result.disposition else [],
        "advice": [code for code in result.shown if code not in held],
        "alone": sorted(item.code for item in result.withheld),
        "asked": [key for key in (*result.asked, result.next) if key],
        "finished": result.finished,
    }


def states(machine: Machine, answers: Mapping[str, Answer]) -> dict[str, str]:
    """Return what a run knows of each finding, as a decision model takes it in."""
    result = machine.result(dict(answers))
    known = {**dict.fromkeys(result.unknown, "unsure"), **dict.fromkeys(result.true, "yes")}
    return {one.key: known.get(one.key, "no") for one in machine.protocol.findings}


def invented(number: int) -> list[Machine]:
    """Return random small protocols, with everything in them that a protocol can have."""
    found: list[Machine] = []

    @settings(max_examples=number * 3, database=None, derandomize=True, phases=[Phase.generate], deadline=None)
    @given(small.protocols())
    def collect(source: dict[str, Any]) -> None:
        with contextlib.suppress(ProtocolError):
            found.append(Machine.of({**source, "key": f"invented-{len(found)}"}))

    collect()
    # the later ones are larger
    return found[-number:]


def write(folder: Path, machine: Machine, number: int, seed: int, group: str = "") -> Path:
    """Write a protocol in both releases, random runs of it and what they must lead to, as one file; return it."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    key = machine.protocol.key
    says = about(key)
    runs = []
    for _ in range(number):
        answers = run(machine, dice)
        path = machine.clean(answers)
        runs.append(
            {
                "answers": answers,
                "items": {fhir: [*answered(machine.protocol, answers, says, fhir)] for fhir in Fhir},
                "response": {fhir: response(machine, path, says, fhir, NOW) for fhir in Fhir},
                "expected": expected(machine, path, says.held),
                "findings": states(machine, path),
            }
        )
    made = {
        "key": key,
        "group": group or key,
        "questions": [one.key for one in machine.protocol.questions],
        "resources": {fhir: resources(machine.protocol, says, fhir) for fhir in Fhir},
        "dmn": dmn(machine.protocol, says),
        "default": machine.protocol.default.disposition,
        "runs": runs,
    }
    file = folder / f"{key}.json"
    file.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return file
