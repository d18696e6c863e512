"""Prints how fast the engine is: `python tools/bench_engine.py PROTOCOL.json…` (complete protocols, see join)."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from triage.engine.compiled import Machine
from triage.engine.protocol import Answers, Kind

ROUNDS = 2000
NEXT_LIMIT = 20.0
RESULT_LIMIT = 100.0


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
    """Best of five: the time of one call."""
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(ROUNDS):
            work()
        best = min(best, (time.perf_counter() - start) / ROUNDS)
    return best * 1e6


def main(paths: list[str]) -> int:
    """Measure each protocol; exit 1 if a limit is passed."""
    late = False
    for path in paths:
        machine = Machine.of(json.loads(Path(path).read_text(encoding="utf-8")))
        answers = calm(machine)
        last = dict(list(answers.items())[:-1])
        step = microseconds(lambda last=last, machine=machine: machine.next_question(last))
        full = microseconds(lambda answers=answers, machine=machine: machine.result(answers))
        print(f"{path}: {len(answers)} questions, next question {step:.1f} µs, full result {full:.1f} µs")
        late = late or step > NEXT_LIMIT or full > RESULT_LIMIT
    return int(late)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
