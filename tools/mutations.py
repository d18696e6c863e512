"""Take one safeguard at a time out of the starter protocols and see whether a proof or a story notices.

Each rule, each condition, each finding of a need and each block of an advice module is removed alone. Where that makes
somebody's result milder, or shows advice that was withheld, a story or a proof must fail. The table of what was found
goes to docs/mutations.md. Bounded by --seconds; what is not reached is said.
"""

import argparse
import copy
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.triage.engine import starter  # noqa: E402  # after the path is set
from triage.engine.circuit import Circuit  # noqa: E402
from triage.engine.compiled import Machine  # noqa: E402
from triage.engine.encode import Asked, Encoding  # noqa: E402
from triage.engine.parse import parse  # noqa: E402
from triage.engine.protocol import Protocol  # noqa: E402
from triage.engine.prove import notable, prove, shortest  # noqa: E402
from triage.engine.solver import Prover  # noqa: E402
from triage.engine.vignettes import RISKY, run  # noqa: E402

PAGE = ROOT / "docs" / "mutations.md"
STORY, PROOF, REFUSED, EQUAL, SURVIVED, NOT_REACHED = (
    "a story fails", "a proof fails", "the file is refused", "nobody is worse off", "SURVIVED", "not reached"
)  # fmt: skip
OUTCOMES = (STORY, PROOF, REFUSED, EQUAL, SURVIVED, NOT_REACHED)
HELD = dict.fromkeys(
    ("M-LOAD without G-ART", "M-LOAD without G-PREG"),
    "A test holds it: `test_return_to_sport_waits_where_walking_may_go_on`",
)
"""What neither a story nor a proof can say, and what holds it instead."""
Source = dict[str, Any]


@dataclass(frozen=True)
class Mutant:
    """A protocol with one safeguard less."""

    kind: str
    name: str
    source: Source
    watch: str


