"""Some statements about a protocol, decided by themselves: for what rests on a few of them and cannot wait for all."""

from collections.abc import Collection
from dataclasses import dataclass

from triage.engine.frame import Frame, Property
from triage.engine.properties import properties
from triage.engine.protocol import Protocol
from triage.engine.prove import Status, Verdict, decide
from triage.engine.solver import Prover


@dataclass(frozen=True, slots=True)
class Selected:
    """What became of the statements that a name stands for: itself, or what begins with it."""

    name: str
    verdicts: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether there are such statements, and each of them is proved."""
        return bool(self.verdicts) and all(item.status is Status.PROVED for item in self.verdicts)

    @property
    def failing(self) -> Verdict | None:
        """The first that is not proved."""
        return next((item for item in self.verdicts if item.status is not Status.PROVED), None)


def selected(protocol: Protocol, names: Collection[str]) -> dict[str, Selected]:
    """Return what became of the statements behind each name; needs the solver."""
    frame = Frame(protocol)
    statements = list(properties(frame))
    wanted = {name: [item for item in statements if stands_for(name, item.id)] for name in names}
    every: dict[str, Property] = {item.id: item for items in wanted.values() for item in items}
    with Prover(frame.circuit) as prover:
        prover.assert_always((*frame.a.valid, *frame.b.valid))
        decided = {key: decide(protocol, prover, item) for key, item in every.items()}
    return {name: Selected(name, tuple(decided[item.id] for item in items)) for name, items in wanted.items()}


def stands_for(name: str, statement: str) -> bool:
    """Whether a name stands for a statement: they are the same, or the statement goes on after a colon or a dot."""
    return statement == name or statement.startswith((f"{name}:", f"{name}."))
