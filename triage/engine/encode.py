"""A protocol as a circuit: every possible set of answers at once, and what each of them ends in."""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from triage.engine.circuit import FALSE, TRUE, Circuit
from triage.engine.protocol import (
    MAYBE,
    NONE,
    UNSURE,
    Answer,
    Answers,
    Condition,
    Kind,
    Need,
    Number,
    Protocol,
    Question,
    Rule,
    SkipMeans,
    Stage,
    Stops,
)

Effect = tuple[frozenset[str], frozenset[str]]
"""Findings that a value makes true and unknown."""


def starts(number: Number) -> list[int]:
    """The values at which the meaning of a number changes, the lowest value first."""
    bounds = {cut.at_least if cut.at_least is not None else cut.below for cut in number.cuts}
    return [number.low, *sorted(bound for bound in bounds if bound is not None and bound > number.low)]


def effect_at(question: Question, value: int) -> Effect:
    """What a number means."""
    cuts = question.number.cuts if question.number else ()
    true = {
        key
        for cut in cuts
        if (cut.at_least is not None and value >= cut.at_least) or (cut.below is not None and value < cut.below)
        for key in cut.sets
    }
    return frozenset(true), frozenset()


def unsure_effect(question: Question) -> Effect:
    """What "not sure" means for a question with one answer."""
    true = frozenset(question.unsure_sets)
    return true, frozenset(question.unsure or question.findings) - true


def values(question: Question) -> dict[str, Effect]:
    """Every answer that makes a difference to a question with one answer, by its name."""
    if question.kind is Kind.NUMBER and question.number:
        found = {str(start): effect_at(question, start) for start in starts(question.number)}
    else:
        found = {
            option.key: (frozenset(option.sets), frozenset(option.unknown) - set(option.sets))
            for option in question.options
        }
    if question.allow_unsure:
        found[UNSURE] = unsure_effect(question)
    return found


class Asked:
    """The answers of one person as inputs; persons with the same name share them."""

    def __init__(self, circuit: Circuit, protocol: Protocol, person: str = "a") -> None:
        """Make the inputs and the literals that keep them sensible."""
        self.circuit = circuit
        self.protocol = protocol
        self.person = person
        self.valid: list[int] = []
        for question in protocol.questions:
            self.valid += self._rules(question)

    def said(self, question: str, value: str) -> int:
        """A question with one answer was answered so; a number: it lies in the interval from there on."""
        item = self.protocol.question[question]
        if item.kind is not Kind.NUMBER or value == UNSURE:
            return self._input(question, value)
        later = [start for start in starts(item.number) if start > int(value)] if item.number else []
        above = self._above(question, later[0]) if later else FALSE
        doubt = self._input(question, UNSURE) if item.allow_unsure else FALSE
        low = item.number.low if item.number else 0
        here = TRUE if int(value) == low else self._above(question, int(value))
        return self.circuit.every([here, -above, -doubt])

    def yes(self, question: str, option: str) -> int:
        """An option of a multi-choice question is ticked."""
        return self._input(question, option)

    def maybe(self, question: str, option: str) -> int:
        """A person is not sure about an option of a multi-choice question."""
        return self._input(question, MAYBE + option) if self.protocol.question[question].allow_unsure else FALSE

    def inputs(self, question: Question) -> list[int]:
        """All inputs of a question."""
        if question.several:
            found = [self.yes(question.key, option.key) for option in question.options]
            found += [self.maybe(question.key, option.key) for option in question.options]
            return [literal for literal in found if literal != FALSE]
        if question.kind is Kind.NUMBER and question.number:
            doubt = [self._input(question.key, UNSURE)] if question.allow_unsure else []
            return doubt + [self._above(question.key, start) for start in starts(question.number)[1:]]
        return [self.said(question.key, value) for value in values(question)]

    def answer(self, question: Question, holds: Callable[[int], bool]) -> Answer:
        """The answer that a solver's model stands for."""
        if not question.several:
            for value in values(question):
                if holds(self.said(question.key, value)):
                    return int(value) if question.kind is Kind.NUMBER and value != UNSURE else value
            return UNSURE
        tokens = []
        for option in question.options:
            if holds(self.yes(question.key, option.key)):
                tokens.append(option.key)
            elif holds(self.maybe(question.key, option.key)):
                tokens.append(MAYBE + option.key)
        return tuple(tokens) or (NONE,)

    def answers(self, holds: Callable[[int], bool]) -> Answers:
        """All answers that a model stands for, asked or not."""
        return {item.key: self.answer(item, holds) for item in self.protocol.questions}

    def _input(self, question: str, value: str) -> int:
        return self.circuit.input(f"{self.person}|{question}|{value}")

    def _above(self, question: str, bound: int) -> int:
        return self._input(question, f">={bound}")

    def _rules(self, question: Question) -> list[int]:
        circuit, key = self.circuit, question.key
        if question.several:
            return [-circuit.both(self.yes(key, one.key), self.maybe(key, one.key)) for one in question.options]
        if question.kind is Kind.NUMBER and question.number:
            bounds = starts(question.number)[1:]
            return [circuit.either(-self._above(key, two), self._above(key, one)) for one, two in pairwise(bounds)]
        return [circuit.exactly_one([self.said(key, value) for value in values(question)])]


