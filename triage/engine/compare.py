"""Who gets a different answer: two versions of a protocol compared over all answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from triage.engine.circuit import FALSE, Circuit
from triage.engine.encode import Asked, Encoding, values
from triage.engine.evaluate import evaluate
from triage.engine.protocol import Answers, Kind, Protocol, Question, Rule
from triage.engine.prove import notable, shortest
from triage.engine.solver import Prover

MOST = 6


class What(StrEnum):
    """What differs."""

    DISPOSITION = "disposition"
    TIME = "time"
    ROUTE = "route"
    ADVICE = "advice"
    REASON = "reason"


class Direction(StrEnum):
    """Whether a group is told something milder, safer or only something else."""

    MILDER = "milder"
    SAFER = "safer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Group:
    """People who get a different answer, with one of them as the example."""

    what: What
    direction: Direction
    before: str
    after: str
    example: Answers
    words: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All groups; `more` names differences of which only the first groups are listed."""

    groups: tuple[Group, ...]
    restructured: tuple[str, ...]
    more: tuple[str, ...]
    undecided: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Nobody gets a different answer."""
        return not (self.groups or self.restructured or self.undecided)


@dataclass(frozen=True, slots=True)
class _Difference:
    what: What
    direction: Direction
    before: str
    after: str
    literal: int


class _Pair:
    """Both versions in one circuit, answered by the same person."""

    def __init__(self, old: Protocol, new: Protocol) -> None:
        self.old, self.new = old, new
        self.circuit = Circuit()
        self.was_asked = Asked(self.circuit, old)
        self.is_asked = Asked(self.circuit, new)
        self.was = Encoding(self.was_asked)
        self.now = Encoding(self.is_asked)

    def differences(self) -> Iterator[_Difference]:
        yield from self._levels()
        yield from self._times()
        yield from self._routes()
        yield from self._advice()
        yield from self._reasons()

    def _levels(self) -> Iterator[_Difference]:
        for before in self.old.dispositions:
            for after in self.new.dispositions:
                if before.key != after.key:
                    milder = after.rank < before.rank
                    direction = Direction.MILDER if milder else Direction.SAFER
                    literal = self.circuit.both(self.was.exactly(before.key), self.now.exactly(after.key))
                    yield _Difference(What.DISPOSITION, direction, before.key, after.key, literal)

    def _times(self) -> Iterator[_Difference]:
        days = {rule.within_days for one in (self.old, self.new) for rule in one.rules if rule.within_days}
        for number in sorted(days):
            before, after = self._soon(self.was, self.old, number), self._soon(self.now, self.new, number)
            words = f"within {number} days"
            later = self.circuit.both(before, -after)
            yield _Difference(What.TIME, Direction.MILDER, words, "later or no limit", self._unmoved(later))
            sooner = self.circuit.both(-before, after)
            yield _Difference(What.TIME, Direction.SAFER, "later or no limit", words, self._unmoved(sooner))

    def _unmoved(self, literal: int) -> int:
        """Only for people whose disposition stays: the others have a group already."""
        shared = [item.key for item in self.old.dispositions if item.key in self.new.disposition]
        stays = [self.circuit.both(self.was.exactly(key), self.now.exactly(key)) for key in shared]
        return self.circuit.both(literal, self.circuit.some(stays))

    def _soon(self, encoding: Encoding, protocol: Protocol, days: int) -> int:
        rules = [rule for rule in protocol.rules if rule.within_days and rule.within_days <= days]
        return self.circuit.some(wins(encoding, rule, sure=sure) for rule in rules for sure in (True, False))

    def _routes(self) -> Iterator[_Difference]:
        names = {name for one in (self.old, self.new) for rule in one.rules for name in rule.specialties}
        for name in sorted(names):
            before, after = route(self.was, name), route(self.now, name)
            yield from self._moved(What.ROUTE, name, before, after, (Direction.OTHER, Direction.OTHER))

    def _advice(self) -> Iterator[_Difference]:
        for code in dict.fromkeys([*self.old.module, *self.new.module]):
            before = self.was.shown(code) if code in self.old.module else FALSE
            after = self.now.shown(code) if code in self.new.module else FALSE
            yield from self._moved(What.ADVICE, code, before, after, (Direction.SAFER, Direction.MILDER))

    def _reasons(self) -> Iterator[_Difference]:
        for code in dict.fromkeys([*(one.code for one in self.old.rules), *(one.code for one in self.new.rules)]):
            before = any_win(self.was, self.old.rule.get(code))
            after = any_win(self.now, self.new.rule.get(code))
            yield from self._moved(What.REASON, code, before, after, (Direction.OTHER, Direction.OTHER))

    def _moved(
        self, what: What, name: str, before: int, after: int, turn: tuple[Direction, Direction]
    ) -> Iterator[_Difference]:
        lost, gained = turn
        yield _Difference(what, lost, name, "", self._unmoved(self.circuit.both(before, -after)))
        yield _Difference(what, gained, "", name, self._unmoved(self.circuit.both(-before, after)))


def wins(encoding: Encoding, rule: Rule, *, sure: bool) -> int:
    """The rule is among those that decide the result."""
    protocol, circuit = encoding.protocol, encoding.circuit
    level = rule.disposition if sure else protocol.disposition[rule.disposition].not_sure
    fires = encoding.fires(rule, sure=sure)
    if not sure:
        fires = circuit.both(fires, -encoding.fires(rule, sure=True))
    return circuit.both(fires, encoding.exactly(level))


def any_win(encoding: Encoding, rule: Rule | None) -> int:
    """The rule decides, for certain or in doubt."""
    if rule is None:
        return FALSE
    return encoding.circuit.some(wins(encoding, rule, sure=sure) for sure in (True, False))


def route(encoding: Encoding, specialty: str) -> int:
    """The result names this specialty."""
    protocol, found = encoding.protocol, []
    for rule in protocol.rules:
        level = protocol.disposition[rule.disposition]
        doubtful = rule.specialties
        if level.not_sure != level.key and level.not_sure_specialties:
            doubtful = level.not_sure_specialties
        if specialty in rule.specialties:
            found.append(wins(encoding, rule, sure=True))
        if specialty in doubtful:
            found.append(wins(encoding, rule, sure=False))
    if specialty in protocol.default.specialties:
        nobody = encoding.circuit.every(-any_win(encoding, rule) for rule in protocol.rules)
        found.append(nobody)
    return encoding.circuit.some(found)


def compare(old: Protocol, new: Protocol, *, most: int = MOST) -> Comparison:
    """Return the groups of people whose disposition, time, route, advice or reasons change."""
    pair = _Pair(old, new)
    groups: list[Group] = []
    more: list[str] = []
    undecided: list[str] = []
    with Prover(pair.circuit) as prover:
        prover.assert_always([*pair.was_asked.valid, *pair.is_asked.valid])
        for item in pair.differences():
            if item.literal != FALSE:
                found, complete = _groups(pair, prover, item, most if item.what is What.DISPOSITION else 1)
                groups += found
                name = f"{item.what}: {item.before} → {item.after}"
                if complete is None:
                    undecided.append(name)
                elif not complete and item.what is What.DISPOSITION:
                    more.append(name)
    order = list(Direction)
    groups.sort(key=lambda one: (order.index(one.direction), list(What).index(one.what)))
    return Comparison(tuple(groups), tuple(_restructured(old, new)), tuple(more), tuple(undecided))


def _groups(pair: _Pair, prover: Prover, item: _Difference, most: int) -> tuple[list[Group], bool | None]:
    """The first groups of a difference; each example's own signs are then left out of the search."""
    found: list[Group] = []
    literals = [item.literal]
    while len(found) < most:
        possible = prover.possible(literals)
        if not possible:
            return found, None if possible is None else True
        people = (pair.is_asked, pair.was_asked)
        now, was = shortest(prover, people, literals)
        answers = {**was, **now}
        kept = _on_path(pair, answers)
        words = notable(pair.new, {key: answers[key] for key in kept if key in pair.new.question})
        example = {key: answers[key] for key in kept}
        found.append(Group(item.what, item.direction, item.before, item.after, example, words))
        signs = _signs(pair, answers, kept)
        if not signs:
            return found, not prover.possible([*literals, -item.literal])
        literals.append(-pair.circuit.every(signs))
    return found, prover.possible(literals) is False


