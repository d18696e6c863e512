"""A protocol on one page: what leads to each urgency, and the range of urgencies for each answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from triage.engine.circuit import Circuit
from triage.engine.encode import Asked, Encoding, values
from triage.engine.protocol import UNSURE, Condition, Protocol, Question, Rule
from triage.engine.solver import Prover

MOST = 400


@dataclass(frozen=True, slots=True)
class Pattern:
    """A smallest set of findings that leads to a level, unless one of the others is clearly present."""

    rules: tuple[str, ...]
    present: frozenset[str]
    absent: frozenset[str]

    def within(self, other: "Pattern") -> bool:
        """Whoever fits the other pattern fits this one."""
        return self.present <= other.present and self.absent <= other.absent


@dataclass(frozen=True, slots=True)
class Level:
    """All smallest patterns of one disposition; `cut` says that there are too many to review."""

    disposition: str
    patterns: tuple[Pattern, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Range:
    """The mildest and the most urgent result of people who give one answer."""

    question: str
    answer: str
    lowest: str | None
    highest: str | None


def levels(protocol: Protocol, *, most: int = MOST) -> tuple[Level, ...]:
    """Return for each disposition, the most urgent first, its smallest patterns without any "not sure".

    The list is complete: the result is the maximum over the rules, and the patterns are the rules written out.
    A pattern is left out only where a wider one leads at least as high.
    """
    found: list[Level] = []
    above: list[Pattern] = []
    for level in sorted(protocol.dispositions, key=lambda item: -item.rank):
        rules = [rule for rule in protocol.rules if rule.disposition == level.key]
        mine = _smallest([pattern for rule in rules for pattern in _patterns(rule)], above)
        found.append(Level(level.key, tuple(mine[:most]), len(mine) > most))
        above += mine
    return tuple(found)


def _patterns(rule: Rule) -> list[Pattern]:
    each = [_written_out(condition) for condition in rule.conditions]
    if rule.any_of:
        chosen: Iterable[tuple[tuple[frozenset[str], frozenset[str]], ...]] = ((one,) for ways in each for one in ways)
    else:
        chosen = product(*each)
    none = frozenset[str]()
    made = [
        Pattern((rule.code,), none.union(*(one[0] for one in ways)), none.union(*(one[1] for one in ways)))
        for ways in chosen
    ]
    return [pattern for pattern in made if not pattern.present & pattern.absent]


def _written_out(condition: Condition) -> list[tuple[frozenset[str], frozenset[str]]]:
    absent = frozenset(key for need in condition.needs if not need.present for key in need.findings)
    choices = [need.findings for need in condition.needs if need.present]
    return [(frozenset(chosen), absent) for chosen in product(*choices)]


def _smallest(patterns: list[Pattern], above: list[Pattern]) -> list[Pattern]:
    """Without doubles and without what a wider pattern covers already; equal ones name all their rules."""
    kept: list[Pattern] = []
    for pattern in sorted(patterns, key=lambda item: (len(item.present), len(item.absent))):
        same = next((one for one in kept if (one.present, one.absent) == (pattern.present, pattern.absent)), None)
        if same is not None:
            kept[kept.index(same)] = Pattern((*same.rules, *pattern.rules), same.present, same.absent)
        elif not any(one.within(pattern) for one in (*above, *kept)):
            kept.append(pattern)
    return kept


def in_words(protocol: Protocol, pattern: Pattern) -> str:
    """A pattern as a line to read."""
    present = " and ".join(_statement(protocol, key) for key in sorted(pattern.present))
    absent = ", or ".join(_statement(protocol, key) for key in sorted(pattern.absent))
    return f"{present}; unless {absent}" if absent else present


def _statement(protocol: Protocol, key: str) -> str:
    finding = protocol.finding[key]
    return finding.statement or finding.label


def option_table(protocol: Protocol) -> tuple[Range, ...]:
    """Return the range of urgencies for every answer, over all other answers; shows over-triage at a glance."""
    circuit = Circuit()
    person = Asked(circuit, protocol)
    encoding = Encoding(person)
    order = sorted(protocol.dispositions, key=lambda item: item.rank)
    found: list[Range] = []
    with Prover(circuit) as prover:
        prover.assert_always(person.valid)
        for question in protocol.questions:
            for answer, literal in _answers(person, question):
                given = (encoding.asks[question.key], literal)
                able = [one.key for one in order if prover.possible((*given, encoding.exactly(one.key)))]
                low, high = (able[0], able[-1]) if able else (None, None)
                found.append(Range(question.key, answer, low, high))
    return tuple(found)


def _answers(person: Asked, question: Question) -> list[tuple[str, int]]:
    if not question.several:
        return [(value, person.said(question.key, value)) for value in values(question)]
    found = [(option.key, person.yes(question.key, option.key)) for option in question.options]
    if question.allow_unsure:
        doubts = [person.maybe(question.key, option.key) for option in question.options]
        found.append((UNSURE, person.circuit.every(doubts)))
    nothing = person.circuit.every(-literal for literal in person.inputs(question))
    return [*found, ("none", nothing)]