@dataclass
class Tally:
    """What became of the mutants of a protocol."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    equal: list[str] = field(default_factory=list)
    survivors: list[tuple[str, str]] = field(default_factory=list)


def mutants(source: Source) -> Iterator[Mutant]:
    """Every protocol that lacks one part."""
    for shelf in ("rules", "blocks"):
        for number, law in enumerate(source[shelf]):
            code = str(law["code"])
            if shelf == "rules":
                changed = copy.deepcopy(source)
                del changed[shelf][number]
                changed["hidden_rules"] = [one for one in changed["hidden_rules"] if one["rule"] != code]
                yield Mutant("rule", code, changed, code)
            yield from _conditions(source, shelf, number, code)
    for number, module in enumerate(source["modules"]):
        for place, item in enumerate(module["blocks"]):
            changed = copy.deepcopy(source)
            del changed["modules"][number]["blocks"][place]
            yield Mutant("block of a module", f"{module['code']} without {item['block']}", changed, item["block"])


def _conditions(source: Source, shelf: str, number: int, code: str) -> Iterator[Mutant]:
    conditions = source[shelf][number]["conditions"]
    for place, condition in enumerate(conditions):
        if len(conditions) > 1:
            changed = copy.deepcopy(source)
            del changed[shelf][number]["conditions"][place]
            yield Mutant("condition", f"{code} without “{condition['words']}”", changed, code)
        for row, need in enumerate(condition["needs"]):
            if isinstance(need, dict) or len(need) == 1:
                continue  # without a need that must be absent, or without its only finding, nothing gets milder here
            for column, finding in enumerate(need):
                changed = copy.deepcopy(source)
                del changed[shelf][number]["conditions"][place]["needs"][row][column]
                yield Mutant("finding of a need", f"{code} “{condition['words']}” without {finding}", changed, code)


def stories_by_watch(machine: Machine, name: str) -> dict[str, list[Any]]:
    """The stories that each rule or block has a part in; no other story can tell the difference."""
    found: dict[str, list[Any]] = {}
    for story in starter.stories(name):
        result = run(machine, story).result
        for code in {*(item.code for item in result.fired), *result.on}:
            found.setdefault(code, []).append(story)
    return found


def worse(old: Protocol, new: Protocol) -> str | None:
    """Someone who gets a milder result or advice that was withheld, in words; None: nobody does."""
    circuit = Circuit()
    person = Asked(circuit, old)
    was, now = Encoding(person), Encoding(Asked(circuit, new))
    ranks = sorted(item.rank for item in old.dispositions)[1:]
    milder = [circuit.both(was.at_least(rank), -now.at_least(rank)) for rank in ranks]
    freed = [circuit.both(now.shown(code), -was.shown(code)) for code in old.module]
    wanted = [circuit.some([*milder, *freed])]
    with Prover(circuit) as prover:
        prover.assert_always(person.valid)
        if prover.possible(wanted) is False:
            return None
        (answers,) = shortest(prover, (person,), wanted)
    asked = Machine.of(old.source).result(answers).asked
    return notable(old, {key: answers[key] for key in asked})


def fate(mutant: Mutant, old: Protocol, stories: list[Any]) -> tuple[str, str]:
    """Who notices that the part is gone."""
    new = parse(mutant.source)
    if isinstance(new, list):
        return REFUSED, ""
    machine = Machine.of(mutant.source)
    for story in stories:
        outcome = run(machine, story)
        if outcome.verdict == RISKY or outcome.violations:
            return STORY, story.id
    someone = worse(old, new)
    if someone is None:
        return EQUAL, ""
    return (PROOF, "") if not prove(new).passed else (SURVIVED, someone)


def judge(name: str, until: float) -> Tally:
    """All mutants of one protocol."""
    tally = Tally()
    machine, source = starter.machine(name), starter.source(name)
    watched = stories_by_watch(machine, name)
    for mutant in mutants(source):
        if time.monotonic() > until:
            tally.counts[mutant.kind, NOT_REACHED] += 1
            continue
        outcome, words = fate(mutant, machine.protocol, watched.get(mutant.watch, []))
        tally.counts[mutant.kind, outcome] += 1
        if outcome == EQUAL:
            tally.equal.append(mutant.name)
        if outcome == SURVIVED:
            tally.survivors.append((mutant.name, HELD.get(mutant.name) or f"For example: {words}"))
    return tally


def page(tallies: dict[str, Tally]) -> str:
    """The table and what is left, as a page."""
    lines = [
        "# One safeguard less",
        "",
        "Written by `tools/mutations.py`. It takes one rule, condition, finding or block at a time out of the starter",
        "protocols. If anybody is worse off without it (a milder result, or advice that was withheld), a story of",
        "the vignette files or a proof must fail. “Nobody is worse off” was proved over all answers;",
        "it says nothing of days and routes.",
    ]
    for name, tally in tallies.items():
        kinds = list(dict.fromkeys(kind for kind, _ in tally.counts))
        lines += ["", f"## {name}", "", f"| removed | {' | '.join(OUTCOMES)} |", f"| --- |{' ---: |' * len(OUTCOMES)}"]
        lines += [f"| {kind} | {' | '.join(str(tally.counts[kind, one]) for one in OUTCOMES)} |" for kind in kinds]
        lines += ["", "Not noticed, though somebody is worse off:", ""]
        lines += [f"- {what}. {words}." for what, words in tally.survivors] or ["- none"]
        lines += ["", "Nobody is worse off, because another rule or block says the same:", ""]
        lines += [f"- {what}" for what in tally.equal] or ["- none"]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the tables, write the page; 1 if something survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="how long it may take for each protocol")
    parser.add_argument("--no-page", action="store_true", help="only print")
    chosen = parser.parse_args()
    tallies = {name: judge(name, time.monotonic() + chosen.seconds) for name in starter.NAMES}
    text = page(tallies)
    if not chosen.no_page:
        PAGE.write_text(text, encoding="utf-8")
    print(text)
    return int(any(what not in HELD for tally in tallies.values() for what, _ in tally.survivors))


if __name__ == "__main__":
    sys.exit(main())
