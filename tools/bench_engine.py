"""Prints how fast the engine is, on the starter protocols and on one far larger: `python tools/bench_engine.py`.

Complete protocols as JSON files can be named instead. Exit 1 if a figure passes its limit.
"""

import copy
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from triage.engine.compare import compare
from triage.engine.compiled import Machine
from triage.engine.parse import parse_or_raise
from triage.engine.protocol import Answers, Kind
from triage.engine.prove import prove

ROUNDS = 100
REPEATS = 200
NEXT_LIMIT = 20.0
RESULT_LIMIT = 100.0
MOST_MEMORY = 300


def calm(machine: Machine) -> Answers:
    """The longest calm path: no to everything."""
    answers: Answers = {}
    while (key := machine.next_question(answers)) is not None:
        question = machine.protocol.question[key]
        if question.several:
            answers[key] = ("none",)
        elif question.kind is Kind.NUMBER and question.number:
            answers[key] = question.number.low
        else:
            answers[key] = min(
                question.options, key=lambda item: (len(item.sets) + len(item.unknown), item.concern)
            ).key
    return answers


def microseconds(work: Callable[[], object]) -> float:
    """The time of one call, from the calmest of many short rounds: other work on the machine does not count."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.perf_counter()
        for _ in range(ROUNDS):
            work()
        best = min(best, (time.perf_counter() - start) / ROUNDS)
    return best * 1e6


Source = dict[str, object]


def starters() -> dict[str, Source]:
    """The starter protocols joined with the starter content."""
    from tests.triage.engine import starter  # noqa: PLC0415 - only without files of one's own

    return {name: starter.source(name) for name in starter.NAMES}


def stress(questions: int = 60, rules: int = 300) -> Source:
    """A protocol far larger than any we expect; random, but always the same."""
    from tests.triage.engine import small  # noqa: PLC0415 - only without files of one's own

    dice = random.Random(1)  # noqa: S311 - nothing secret
    asked, keys, early = [], [], []
    for number in range(questions):
        mine = [f"f{number}_{place}" for place in range(dice.choice([2, 3, 4]))]
        first = number < questions // 4
        kind = dice.choice(["multi", "multi", "single"])
        options = [small.option(f"o{place}", key) for place, key in enumerate(mine)]
        options += [small.option("no")] if kind == "single" else []
        more = {}
        if keys and not number % 7:
            more = {"ask_if": [{"needs": [[dice.choice(keys)]]}], "skip_means": "cannot_apply"}
        asked.append(small.question(f"q{number}", *options, kind=kind, stage="emergency" if first else "rest", **more))
        keys += mine
        early += mine if first else []
    levels = dice.choices(["emergency_now", "ed_now", "same_day", "routine"], [1, 3, 6, 8], k=rules)
    made = []
    for number, level in enumerate(levels):
        pool = early if level in {"emergency_now", "ed_now"} else keys
        needs = [dice.sample(pool, dice.choice([1, 2])) for _ in range(dice.choice([1, 2, 2, 3]))]
        made.append(small.rule(f"R{number}", level, *needs))
    source = small.leg()
    source.update(findings=[small.finding(key) for key in keys], questions=asked, rules=made)
    source.update(mitigating=[], red_lines=[], minimum=[], limits={"max_questions": questions})
    source["blocks"] = [small.block(f"G{number}", dice.sample(keys, 6)) for number in range(10)]
    codes = [item["code"] for item in source["blocks"]]
    source["modules"] = [small.module("M-WAIT"), *(small.module(f"M{n}", *dice.sample(codes, 4)) for n in range(15))]
    every = [item["code"] for item in source["modules"]]
    source["advice"] = dict.fromkeys(source["advice"], every)
    return source


def measure(name: str, source: Source, limits: tuple[float, float]) -> bool:
    """Measure one protocol; `limits` are seconds for its proofs and for a difference. True if a limit is passed."""
    machine = Machine.of(source)
    answers = calm(machine)
    last = dict(list(answers.items())[:-1])
    step = microseconds(lambda: machine.next_question(last))
    full = microseconds(lambda: machine.result(answers))
    start = time.perf_counter()
    report = prove(machine.protocol)
    proof = time.perf_counter() - start
    other = copy.deepcopy(source)
    other["rules"][-1]["disposition"] = "routine"  # type: ignore[index]
    start = time.perf_counter()
    groups = compare(machine.protocol, parse_or_raise(other)).groups
    change = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name}: {len(answers)} questions asked; next question {step:.1f} µs, full result {full:.1f} µs")
    print(f"  {len(report.verdicts)} statements in {proof:.2f} s, {len(report.failures)} not proved, {memory} MB")
    print(f"  one rule changed: {len(groups)} groups in {change:.2f} s")
    print(f"  limits: {limits[0]:.0f} s for the proofs, {limits[1]:.0f} s for the difference, {MOST_MEMORY} MB")
    late = proof > limits[0] or change > limits[1] or memory > MOST_MEMORY
    return late or (name != "stress" and (step > NEXT_LIMIT or full > RESULT_LIMIT))


def main(paths: list[str]) -> int:
    """Measure each protocol; exit 1 if a limit is passed."""
    sources = {path: json.loads(Path(path).read_text(encoding="utf-8")) for path in paths} or starters()
    late = [measure(name, source, (2.0, 1.0)) for name, source in sources.items()]
    if not paths:
        late.append(measure("stress", stress(), (60.0, 10.0)))
    return int(any(late))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
