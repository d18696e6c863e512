"""Why a result is what it is: a small sufficient set of answers, and what would have changed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from triage.engine.answers import doubted, ticked
from triage.engine.compiled import Machine
from triage.engine.evaluate import State, effect
from triage.engine.protocol import MAYBE, NONE, UNSURE, Answer, Answers, Condition, Kind, Need, Protocol, Question, Rule
from triage.engine.result import Fired, Result

NOT_ASKED_COST = 100


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One thing a person said: an option ticked, not ticked or doubted; or a whole answer."""

    question: str
    option: str | None
    state: str
    """yes, no or unsure."""


@dataclass(frozen=True, slots=True)
class Why:
    """The rule that decides, what made it apply, and what had to be absent."""

    rule: str
    sure: bool
    because: tuple[Said, ...]
    without: tuple[Said, ...]

    @property
    def answers(self) -> frozenset[Said]:
        """All of it: with these answers the result is never milder, whatever the rest."""
        return frozenset((*self.because, *self.without))


@dataclass(frozen=True, slots=True)
class Change:
    """One different answer and what the result would then be."""

    said: Said
    disposition: str
    more_urgent: bool


class _Supports:
    """Finds the answers that a condition rests on, looking only at questions before a place in the form."""

    def __init__(self, machine: Machine, answers: Mapping[str, Answer]) -> None:
        protocol = machine.protocol
        self.protocol: Protocol = protocol
        self.answers = answers
        walk = machine.walk(answers)
        self.settled = machine.named(walk.settled)
        self.place = {question.key: number for number, question in enumerate(protocol.questions)}
        self.end = len(protocol.questions)
        self.effects = {key: effect(protocol.question[key], answers[key]) for key in walk.asked}

    def setters(self, key: str, before: int) -> list[Question]:
        """The earlier questions that can establish a finding."""
        return [item for item in self.protocol.setters.get(key, ()) if self.place[item.key] < before]

    def condition(self, condition: Condition, least: State, before: int) -> list[frozenset[Said]]:
        """Every way to support this condition; empty if it does not hold."""
        ways = [frozenset[Said]()]
        for need in condition.needs:
            found = self._present(need, least, before) if need.present else [self._absent(need, before)]
            ways = [one | two for one, two in product(ways, found)]
        return ways

    def _present(self, need: Need, least: State, before: int) -> list[frozenset[Said]]:
        return [
            frozenset({said}) | self._asked(question)
            for key in need.findings
            for question in self.setters(key, before)
            if self.effects.get(question.key, {}).get(key, State.NOT_ASKED) >= least
            for said in self._saying(question, key, least)
        ]

    def _saying(self, question: Question, key: str, least: State) -> list[Said]:
        answer = self.answers[question.key]
        if not question.several:
            return [_whole(question, answer)]
        yes = [item for item in ticked(question, answer) if key in question.by_option[item].sets]
        maybe = [item for item in doubted(question, answer) if key in question.by_option[item].sets]
        found = [Said(question.key, item, "yes") for item in yes]
        return found or ([Said(question.key, item, "unsure") for item in maybe] if least < State.TRUE else [])

    def _absent(self, need: Need, before: int) -> frozenset[Said]:
        found: frozenset[Said] = frozenset()
        for key in need.findings:
            for question in self.setters(key, before):
                found |= self._not_said(question, key)
        return found

    def _not_said(self, question: Question, key: str) -> frozenset[Said]:
        if question.key not in self.effects:
            return self._not_asked(question)
        answer = self.answers[question.key]
        if not question.several:
            return frozenset({_whole(question, answer)})
        maybe = doubted(question, answer)
        return frozenset(
            Said(question.key, option.key, "unsure" if option.key in maybe else "no")
            for option in question.options
            if key in option.sets
        )

    def _asked(self, question: Question) -> frozenset[Said]:
        """Why this question was asked at all."""
        before = self.place[question.key]
        ways = [way for item in question.ask_if for way in self.condition(item, State.UNKNOWN, before)]
        return min(ways, key=_cost, default=frozenset())

    def _not_asked(self, question: Question) -> frozenset[Said]:
        """Why it was left out: for each of its conditions one need that fails."""
        found: frozenset[Said] = frozenset()
        before = self.place[question.key]
        for condition in question.ask_if:
            failing = [self._fails(need, before) for need in condition.needs]
            found |= min((item for item in failing if item is not None), key=_cost, default=frozenset())
        return found

    def _fails(self, need: Need, before: int) -> frozenset[Said] | None:
        if need.present:
            return None if self._present(need, State.UNKNOWN, before) else self._absent(need, before)
        return min(self._present(need, State.TRUE, before), key=_cost, default=None)


def _whole(question: Question, answer: Answer) -> Said:
    return Said(question.key, str(answer), "unsure" if answer == UNSURE else "yes")


def _cost(said: Iterable[Said]) -> tuple[int, list[Said]]:
    found = sorted(said)
    return len(found), found


