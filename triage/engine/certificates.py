"""Certificates for proofs, and a small checker that trusts neither solver nor library."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from triage.engine.circuit import Circuit, Clause
from triage.engine.solver import refutation


@dataclass(frozen=True, slots=True)
class Certificate:
    """Clauses that cannot all hold, and the steps that show it."""

    clauses: tuple[Clause, ...]
    steps: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """A fingerprint of clauses and steps."""
        lines = [" ".join(map(str, clause)) for clause in self.clauses]
        return hashlib.sha256("\n".join([*lines, "--", *self.steps]).encode()).hexdigest()


def certify(circuit: Circuit, literals: Iterable[int], always: Iterable[int]) -> Certificate | None:
    """Return a checked certificate that the literals never hold together; None: there is none."""
    roots = [*literals, *always]
    clauses = [*circuit.clauses(roots), *((root,) for root in roots)]
    steps = refutation(clauses)
    if steps is None:
        return None
    made = Certificate(tuple(clauses), tuple(steps))
    return made if accepts(made) else None


def accepts(certificate: Certificate) -> bool:
    """Follow the steps: each must follow by unit propagation, and together they must reach a contradiction."""
    checker = _Checker(certificate.clauses)
    if checker.broken:
        return True
    for step in certificate.steps:
        words = step.split()
        if words and words[0] == "d":
            continue  # forgetting clauses is never needed for the proof to be right
        clause = tuple(int(word) for word in words if word != "0")
        if not checker.follows(clause):
            return False
        if not clause:
            return True
        checker.add(clause)
        if checker.broken:
            return True
    return checker.follows(())


class _Checker:
    """Unit propagation with two watched literals for each clause."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self.values: dict[int, bool] = {}
        self.trail: list[int] = []
        self.watches: dict[int, list[list[int]]] = {}
        self.broken = False
        for clause in clauses:
            self.add(clause)

    def add(self, clause: Clause) -> None:
        """Take in a clause for good."""
        literals = sorted(set(clause), key=lambda literal: self.values.get(literal) is False)
        if not literals or self.values.get(literals[0]) is False:
            self.broken = True
        elif len(literals) == 1 or self.values.get(literals[1]) is False:
            self.broken = not self._propagate([literals[0]]) or self.broken
        if len(literals) > 1:
            for literal in literals[:2]:
                self.watches.setdefault(literal, []).append(literals)

    def follows(self, clause: Clause) -> bool:
        """Whether denying the clause leads to a contradiction by unit propagation alone."""
        mark = len(self.trail)
        fine = self._propagate([-literal for literal in clause])
        for literal in self.trail[mark:]:
            del self.values[literal], self.values[-literal]
        del self.trail[mark:]
        return not fine

    def _propagate(self, literals: list[int]) -> bool:
        """Set literals and all that follows; False: a contradiction."""
        waiting = list(literals)
        while waiting:
            literal = waiting.pop()
            value = self.values.get(literal)
            if value is False:
                return False
            if value is None:
                self.values[literal], self.values[-literal] = True, False
                self.trail.append(literal)
                if not self._visit(-literal, waiting):
                    return False
        return True

    def _visit(self, false: int, waiting: list[int]) -> bool:
        """Look at the clauses that watch a literal which has become false."""
        kept: list[list[int]] = []
        clauses = self.watches.get(false, [])
        self.watches[false] = kept
        for number, clause in enumerate(clauses):
            if clause[0] == false:
                clause[0], clause[1] = clause[1], clause[0]
            if not self._moved(clause, false):
                kept.append(clause)
                if self.values.get(clause[0]) is False:
                    kept.extend(clauses[number + 1 :])
                    return False
                if self.values.get(clause[0]) is None:
                    waiting.append(clause[0])
        return True

    def _moved(self, clause: list[int], false: int) -> bool:
        if self.values.get(clause[0]) is True:
            return False
        for place in range(2, len(clause)):
            if self.values.get(clause[place]) is not False:
                clause[1], clause[place] = clause[place], false
                self.watches.setdefault(clause[1], []).append(clause)
                return True
        return False