class Encoding:
    """What one person's answers end in, as literals."""

    def __init__(self, asked: Asked, *, shown: frozenset[str] = frozenset(), ignore_stops: bool = False) -> None:
        """Follow the form question by question; `shown` questions are asked whatever their condition says."""
        self.circuit = asked.circuit
        self.protocol = asked.protocol
        self.person = asked
        self.true: dict[str, int] = {}
        self.doubt: dict[str, int] = {}
        self.settled: dict[str, int] = {}
        self.asks: dict[str, int] = {}
        self.left_out: dict[str, int] = {}
        self.stopped = FALSE
        for position, question in enumerate(self.protocol.questions):
            if not ignore_stops:
                self.stopped = self.circuit.either(self.stopped, self._stops(position))
            self._ask(question, shown)
        self._urgent: dict[int, int] = {}

    def present(self, key: str) -> int:
        """True or unknown."""
        return self.circuit.either(self.true.get(key, FALSE), self.doubt.get(key, FALSE))

    def not_excluded(self, key: str) -> int:
        """True, unknown or not asked."""
        return self.circuit.either(self.present(key), -self.settled.get(key, FALSE))

    def sure(self, key: str) -> int:
        """Clearly true."""
        return self.true.get(key, FALSE)

    def condition(self, condition: Condition, state: Callable[[str], int], pending: frozenset[str]) -> int:
        """All needs hold."""
        return self.circuit.every(self._need(need, state, pending) for need in condition.needs)

    def _need(self, need: Need, state: Callable[[str], int], pending: frozenset[str]) -> int:
        if need.present:
            return self.circuit.some(state(key) for key in need.findings)
        if pending.intersection(need.findings):
            return FALSE
        return self.circuit.every(-self.sure(key) for key in need.findings)

    def law(
        self, conditions: Iterable[Condition], any_of: bool, state: Callable[[str], int], pending: frozenset[str]
    ) -> int:
        """One or all of the conditions hold."""
        found = [self.condition(item, state, pending) for item in conditions]
        if any_of:
            return self.circuit.some(found)
        return self.circuit.every(found) if found else FALSE

    def fires(self, rule: Rule, *, sure: bool, pending: frozenset[str] = frozenset()) -> int:
        """The rule applies for certain, or at least perhaps."""
        return self.law(rule.conditions, rule.any_of, self.sure if sure else self.present, pending)

    def at_least(self, rank: int) -> int:
        """The result is this urgent or more."""
        found = self._urgent.get(rank)
        if found is None:
            protocol, circuit = self.protocol, self.circuit
            if rank <= protocol.rank(protocol.default.disposition):
                return TRUE
            found = self._urgent[rank] = circuit.some(
                self.fires(rule, sure=sure)
                for rule in protocol.rules
                for sure in (True, False)
                if protocol.rank(self._level(rule, sure=sure)) >= rank
            )
        return found

    def exactly(self, disposition: str) -> int:
        """The result is this disposition."""
        rank = self.protocol.rank(disposition)
        above = [item.rank for item in self.protocol.dispositions if item.rank > rank]
        return self.circuit.both(self.at_least(rank), -self.at_least(min(above)) if above else TRUE)

    def on(self, block: str) -> int:
        """The block is on."""
        item = self.protocol.block[block]
        by_findings = self.law(item.conditions, item.any_of, self.not_excluded, frozenset())
        return self.circuit.some([by_findings, *(self.exactly(level) for level in item.dispositions)])

    def shown(self, module: str) -> int:
        """The module is shown with the finished result."""
        item = self.protocol.module[module]
        listed = [self.exactly(level) for level, codes in self.protocol.advice.items() if module in codes]
        return self.circuit.every([self.circuit.some(listed), *(-self.on(one.block) for one in item.withhold)])

    def _level(self, rule: Rule, *, sure: bool) -> str:
        return rule.disposition if sure else self.protocol.disposition[rule.disposition].not_sure

    def _ask(self, question: Question, shown: frozenset[str]) -> None:
        circuit, none = self.circuit, frozenset[str]()
        wanted = TRUE
        perhaps = TRUE
        if question.ask_if and question.key not in shown:
            wanted = self.law(question.ask_if, True, self.present, none)
            perhaps = self.law(question.ask_if, True, self.not_excluded, none)
        asks = self.asks[question.key] = circuit.both(-self.stopped, wanted)
        self.left_out[question.key] = circuit.both(-self.stopped, -wanted)
        known = asks
        if question.skip_means is SkipMeans.CANNOT_APPLY:
            known = circuit.either(asks, circuit.every([-self.stopped, -wanted, -perhaps]))
        said = self._said(question)
        for key in sorted(question.findings):
            true, doubt = said[key]
            self.true[key] = circuit.either(self.true.get(key, FALSE), circuit.both(asks, true))
            self.doubt[key] = circuit.either(self.doubt.get(key, FALSE), circuit.both(asks, doubt))
            self.settled[key] = circuit.either(self.settled.get(key, FALSE), known)

    def _said(self, question: Question) -> dict[str, tuple[int, int]]:
        """For each finding of a question when its answer makes it true and when unknown."""
        person, circuit = self.person, self.circuit
        true: dict[str, list[int]] = {key: [] for key in question.findings}
        doubt: dict[str, list[int]] = {key: [] for key in question.findings}
        if question.several:
            for option in question.options:
                for key in option.sets:
                    true[key].append(person.yes(question.key, option.key))
                    doubt[key].append(person.maybe(question.key, option.key))
        else:
            for value, (sets, unknown) in values(question).items():
                literal = person.said(question.key, value)
                for key in sets:
                    true[key].append(literal)
                for key in unknown:
                    doubt[key].append(literal)
        return {key: (circuit.some(true[key]), circuit.some(doubt[key])) for key in question.findings}

    def _stops(self, position: int) -> int:
        protocol, circuit = self.protocol, self.circuit
        pending = later(protocol, position, emergency_only=True)
        found = [
            self.fires(rule, sure=True, pending=pending)
            for rule in protocol.rules
            if protocol.disposition[rule.disposition].stops is Stops.AT_ONCE
        ]
        rest = later(protocol, position, emergency_only=False)
        for rank in settled_ranks(protocol, rest):
            found += [
                self.fires(rule, sure=sure, pending=rest)
                for rule in protocol.rules
                for sure in (True, False)
                if protocol.rank(self._level(rule, sure=sure)) == rank
            ]
        return circuit.some(found)


def later(protocol: Protocol, position: int, *, emergency_only: bool) -> frozenset[str]:
    """Findings that a question from this position on can establish."""
    questions = protocol.questions[position:]
    wanted = [item for item in questions if not emergency_only or item.stage is not Stage.REST]
    return frozenset(key for item in wanted for key in item.findings)


def settled_ranks(protocol: Protocol, rest: frozenset[str]) -> list[int]:
    """Levels that end the form once nothing that is still to be asked can lead higher."""
    return [
        level.rank
        for level in protocol.dispositions
        if level.stops is Stops.WHEN_SETTLED
        and not any(
            rest.intersection(need.findings)
            for rule in protocol.rules
            if protocol.rank(rule.disposition) > level.rank
            for condition in rule.conditions
            for need in condition.needs
            if need.present
        )
    ]


def calm_value(question: Question) -> str:
    """The least worrying answer of a question with one answer."""
    found: Mapping[str, Effect] = values(question)
    concern = {option.key: option.concern for option in question.options}
    return min(found, key=lambda value: (value == UNSURE, len(found[value][0]), concern.get(value, 0)))
