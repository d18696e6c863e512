"""What a statement about a protocol is made of: two people in one circuit, who may differ in one answer."""

from collections.abc import Callable
from dataclasses import dataclass

from triage.engine.circuit import FALSE, TRUE, Circuit
from triage.engine.encode import Asked, Encoding
from triage.engine.protocol import Answers, Condition, Protocol, Question

SAFETY, COMPLETENESS = "safety", "completeness"


@dataclass(frozen=True, slots=True)
class Property:
    """One statement: `literals` together must never hold, or (with `never` false) must be possible."""

    id: str
    group: str
    sentence: str
    literals: tuple[int, ...]
    people: tuple[Asked, ...]
    confirm: Callable[[list[Answers]], bool]
    never: bool = True
    hard: bool = True
    although: str = ""
    """What makes a counterexample wrong: the end of its story."""


class Frame:
    """The circuit with two people, a and b, who may differ in one answer."""

    def __init__(self, protocol: Protocol) -> None:
        """Encode the protocol for both."""
        self.protocol = protocol
        self.circuit = Circuit()
        self.a = Asked(self.circuit, protocol, "a")
        self.b = Asked(self.circuit, protocol, "b")
        self.one = Encoding(self.a)
        self.two = Encoding(self.b)
        self.ranks = sorted(item.rank for item in protocol.dispositions)
        self.alike = {item.key: self._alike(item) for item in protocol.questions}
        self.definite = tuple(-literal for item in protocol.questions for literal in self._doubts(item))

    def _doubts(self, question: Question) -> list[int]:
        if question.several:
            found = [self.a.maybe(question.key, option.key) for option in question.options]
            return [literal for literal in found if literal != FALSE]
        return [self.a.said(question.key, "unsure")] if question.allow_unsure else []

    def _alike(self, question: Question) -> list[int]:
        pairs = zip(self.a.inputs(question), self.b.inputs(question), strict=True)
        return [self.circuit.same(one, two) for one, two in pairs]

    def others_alike(self, question: Question, option: str | None = None) -> list[int]:
        """Everything but this question, or this option of it, is answered in the same way."""
        found = [literal for key, items in self.alike.items() if key != question.key for literal in items]
        if option is not None:
            for item in question.options:
                if item.key != option:
                    key = question.key
                    found.append(self.circuit.same(self.a.yes(key, item.key), self.b.yes(key, item.key)))
                    found.append(self.circuit.same(self.a.maybe(key, item.key), self.b.maybe(key, item.key)))
        return found

    def milder(self, above: int) -> int:
        """B is milder than a, at a level more urgent than the given rank."""
        return self.circuit.some(
            self.circuit.both(self.one.at_least(rank), -self.two.at_least(rank)) for rank in self.ranks if rank > above
        )

    def unlocked(self, excused: frozenset[str]) -> int:
        """A block that is on for a is off for b.

        Left out are blocks that a mitigating finding switches off itself or may take off. If it keeps the form
        from ending early, blocks are no longer on merely because nobody has asked.
        """
        found = []
        freed = {code for item in self.protocol.mitigating if item.finding in excused for code in item.frees}
        for block in self.protocol.blocks:
            if not block.conditions or block.code in freed or excused & _excuses(block.conditions):
                continue
            before, after = self._by_findings(self.one, block.code), self._by_findings(self.two, block.code)
            found.append(self.circuit.both(before, -after))
        return self.circuit.both(self.circuit.some(found), -self.one.stopped if excused else TRUE)

    def _by_findings(self, encoding: Encoding, code: str) -> int:
        block = self.protocol.block[code]
        return encoding.law(block.conditions, block.any_of, encoding.not_excluded, frozenset())


def _excuses(conditions: tuple[Condition, ...]) -> frozenset[str]:
    return frozenset(key for item in conditions for need in item.needs if not need.present for key in need.findings)
