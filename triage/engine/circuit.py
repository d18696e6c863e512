"""A circuit of and-gates in which equal parts exist once, and its clauses for a solver."""

from collections.abc import Iterable

TRUE = 1
FALSE = -1

Clause = tuple[int, ...]


class Circuit:
    """Literals are numbers; minus is not. Input names are free text."""

    def __init__(self) -> None:
        """Start with the constant true."""
        self.size = TRUE
        self.inputs: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.gates: dict[int, tuple[int, int]] = {}
        self._known: dict[tuple[int, int], int] = {}

    def input(self, name: str) -> int:
        """The literal of an input; the same name is the same literal."""
        found = self.inputs.get(name)
        if found is None:
            self.size += 1
            found = self.inputs[name] = self.size
            self.names[found] = name
        return found

    def both(self, one: int, two: int) -> int:
        """One and two."""
        if two in {one, TRUE}:
            return one
        if one == TRUE:
            return two
        if FALSE in {one, two} or one == -two:
            return FALSE
        pair = (one, two) if one < two else (two, one)
        found = self._known.get(pair)
        if found is None:
            self.size += 1
            found = self._known[pair] = self.size
            self.gates[found] = pair
        return found

    def every(self, literals: Iterable[int]) -> int:
        """All of them; true for none."""
        found = TRUE
        for literal in sorted(set(literals)):
            found = self.both(found, literal)
        return found

    def some(self, literals: Iterable[int]) -> int:
        """At least one of them; false for none."""
        return -self.every(-literal for literal in literals)

    def either(self, one: int, two: int) -> int:
        """One or two."""
        return -self.both(-one, -two)

    def same(self, one: int, two: int) -> int:
        """Both true or both false."""
        return -self.both(-self.both(one, two), -self.both(-one, -two))

    def exactly_one(self, literals: list[int]) -> int:
        """One and only one."""
        seen, doubled = FALSE, FALSE
        for literal in literals:
            doubled = self.either(doubled, self.both(seen, literal))
            seen = self.either(seen, literal)
        return self.both(seen, -doubled)

    def at_least(self, count: int, literals: list[int]) -> int:
        """At least `count` of them."""
        row = [TRUE] + [FALSE] * count
        for literal in literals:
            for number in range(count, 0, -1):
                row[number] = self.either(row[number], self.both(row[number - 1], literal))
        return row[count]

    def below(self, literals: Iterable[int]) -> list[int]:
        """Everything that the literals rest on, inputs before gates."""
        seen: set[int] = set()
        waiting = [abs(literal) for literal in literals]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += [abs(one) for one in self.gates.get(name, ())]
        return sorted(seen)  # a gate is made after what it joins

    def clauses(self, roots: Iterable[int]) -> list[Clause]:
        """Clauses of everything the roots rest on; the roots themselves are not asserted."""
        made: list[Clause] = [(TRUE,)]
        seen: set[int] = set()
        waiting = [abs(root) for root in roots]
        while waiting:
            gate = waiting.pop()
            if gate in seen or gate not in self.gates:
                continue
            seen.add(gate)
            one, two = self.gates[gate]
            made += [(-gate, one), (-gate, two), (gate, -one, -two)]
            waiting += [abs(one), abs(two)]
        return made
