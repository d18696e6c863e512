"""What the stories exercise, and ready-made draft stories for what they do not."""

from collections.abc import Iterable
from dataclasses import dataclass

from triage.engine import naming
from triage.engine.circuit import Circuit
from triage.engine.encode import Asked, Encoding, values
from triage.engine.evaluate import evaluate
from triage.engine.protocol import UNSURE, Answers, Protocol
from triage.engine.prove import notable, shortest
from triage.engine.result import Result
from triage.engine.solver import Prover


@dataclass(frozen=True, slots=True)
class Coverage:
    """Goals by name (`rule:R1`, `option:now.breathless`, `block:G-DVT`, `level:routine`), met or missing."""

    met: tuple[str, ...]
    missing: tuple[str, ...]

    def by_kind(self) -> dict[str, tuple[int, int]]:
        """Return for each kind of goal how many are met, and how many there are."""
        found = {}
        for kind in KINDS:
            reached, left = (sum(goal.startswith(f"{kind}:") for goal in part) for part in (self.met, self.missing))
            found[kind] = (reached, reached + left)
        return found


@dataclass(frozen=True, slots=True)
class Draft:
    """A story that would meet a missing goal; its expected urgency is for a clinician to say."""

    goal: str
    answers: Answers
    facts: dict[str, bool]
    words: str
    says_now: str | None


def goals(protocol: Protocol) -> tuple[str, ...]:
    """Everything that a story should exercise."""
    found = [f"rule:{rule.code}" for rule in protocol.rules]
    found += [f"block:{block.code}" for block in protocol.blocks]
    found += [f"level:{level.key}" for level in protocol.dispositions]
    for question in protocol.questions:
        names = question.by_option if question.several else [one for one in values(question) if one != UNSURE]
        found += [f"option:{question.key}.{name}" for name in names]
    return tuple(found)


def goal_in_words(protocol: Protocol, goal: str) -> str:
    """Return what a goal is about as its editor calls it."""
    kind, _, name = goal.partition(":")
    if kind == "rule":
        return f"Care rule {naming.rule(protocol, name)}"
    if kind == "block":
        return f"Contraindication {naming.block(protocol, name)}"
    if kind == "level":
        return f"Result {naming.level(protocol, name)}"
    key, _, value = name.partition(".")
    question = protocol.question[key]
    return f"Answer {naming.answer(question, value)} to {naming.question(question)}"


def met(protocol: Protocol, answers: Answers, result: Result) -> set[str]:
    """The goals that one run meets."""
    found = {f"rule:{item.code}" for item in result.fired if item.sure}
    found |= {f"block:{code}" for code in result.on}
    found.add(f"level:{result.disposition}")
    for key in result.asked:
        found |= {f"option:{key}.{name}" for name in _given(protocol, key, answers)}
    return found


def _given(protocol: Protocol, key: str, answers: Answers) -> Iterable[str]:
    question, answer = protocol.question[key], answers[key]
    if isinstance(answer, tuple):
        return [name for name in answer if name in question.by_option]
    if isinstance(answer, int):
        reached = [name for name in values(question) if name != UNSURE and int(name) <= answer]
        return [max(reached, key=int)]
    return [answer]


KINDS = ("rule", "option", "block", "level")


def coverage(protocol: Protocol, runs: Iterable[tuple[Answers, Result]]) -> Coverage:
    """Return which goals the runs meet."""
    reached: set[str] = set()
    for answers, result in runs:
        reached |= met(protocol, answers, result)
    every = goals(protocol)
    return Coverage(tuple(one for one in every if one in reached), tuple(one for one in every if one not in reached))


def propose(protocol: Protocol, missing: Iterable[str]) -> tuple[Draft, ...]:
    """Return the shortest story for each goal that can be met without any "not sure"."""
    circuit = Circuit()
    person = Asked(circuit, protocol)
    encoding = Encoding(person)
    found: list[Draft] = []
    with Prover(circuit) as prover:
        prover.assert_always(person.valid)
        definite = [-literal for literal in _doubts(person)]
        for goal in missing:
            literals = [*_wanted(encoding, goal), *definite]
            if prover.possible(literals):
                found.append(_draft(protocol, goal, shortest(prover, (person,), literals)[0]))
    return tuple(found)


def _draft(protocol: Protocol, goal: str, answers: Answers) -> Draft:
    result = evaluate(protocol, answers)
    kept = {key: answers[key] for key in result.asked}
    facts = dict.fromkeys(sorted(key for key in result.true if not protocol.finding[key].hidden), True)
    return Draft(goal, kept, facts, notable(protocol, kept), result.disposition)


def _doubts(person: Asked) -> list[int]:
    found = []
    for question in person.protocol.questions:
        if not question.allow_unsure:
            continue
        if question.several:
            found += [person.maybe(question.key, option.key) for option in question.options]
        else:
            found.append(person.said(question.key, UNSURE))
    return found


def _wanted(encoding: Encoding, goal: str) -> list[int]:
    kind, _, name = goal.partition(":")
    protocol = encoding.protocol
    if kind == "rule":
        return [encoding.fires(protocol.rule[name], sure=True)]
    if kind == "block":
        return [encoding.on(name)]
    if kind == "level":
        return [encoding.exactly(name)]
    key, _, value = name.partition(".")
    question = protocol.question[key]
    said = encoding.person.yes(key, value) if question.several else encoding.person.said(key, value)
    return [encoding.asks[key], said]
