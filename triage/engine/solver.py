"""The only place that knows the SAT solver; loaded when something is proved, never for a visitor."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Protocol as Shape
from typing import Self, cast

from triage.engine.circuit import Circuit, Clause

NAME = "glucose4"
EFFORT = 200_000
"""Conflicts after which a question counts as not proved."""


class _Sat(Shape):
    def add_clause(self, clause: list[int]) -> None: ...
    def conf_budget(self, budget: int) -> None: ...
    def solve_limited(self, assumptions: list[int]) -> bool | None: ...
    def get_model(self) -> list[int]: ...
    def get_proof(self) -> list[str] | None: ...
    def delete(self) -> None: ...


class SolverMissingError(RuntimeError):
    """The solver is not installed: the site runs, but nothing can be proved or approved."""


def _solver(*, with_proof: bool = False) -> _Sat:
    try:
        from pysat.solvers import Solver  # noqa: PLC0415 - never on a visitor's path
    except ImportError as error:
        raise SolverMissingError("python-sat is not installed, so protocols cannot be proved.") from error
    return cast("_Sat", Solver(name=NAME, with_proof=with_proof))


class Prover:
    """Answers questions about one circuit; what it has learned helps with the next."""

    def __init__(self, circuit: Circuit, effort: int = EFFORT) -> None:
        """Start a solver."""
        self.circuit = circuit
        self.effort = effort
        self._sat = _solver()
        self._sent: set[int] = set()
        self._model: frozenset[int] = frozenset()
        self._sat.add_clause([1])

    def __enter__(self) -> Self:
        """Use as a context, so that the solver's memory is given back."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the memory back."""
        self._sat.delete()

    def send(self, literals: Iterable[int]) -> None:
        """Tell the solver about the gates below these literals."""
        waiting = [abs(literal) for literal in literals]
        while waiting:
            gate = waiting.pop()
            if gate in self._sent:
                continue
            self._sent.add(gate)
            pair = self.circuit.gates.get(gate)
            if pair:
                one, two = pair
                for clause in ([-gate, one], [-gate, two], [gate, -one, -two]):
                    self._sat.add_clause(clause)
                waiting += [abs(one), abs(two)]

    def assert_always(self, literals: Iterable[int]) -> None:
        """These hold in every question from now on."""
        literals = list(literals)
        self.send(literals)
        for literal in literals:
            self._sat.add_clause([literal])

    def possible(self, literals: Iterable[int]) -> bool | None:
        """Whether all of them can hold together; None: not decided within the effort."""
        literals = list(literals)
        self.send(literals)
        self._sat.conf_budget(self.effort)
        found = self._sat.solve_limited(assumptions=literals)
        if found:
            self._model = frozenset(literal for literal in self._sat.get_model() if literal > 0)
        return found

    def shown(self, literals: Iterable[int]) -> bool:
        """Whether the last answers found make all literals hold, worked out gate by gate without the solver."""
        known: dict[int, bool] = {1: True}
        gates, model = self.circuit.gates, self._model
        for gate in self.circuit.below(literals):
            pair = gates.get(gate)
            if pair is None:
                known[gate] = gate == 1 or gate in model
            else:
                known[gate] = all(known[abs(one)] == (one > 0) for one in pair)
        return all(known[abs(literal)] == (literal > 0) for literal in literals)

    def reader(self) -> Callable[[int], bool]:
        """What holds in the last model; inputs that it does not mention are false."""
        model, gates = self._model, self.circuit.gates

        def holds(literal: int) -> bool:
            name = abs(literal)
            if name in self._sent or name not in gates:
                true = name in model or name == 1
            else:
                true = holds(gates[name][0]) and holds(gates[name][1])
            return true if literal > 0 else not true

        return holds


def refutations(clauses: Iterable[Clause], goals: Iterable[Clause]) -> list[Clause]:
    """Return what the solver learned while it refuted one goal after the other, in order.

    Each goal is assumed, not added, so what is learned follows from the clauses alone and serves every goal. A goal
    that cannot be refuted leaves no trace here: the checker will not accept it.
    """
    sat = _solver(with_proof=True)
    try:
        for clause in clauses:
            sat.add_clause(list(clause))
        for goal in goals:
            sat.conf_budget(EFFORT)
            sat.solve_limited(assumptions=list(goal))
        lines = [line.split() for line in sat.get_proof() or []]
    finally:
        sat.delete()
    # that something was forgotten is never needed for a proof; an empty line only says that a goal was refuted
    return [tuple(map(int, words[:-1])) for words in lines if words[0] != "d" and len(words) > 1]
