"""One certificate for all proofs of a protocol, and a small checker that trusts neither solver nor library.

The clauses say what a protocol does; a goal is a set of literals that never hold together. The steps are clauses, each
of which follows from those before it by unit propagation. They are shared by all goals, and followed once.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triage.engine.circuit import Circuit, Clause
from triage.engine.solver import refutations

Goal = tuple[int, ...]
MOST = 4
_followed: OrderedDict[str, list[bool]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Certificate:
    """Clauses, the goals that cannot hold with them, and the steps that show it."""

    clauses: tuple[Clause, ...]
    goals: tuple[Goal, ...]
    steps: tuple[Clause, ...]

    @property
    def sha256(self) -> str:
        """A fingerprint of clauses, goals and steps."""
        digest = hashlib.sha256()
        for part in (self.clauses, self.goals, self.steps):
            digest.update("\n".join(" ".join(map(str, clause)) for clause in part).encode() + b"\n--\n")
        return digest.hexdigest()


def certify(circuit: Circuit, goals: Sequence[Goal], always: Iterable[int]) -> Certificate:
    """Return the steps of the solver for these goals; what they are worth, `accepted` says."""
    always = tuple(always)
    roots = [*always, *(literal for goal in goals for literal in goal)]
    clauses = (*circuit.clauses(roots), *((literal,) for literal in always))
    return Certificate(clauses, tuple(goals), tuple(refutations(clauses, goals)))


def accepted(certificate: Certificate, *, until: float | None = None) -> list[bool]:
    """Follow the steps and say of each goal whether it is shown; a step that does not follow shows nothing at all.

    `until`: a moment of `time.monotonic`; what is not followed by then is not shown. What this process has followed to
    the end is not followed again: the same clauses, goals and steps come to the same.
    """
    name = certificate.sha256
    if name not in _followed:
        found = _follow(certificate, until)
        if _is_late(until):
            return found
        _followed[name] = found
        while len(_followed) > MOST:
            _followed.popitem(last=False)
    return list(_followed[name])


def _follow(certificate: Certificate, until: float | None) -> list[bool]:
    checker = _Checker(certificate.clauses, certificate.steps)
    for step in certificate.steps:
        if _is_late(until) or not checker.follows(step):
            return [False] * len(certificate.goals)
        checker.add(step)
    return [not _is_late(until) and checker.follows(tuple(-one for one in goal)) for goal in certificate.goals]


def _is_late(until: float | None) -> bool:
    return until is not None and time.monotonic() > until


class _Checker:
    """Unit propagation with two watched literals for each clause.

    Lists hold a place for each literal; the place of "not n" is -n, counted from the end, as Python counts.
    """

    def __init__(self, clauses: Sequence[Clause], steps: Sequence[Clause]) -> None:
        size = 2 * max((abs(literal) for part in (clauses, steps) for one in part for literal in one), default=0) + 1
        self.values: list[bool | None] = [None] * size
        self.watches: list[list[list[int]]] = [[] for _ in range(size)]
        self.trail: list[int] = []
        self.broken = False
        for clause in clauses:
            self.add(clause)

    def add(self, clause: Clause) -> None:
        """Take in a clause for good."""
        literals = sorted(set(clause), key=lambda literal: self.values[literal] is False)
        if not literals or self.values[literals[0]] is False:
            self.broken = True
        elif len(literals) == 1 or self.values[literals[1]] is False:
            self.broken = not self._propagate([literals[0]]) or self.broken
        if len(literals) > 1:
            for literal in literals[:2]:
                self.watches[literal].append(literals)

    def follows(self, clause: Clause) -> bool:
        """Whether denying the clause leads to a contradiction by unit propagation alone."""
        if self.broken:
            return True
        mark = len(self.trail)
        fine = self._propagate([-literal for literal in clause])
        values = self.values
        for literal in self.trail[mark:]:
            values[literal] = values[-literal] = None
        del self.trail[mark:]
        return not fine

    def _propagate(self, waiting: list[int]) -> bool:
        """Set literals and all that follows; False: a contradiction."""
        values, trail = self.values, self.trail
        while waiting:
            literal = waiting.pop()
            value = values[literal]
            if value is False:
                return False
            if value is None:
                values[literal], values[-literal] = True, False
                trail.append(literal)
                if not self._visit(-literal, waiting):
                    return False
        return True

    def _visit(self, false: int, waiting: list[int]) -> bool:
        """Look at the clauses that watch a literal which has become false; False: one of them is broken."""
        values, watches, clauses = self.values, self.watches, self.watches[false]
        kept: list[list[int]] = []
        watches[false] = kept
        for number, clause in enumerate(clauses):
            if clause[0] == false:
                clause[0], clause[1] = clause[1], false
            first = values[clause[0]]
            if first is True:
                kept.append(clause)
                continue
            # let it watch another literal that is not false, if it has one
            for place in range(2, len(clause)):
                literal = clause[place]
                if values[literal] is not False:
                    clause[1], clause[place] = literal, false
                    watches[literal].append(clause)
                    break
            else:
                kept.append(clause)
                if first is False:
                    kept.extend(clauses[number + 1 :])
                    return False
                waiting.append(clause[0])
        return True
