"""The interpreter: reads a protocol as it is written. Slow and plain; `compiled` must agree with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from triage.engine.answers import clean, doubted, needs_refining, ticked
from triage.engine.outcome import Outline, conclude
from triage.engine.protocol import (
    UNSURE,
    Answer,
    Condition,
    Kind,
    Need,
    Protocol,
    Question,
    Rule,
    SkipMeans,
    Stage,
    Stops,
)
from triage.engine.result import Fired, Result


class State(IntEnum):
    """What is known of a finding; where two questions ask for it the higher one counts."""

    NOT_ASKED = 0
    FALSE = 1
    UNKNOWN = 2
    TRUE = 3


@dataclass
class Run:
    """A run in the making: the states so far, the path and where it ended."""

    protocol: Protocol
    states: dict[str, State] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    next: str | None = None
    stopped: bool = False

    def state(self, key: str) -> State:
        """The state of one finding."""
        return self.states.get(key, State.NOT_ASKED)

    def learn(self, states: Mapping[str, State]) -> None:
        """Take in what a question says; doubt and warning outweigh a no."""
        for key, state in states.items():
            self.states[key] = max(self.state(key), state)


def effect(question: Question, answer: Answer) -> dict[str, State]:
    """What an answer says about each finding of its question."""
    states = dict.fromkeys(question.findings, State.FALSE)
    unknown: Iterable[str] = ()
    true: Iterable[str] = ()
    if question.several:
        maybe = doubted(question, answer)
        unknown = [key for option in question.options if option.key in maybe for key in option.sets]
        true = [key for name in ticked(question, answer) for key in question.by_option[name].sets]
    elif answer == UNSURE:
        true = question.unsure_sets
        unknown = question.unsure or question.findings
    elif question.kind is Kind.NUMBER:
        true = _reached(question, answer)
    elif isinstance(answer, str):
        option = question.by_option[answer]
        unknown, true = option.unknown, option.sets
    states.update(dict.fromkeys(unknown, State.UNKNOWN))
    states.update(dict.fromkeys(true, State.TRUE))
    return states


def _reached(question: Question, answer: Answer) -> list[str]:
    if question.number is None or not isinstance(answer, int):
        return []
    return [
        key
        for cut in question.number.cuts
        if (cut.at_least is not None and answer >= cut.at_least) or (cut.below is not None and answer < cut.below)
        for key in cut.sets
    ]


def holds(run: Run, condition: Condition, least: State, pending: frozenset[str] = frozenset()) -> bool:
    """All needs hold, where a finding counts as present from the state `least` on.

    An absent need holds unless the finding is clearly present: no, not sure and not asked are all
    the worrying side. A finding that is still `pending` might yet be present.
    """
    return all(_holds(run, need, least, pending) for need in condition.needs)


def _holds(run: Run, need: Need, least: State, pending: frozenset[str]) -> bool:
    if need.present:
        return any(run.state(key) >= least for key in need.findings)
    return not any(run.state(key) is State.TRUE or key in pending for key in need.findings)


def open_condition(run: Run, condition: Condition) -> bool:
    """Not excluded: doubt and a question that was not asked count as present."""
    return all(
        any(run.state(key) is not State.FALSE for key in need.findings)
        if need.present
        else not any(run.state(key) is State.TRUE for key in need.findings)
        for need in condition.needs
    )


def fires(run: Run, rule: Rule, least: State, pending: frozenset[str] = frozenset()) -> bool:
    """The rule's conditions hold, one or all of them as the rule says."""
    combine = any if rule.any_of else all
    return combine(holds(run, condition, least, pending) for condition in rule.conditions)


def fired_rules(run: Run) -> tuple[Fired, ...]:
    """Every rule that applies, for certain or because something is not known."""
    found = []
    for rule in run.protocol.rules:
        for sure, least in ((True, State.TRUE), (False, State.UNKNOWN)):
            if fires(run, rule, least):
                level = rule.disposition if sure else run.protocol.disposition[rule.disposition].not_sure
                which = tuple(i for i, item in enumerate(rule.conditions) if holds(run, item, least))
                found.append(Fired(rule.code, level, sure, which))
                break
    return tuple(found)


def _later(protocol: Protocol, position: int, *, emergency_only: bool) -> frozenset[str]:
    """Findings that a question from this position on can still establish."""
    return frozenset(
        key
        for question in protocol.questions[position:]
        if not emergency_only or question.stage is not Stage.REST
        for key in question.findings
    )


def stops(run: Run, position: int) -> bool:
    """The form ends before this question: an emergency, or a level that no later answer can change."""
    protocol = run.protocol
    pending = _later(protocol, position, emergency_only=True)
    for rule in protocol.rules:
        if protocol.disposition[rule.disposition].stops is Stops.AT_ONCE and fires(run, rule, State.TRUE, pending):
            return True
    later = _later(protocol, position, emergency_only=False)
    return any(
        level.stops is Stops.WHEN_SETTLED
        and not _can_rise(protocol, level.rank, later)
        and _reached_level(run, level.rank, later)
        for level in protocol.dispositions
    )


def _can_rise(protocol: Protocol, rank: int, later: frozenset[str]) -> bool:
    return any(
        later.intersection(need.findings)
        for rule in protocol.rules
        if protocol.rank(rule.disposition) > rank
        for condition in rule.conditions
        for need in condition.needs
        if need.present
    )


def _reached_level(run: Run, rank: int, later: frozenset[str]) -> bool:
    for rule in run.protocol.rules:
        level = run.protocol.disposition[rule.disposition]
        if level.rank == rank and fires(run, rule, State.TRUE, later):
            return True
        if run.protocol.rank(level.not_sure) == rank and fires(run, rule, State.UNKNOWN, later):
            return True
    return False


def _skip(run: Run, question: Question) -> bool:
    """The question is left out; what that means for its findings is noted."""
    if not question.ask_if or any(holds(run, item, State.UNKNOWN) for item in question.ask_if):
        return False
    cannot = question.skip_means is SkipMeans.CANNOT_APPLY
    if cannot and not any(open_condition(run, item) for item in question.ask_if):
        run.learn(dict.fromkeys(question.findings, State.FALSE))
    return True


def walk(protocol: Protocol, answers: Mapping[str, object]) -> Run:
    """Fold the answers, in the order of the questions; answers off the path are dropped."""
    run = Run(protocol)
    for position, question in enumerate(protocol.questions):
        if stops(run, position):
            run.stopped = True
            return run
        if _skip(run, question):
            continue
        answer = clean(question, answers[question.key]) if question.key in answers else None
        if answer is None or needs_refining(answer):
            run.next = question.key
            if answer is None:
                return run
        run.asked.append(question.key)
        run.learn(effect(question, answer))
        if run.next:
            return run
    return run


def is_open(run: Run, block: str, disposition: str | None) -> bool:
    """The block is on at this disposition."""
    item = run.protocol.block[block]
    combine = any if item.any_of else all
    conditions = bool(item.conditions) and combine(open_condition(run, one) for one in item.conditions)
    return conditions or disposition in item.dispositions


def evaluate(protocol: Protocol, answers: Mapping[str, object]) -> Result:
    """The full result of a run as the protocol says it."""
    run = walk(protocol, answers)
    outline = Outline(
        asked=tuple(run.asked),
        next=run.next,
        stopped=run.stopped,
        fired=fired_rules(run),
        true=frozenset(key for key, state in run.states.items() if state is State.TRUE),
        unknown=frozenset(key for key, state in run.states.items() if state is State.UNKNOWN),
        settled=frozenset(run.states),
    )
    return conclude(protocol, outline, lambda block, level: is_open(run, block, level))