def why(machine: Machine, answers: Mapping[str, Answer], result: Result) -> Why | None:
    """The smallest set of answers that makes the result at least this urgent; None: no rule decided."""
    protocol = machine.protocol
    supports = _Supports(machine, answers)
    best: tuple[tuple[int, int], Why] | None = None
    for number, item in enumerate(item for item in result.fired if item.code in result.winning):
        for way in _ways(supports, protocol.rule[item.code], item):
            cost = len(way) + _open_ends(supports, protocol.rule[item.code], item)
            made = _made(item, way)
            if best is None or (cost, number) < best[0]:
                best = (cost, number), made
    return best[1] if best else None


def _made(item: Fired, way: frozenset[Said]) -> Why:
    reasons = tuple(said for said in sorted(way) if said.state != "no")
    return Why(item.code, item.sure, reasons, tuple(said for said in sorted(way) if said.state == "no"))


def _ways(supports: _Supports, rule: Rule, item: Fired) -> list[frozenset[Said]]:
    least = State.TRUE if item.sure else State.UNKNOWN
    each = [supports.condition(rule.conditions[number], least, supports.end) for number in item.conditions]
    if rule.any_of:
        return [way for ways in each for way in ways]
    return [frozenset().union(*ways) for ways in product(*each)]


def _open_ends(supports: _Supports, rule: Rule, item: Fired) -> int:
    """A rule that holds only because the form ended early makes a weaker reason than another one."""
    keys = (
        key
        for number in item.conditions
        for need in rule.conditions[number].needs
        if not need.present
        for key in need.findings
    )
    return NOT_ASKED_COST * any(key not in supports.settled for key in keys)


def changes(machine: Machine, answers: Mapping[str, Answer], result: Result, reason: Why | None) -> tuple[Change, ...]:
    """Single answers that would make it more urgent, and the reasons without which it would be milder."""
    found: list[Change] = []
    highest = max(machine.ranks.values())
    for key in result.asked if result.disposition and machine.ranks[result.disposition] < highest else ():
        question = machine.protocol.question[key]
        for said, other in _others(question, answers[key]):
            found += _change(machine, {**answers, key: other}, result, said, more_urgent=True)
    for said in reason.because if reason else ():
        less = _without(machine.protocol.question[said.question], answers[said.question], said)
        if less is not None:
            took_back = Said(said.question, said.option, "no")
            found += _change(machine, {**answers, said.question: less}, result, took_back, more_urgent=False)
    rank = machine.ranks
    return tuple(sorted(found, key=lambda item: (not item.more_urgent, -rank[item.disposition])))


def _change(machine: Machine, answers: Answers, result: Result, said: Said, *, more_urgent: bool) -> list[Change]:
    other = machine.level(answers)
    if other is None or result.disposition is None:
        return []
    then, now = machine.ranks[other], machine.ranks[result.disposition]
    if (then > now) if more_urgent else (then < now):
        return [Change(said, other, more_urgent)]
    return []


def _others(question: Question, answer: Answer) -> Iterable[tuple[Said, Answer]]:
    """The same answer with one more thing said."""
    if question.kind is Kind.NUMBER:
        return
    if not isinstance(answer, tuple):
        for option in question.options:
            if option.key != answer:
                yield Said(question.key, option.key, "yes"), option.key
        return
    for option in question.options:
        if option.key not in answer:
            kept = tuple(item for item in answer if item not in {NONE, MAYBE + option.key})
            order = [key for one in question.options for key in (one.key, MAYBE + one.key)] + [UNSURE]
            yield Said(question.key, option.key, "yes"), tuple(sorted((*kept, option.key), key=order.index))


def _without(question: Question, answer: Answer, said: Said) -> Answer | None:
    """The same answer with one thing taken back."""
    if isinstance(answer, tuple):
        return tuple(item for item in answer if item not in {said.option, f"{MAYBE}{said.option}", UNSURE}) or (NONE,)
    if question.kind is Kind.NUMBER:
        return None
    return next((item.key for item in question.options if not item.sets and not item.unknown), None)


def in_words(question: Question, answer: Answer) -> str:
    """An answer as the person saw it, for the summary that a doctor reads."""
    if answer == UNSURE:
        return question.unsure_label
    if question.kind is Kind.NUMBER:
        return f"{answer} {question.number.unit if question.number else ''}".strip()
    labels = [option.label for option in question.options if option.key in ticked(question, answer)]
    if question.several:
        maybe = doubted(question, answer)
        unsure = [option.label for option in question.options if option.key in maybe]
        labels += [f"{question.unsure_label}: {', '.join(unsure)}"] if unsure else []
    return "; ".join(labels) or question.none_label


def denied(question: Question, answer: Answer) -> tuple[str, ...]:
    """The signs of a list that the person looked at and did not tick; a place that does not hurt is none."""
    if answer == UNSURE or not question.several or question.kind is Kind.PLACE:
        return ()
    said = {*ticked(question, answer), *doubted(question, answer)}
    return tuple(option.label for option in question.options if option.key not in said)