def _on_path(pair: _Pair, answers: Answers) -> list[str]:
    asked = [*evaluate(pair.new, answers).asked, *evaluate(pair.old, answers).asked]
    return list(dict.fromkeys(key for key in asked if key in answers))


def _signs(pair: _Pair, answers: Answers, kept: list[str]) -> list[int]:
    """The literals of what an example says beyond the calm answers."""
    found: list[int] = []
    for key in kept:
        question = pair.new.question.get(key) or pair.old.question[key]
        person = pair.is_asked if key in pair.new.question else pair.was_asked
        found += _said(person, question, answers)
    return found


def _said(person: Asked, question: Question, answers: Answers) -> list[int]:
    answer = answers[question.key]
    if isinstance(answer, tuple):
        yes = [person.yes(question.key, one.key) for one in question.options if one.key in answer]
        return yes + [person.maybe(question.key, one.key) for one in question.options if f"?{one.key}" in answer]
    sets, unknown = values(question).get(str(answer), (frozenset(), frozenset()))
    return [person.said(question.key, str(answer))] if sets or unknown else []


def _restructured(old: Protocol, new: Protocol) -> Iterator[str]:
    """Questions and answers that only one version has; people who use them are not compared."""
    for key in dict.fromkeys([*old.question, *new.question]):
        before, after = old.question.get(key), new.question.get(key)
        if before is None or after is None:
            yield f"{key} is {'new' if before is None else 'gone'}"
        elif before.kind is not after.kind:
            yield f"{key} is asked in another way"
        elif before.kind is not Kind.NUMBER:
            one, two = set(before.by_option), set(after.by_option)
            yield from (f"{key}: the answer {name} is gone" for name in sorted(one - two))
            yield from (f"{key}: the answer {name} is new" for name in sorted(two - one))
            if before.allow_unsure != after.allow_unsure:
                yield f"{key}: “not sure” is {'gone' if before.allow_unsure else 'new'}"
