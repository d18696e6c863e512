"""Proves a protocol over all answers; what fails is shown as a patient story and replayed through the engine."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from triage.engine import naming
from triage.engine.artefact import content_hash
from triage.engine.certificates import Certificate, accepted, certify
from triage.engine.circuit import FALSE
from triage.engine.encode import Asked, calm_value
from triage.engine.evaluate import evaluate
from triage.engine.explain import in_words
from triage.engine.frame import Frame, Property
from triage.engine.lint import lint
from triage.engine.properties import properties
from triage.engine.protocol import NONE, Answers, Kind, Protocol, Question
from triage.engine.solver import Prover

VERSION = "1"


class Status(StrEnum):
    """How a proof ended; only `proved` lets a protocol pass."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "not proved"


@dataclass(frozen=True, slots=True)
class Story:
    """People for whom a statement fails, by their answers on the path, and what is told to them."""

    people: tuple[Answers, ...]
    levels: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one statement."""

    id: str
    group: str
    sentence: str
    status: Status
    hard: bool
    story: Story | None = None
    certified: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """All verdicts on exactly this content."""

    hash: str
    version: str
    seconds: float
    verdicts: tuple[Verdict, ...]
    certificate: Certificate | None = None

    @property
    def passed(self) -> bool:
        """Everything that must hold is proved."""
        return all(item.status is Status.PROVED for item in self.verdicts if item.hard)

    @property
    def failures(self) -> tuple[Verdict, ...]:
        """What is not proved."""
        return tuple(item for item in self.verdicts if item.status is not Status.PROVED)


def prove(
    protocol: Protocol,
    *,
    budget_seconds: float | None = None,
    certificates: bool = False,
    progress: Callable[[int, int], None] | None = None,
    statements: Callable[[Frame], Iterable[Property]] = properties,
) -> Report:
    """Return the verdict on every statement; what the budget does not reach is not proved.

    `statements`: others than those that every protocol must fulfil, such as what guides say beside it.

    With `certificates` nothing counts as proved that the checker of our own has not followed within the budget; a
    protocol that is refuted needs none.
    """
    start = time.monotonic()
    verdicts = [_static(item.place, item.message) for item in lint(protocol) if item.hard]
    frame = Frame(protocol)
    proved: dict[int, Property] = {}
    with Prover(frame.circuit) as prover:
        prover.assert_always((*frame.a.valid, *frame.b.valid))
        every = list(statements(frame))
        for number, item in enumerate(every):
            if budget_seconds is not None and time.monotonic() - start > budget_seconds:
                verdicts.append(Verdict(item.id, item.group, item.sentence, Status.UNKNOWN, item.hard))
                continue
            verdict = decide(protocol, prover, item, witness=certificates)
            if verdict.status is Status.PROVED:
                proved[len(verdicts)] = item
            verdicts.append(verdict)
            if progress:
                progress(number + 1, len(every))
    wanted = certificates and not any(item.hard and item.status is Status.REFUTED for item in verdicts)
    until = None if budget_seconds is None else start + budget_seconds
    made = _certified(frame, proved, verdicts, until) if wanted else None
    return Report(content_hash(protocol.source), VERSION, time.monotonic() - start, tuple(verdicts), made)


def _certified(frame: Frame, proved: dict[int, Property], verdicts: list[Verdict], until: float | None) -> Certificate:
    """Mark every verdict whose proof can be followed; take back the others. Returns the proofs."""
    places = [place for place, item in proved.items() if item.never and FALSE not in item.literals]
    # people are made alike, so what holds for one by himself holds beside another one
    always = (*frame.a.valid, *frame.b.valid)
    made = certify(frame.circuit, [proved[place].literals for place in places], always)
    followed = dict(zip(places, accepted(made, until=until), strict=True))
    for place in proved:
        fine = followed.get(place, True)
        status = Status.PROVED if fine else Status.UNKNOWN
        verdicts[place] = replace(verdicts[place], certified=fine, status=status)
    return made


def _static(place: str, message: str) -> Verdict:
    return Verdict(f"form:{place}", "completeness", message, Status.REFUTED, hard=True)


def decide(protocol: Protocol, prover: Prover, item: Property, *, witness: bool = False) -> Verdict:
    """Return what became of one statement; `witness`: a possibility counts only with a person who shows it."""
    plain = Verdict(item.id, item.group, item.sentence, Status.PROVED, item.hard)
    if FALSE in item.literals:
        return plain if item.never else replace(plain, status=Status.REFUTED)
    found = prover.possible(item.literals)
    if found is None:
        return replace(plain, status=Status.UNKNOWN)
    if not item.never:
        if found and witness and not prover.shown(item.literals):
            return replace(plain, status=Status.UNKNOWN)
        return plain if found else replace(plain, status=Status.REFUTED)
    if not found:
        return plain
    people = shortest(prover, item.people, item.literals)
    # the solver is not trusted: the story counts only if the engine agrees
    if not item.confirm(people):
        return replace(plain, status=Status.UNKNOWN)
    return replace(plain, status=Status.REFUTED, story=tell(protocol, people, item.although))


def shortest(prover: Prover, people: tuple[Asked, ...], literals: Iterable[int]) -> list[Answers]:
    """Answers for which the literals hold, with as few worrying answers as can be reached by dropping one at a time."""
    fixed = list(literals)
    first = people[0]
    for question in first.protocol.questions:
        for calm in _calm_steps(first, question):
            if prover.possible([*fixed, *calm]):
                fixed += calm
    prover.possible(fixed)
    holds = prover.reader()
    return [person.answers(holds) for person in people]


def _calm_steps(person: Asked, question: Question) -> list[list[int]]:
    if question.several:
        return [
            [-person.yes(question.key, option.key), -person.maybe(question.key, option.key)]
            for option in question.options
        ]
    value = calm_value(question)
    return [[person.said(question.key, value)]]


def tell(protocol: Protocol, people: list[Answers], although: str = "") -> Story:
    """Put people into words: what is worth saying about each, what each is told, and what is wrong with that."""
    results = [evaluate(protocol, answers) for answers in people]
    kept = tuple(
        {key: answers[key] for key in result.asked if key in answers}
        for answers, result in zip(people, results, strict=True)
    )
    levels = tuple(str(result.disposition) for result in results)
    told = [
        f"who says {notable(protocol, answers)} would be told {naming.level(protocol, level)}"
        for answers, level in zip(kept, levels, strict=True)
    ]
    end = f", {although}" if although else ""
    if len(told) == 1:
        return Story(kept, levels, f"Someone {told[0]}{end}.")
    return Story(kept, levels, f"Someone {told[0]}. Someone {told[1]}{end}.")


def notable(protocol: Protocol, answers: Answers) -> str:
    """The answers that are not the calm ones, in words."""
    found = []
    for key, answer in answers.items():
        question = protocol.question[key]
        calm = (NONE,) if question.several else calm_value(question)
        if str(answer) != calm and answer != calm and not (question.kind is Kind.NUMBER and str(answer) == calm):
            found.append(f"“{question.text} {in_words(question, answer)}”")
    return ", ".join(found) or "“no” to everything"
