"""The compiled evaluator: the same run as `evaluate`, on bit masks; this is what visitors use."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from triage.engine.answers import clean
from triage.engine.artefact import ArtefactError, Json, compile_source, opened
from triage.engine.outcome import Outline, conclude
from triage.engine.protocol import MAYBE, NONE, SOME, UNSURE, Answer, Answers, Kind, Protocol, Stops
from triage.engine.result import Fired, Result

Masks = tuple[int, int]
Case = tuple[tuple[int, ...], int]
"""A condition: one mask for each need, and the findings that must not be clearly present."""

Read = tuple[int, int, bool]


def met(case: Case, present: int, true: int) -> bool:
    """All needs meet the findings that count as present, and none that must be absent is true."""
    for need in case[0]:
        if not present & need:
            return False
    return not true & case[1]


@dataclass(frozen=True, slots=True)
class Step:
    """One question as tables."""

    key: str
    kind: Kind
    late: bool
    mask: int
    ask: tuple[Case, ...]
    cannot: bool
    options: dict[str, Masks]
    unsure: Masks | None
    starts: tuple[int, ...]
    values: tuple[int, ...]
    ready: dict[Answer, Read] = field(default_factory=dict)
    """The answers that most people give, read beforehand: one choice, one tick, none, not sure."""

    def read(self, answer: Answer) -> Read | None:
        """True and unknown findings, and whether more detail is still to be asked; None: no answer."""
        if isinstance(answer, tuple):
            return self._several(answer)
        if self.kind is Kind.NUMBER:
            return self._number(answer)
        if answer == UNSURE and self.unsure is not None:
            return (*self.unsure, False)
        masks = self.options.get(answer) if isinstance(answer, str) else None
        return (*masks, False) if masks else None

    def _several(self, answer: tuple[str, ...]) -> Read | None:
        if self.kind in {Kind.SINGLE, Kind.NUMBER} or not answer:
            return None
        true = unknown = 0
        for token in answer:
            if token in self.options:
                true |= self.options[token][0]
            elif token.startswith(MAYBE) and token[1:] in self.options:
                unknown |= self.options[token[1:]][0]
            elif token in {UNSURE, SOME}:
                unknown |= self._rest(answer)
            elif token != NONE:
                return None
        return true, unknown, SOME in answer

    def _rest(self, answer: tuple[str, ...]) -> int:
        """The findings of everything that is not ticked."""
        mask = 0
        for key, masks in self.options.items():
            if key not in answer:
                mask |= masks[0]
        return mask

    def _number(self, answer: Answer) -> Read | None:
        if answer == UNSURE and self.unsure is not None:
            return (*self.unsure, False)
        if not isinstance(answer, int) or not self.starts[0] <= answer < self.starts[-1]:
            return None
        return self.values[bisect_right(self.starts, answer) - 1], 0, False


@dataclass(frozen=True, slots=True)
class Law:
    """A rule or block as tables."""

    code: str
    any_of: bool
    cases: tuple[Case, ...]
    level: str = ""
    doubt: str = ""
    levels: tuple[str, ...] = ()

    def holds(self, present: int, true: int) -> bool:
        """One or all of the conditions are met."""
        if self.any_of:
            return any(met(case, present, true) for case in self.cases)
        return bool(self.cases) and all(met(case, present, true) for case in self.cases)


@dataclass(frozen=True, slots=True)
class Gate:
    """What could end the form before one question, and the findings that make a look worthwhile."""

    pending: int
    once: tuple[Law, ...]
    later: int
    sure: tuple[Law, ...]
    doubtful: tuple[Law, ...]
    watch: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """A run as masks."""

    asked: tuple[str, ...]
    next: str | None
    stopped: bool
    true: int
    unknown: int
    settled: int


class Machine:
    """A protocol ready to run: loaded once for each process, never changed afterwards."""

    def __init__(self, artefact: Mapping[str, object]) -> None:
        """Check the artefact and build the tables."""
        self.protocol: Protocol
        self.protocol, made = opened(artefact)
        self.hash = str(artefact["hash"])
        try:
            self.names = tuple(cast("list[str]", made["findings"]))
            self.steps = tuple(_step(item) for item in cast("list[Json]", made["questions"]))
            self.rules = tuple(_law(item) for item in cast("list[Json]", made["rules"]))
            self.blocks = {law.code: law for law in map(_law, cast("list[Json]", made["blocks"]))}
            self.ranks = {str(one["key"]): cast(int, one["rank"]) for one in cast("list[Json]", made["levels"])}
            self.ends = {str(one["key"]): Stops(str(one["stops"])) for one in cast("list[Json]", made["levels"])}
        except (KeyError, TypeError, ValueError) as error:
            raise ArtefactError("The tables of this artefact are not complete.") from error
        self.gates = _gates(self)
        self._bytes = _byte_table(self.names)
        self._needs = tuple((law, _needed((law,))) for law in self.rules)
        self._urgent = tuple(sorted(self._needs, key=lambda one: -self.ranks[one[0].level]))
        self._plan = tuple(zip(self.steps, self.gates, strict=True))

    @classmethod
    def of(cls, source: Mapping[str, object]) -> "Machine":
        """Compile and load a complete protocol."""
        return cls(compile_source(source))

    def clean(self, raw: Mapping[str, object]) -> Answers:
        """The answers that fit, in their written form; nothing off the path."""
        question = self.protocol.question
        found: Answers = {}
        for key, value in raw.items():
            answer = clean(question[key], value) if key in question else None
            if answer is not None:
                found[key] = answer
        return {key: found[key] for key in self.walk(found).asked}

    def walk(self, answers: Mapping[str, Answer]) -> Walk:
        """Fold answers in their written form; the same answers always give the same run."""
        true = unknown = settled = 0
        seen_true = seen = -1
        asked: list[str] = []
        for step, gate in self._plan:
            known = (true | unknown) & gate.watch
            # look only if something that could end the form has changed since the last look
            if known and (gate.fresh or known != seen or true & gate.watch != seen_true):
                if _ends(gate, true, true | unknown):
                    return Walk(tuple(asked), None, True, true, unknown & ~true, settled)
                seen, seen_true = known, true & gate.watch
            if step.ask and not _wanted(step.ask, true | unknown, true):
                if step.cannot and not _wanted(step.ask, true | unknown | ~settled, true):
                    settled |= step.mask
                continue
            answer = answers.get(step.key)
            masks = step.ready.get(answer) if answer is not None else None
            if masks is None and answer is not None:
                masks = step.read(answer)
            if masks is None:
                return Walk(tuple(asked), step.key, False, true, unknown & ~true, settled)
            asked.append(step.key)
            true |= masks[0]
            unknown |= masks[1]
            settled |= step.mask
            if masks[2]:
                return Walk(tuple(asked), step.key, False, true, unknown & ~true, settled)
        return Walk(tuple(asked), None, False, true, unknown & ~true, settled)

    def next_question(self, answers: Mapping[str, Answer]) -> str | None:
        """The key of the next question, or None: done."""
        return self.walk(answers).next

    def result(self, answers: Mapping[str, Answer]) -> Result:
        """The full result for answers in their written form."""
        return self.conclude(self.walk(answers))

    def level(self, answers: Mapping[str, Answer]) -> str | None:
        """The disposition that `result` has, for a fifth of its time."""
        walk = self.walk(answers)
        true, present = walk.true, walk.true | walk.unknown
        level = self.protocol.default.disposition
        best = self.ranks[level]
        for law, needed in self._urgent:
            if self.ranks[law.level] <= best:
                break
            if present & needed and law.holds(present, true):
                found = law.level if law.holds(true, true) else law.doubt
                if self.ranks[found] > best:
                    level, best = found, self.ranks[found]
        return level if walk.next is None or best > min(self.ranks.values()) else None

    def conclude(self, walk: Walk) -> Result:
        """The full result of a run."""
        true, present = walk.true, walk.true | walk.unknown
        open_ = present | ~walk.settled

        def is_on(code: str, level: str | None) -> bool:
            law = self.blocks[code]
            return law.holds(open_, true) or level in law.levels

        outline = Outline(
            asked=walk.asked,
            next=walk.next,
            stopped=walk.stopped,
            fired=self.fired(true, present),
            true=self.named(true),
            unknown=self.named(walk.unknown),
            settled=self.named(walk.settled),
        )
        return conclude(self.protocol, outline, is_on)

    def fired(self, true: int, present: int) -> tuple[Fired, ...]:
        """Every rule that applies, for certain or in doubt."""
        found: list[Fired] = []
        for law, needed in self._needs:
            if present & needed and law.holds(present, true):
                sure = law.holds(true, true)
                mask = true if sure else present
                which = tuple(i for i, case in enumerate(law.cases) if met(case, mask, true))
                found.append(Fired(law.code, law.level if sure else law.doubt, sure, which))
        return tuple(found)

    def named(self, mask: int) -> frozenset[str]:
        """The findings in a mask, byte by byte from a table."""
        found: list[str] = []
        for place, byte in enumerate(mask.to_bytes(len(self._bytes), "little")):
            if byte:
                found += self._bytes[place][byte]
        return frozenset(found)


def _byte_table(names: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """For every byte of a mask and every value of it the findings that it stands for."""
    rows = [names[start : start + 8] for start in range(0, len(names), 8)]
    return tuple(
        tuple(tuple(name for bit, name in enumerate(row) if byte >> bit & 1) for byte in range(1 << len(row)))
        for row in rows
    )


def _wanted(cases: tuple[Case, ...], present: int, true: int) -> bool:
    return any(met(case, present, true) for case in cases)


def _ends(gate: Gate, true: int, present: int) -> bool:
    sealed = true | gate.pending
    for law in gate.once:
        if law.holds(true, sealed):
            return True
    sealed = true | gate.later
    return any(law.holds(true, sealed) for law in gate.sure) or any(law.holds(present, sealed) for law in gate.doubtful)


def _cases(value: object) -> tuple[Case, ...]:
    rows = cast("list[tuple[list[str], str]]", value)
    return tuple((tuple(int(mask, 16) for mask in row[0]), int(row[1], 16)) for row in rows)


def _masks(value: object) -> Masks:
    true, unknown = cast("list[str]", value)
    return int(true, 16), int(unknown, 16)


def _step(row: Json) -> Step:
    ladder = cast("list[tuple[int, str]]", row["steps"])
    options = cast("dict[str, list[str]]", row["options"])
    step = Step(
        key=str(row["key"]),
        kind=Kind(str(row["kind"])),
        late=bool(row["late"]),
        mask=int(str(row["mask"]), 16),
        ask=_cases(row["ask"]),
        cannot=bool(row["cannot"]),
        options={key: _masks(value) for key, value in options.items()},
        unsure=_masks(row["unsure"]) if row["unsure"] is not None else None,
        starts=tuple(start for start, _ in ladder),
        values=tuple(int(mask, 16) for _, mask in ladder),
    )
    for token in (*options, NONE, UNSURE):
        for answer in (token, (token,)):
            read = step.read(answer)
            if read is not None:
                step.ready[answer] = read
    return step


def _law(row: Json) -> Law:
    return Law(
        code=str(row["code"]),
        any_of=bool(row["any"]),
        cases=_cases(row["conditions"]),
        level=str(row.get("level", "")),
        doubt=str(row.get("doubt", "")),
        levels=tuple(cast("list[str]", row.get("levels", []))),
    )


def _needed(laws: tuple[Law, ...]) -> int:
    """Findings that the laws need to be present."""
    mask = 0
    for law in laws:
        for needs, _ in law.cases:
            for need in needs:
                mask |= need
    return mask


def _excused(laws: tuple[Law, ...]) -> int:
    """Findings that the laws need to be absent."""
    mask = 0
    for law in laws:
        for _, absent in law.cases:
            mask |= absent
    return mask


def _gates(machine: Machine) -> tuple[Gate, ...]:
    made: list[Gate] = []
    before: tuple[object, ...] = ()
    for position in range(len(machine.steps)):
        gate = _gate(machine, position)
        laws = (*gate.once, *gate.sure, *gate.doubtful)
        excused = _excused(laws)
        now = (gate.pending & excused, gate.later & excused, laws)
        made.append(replace(gate, watch=_needed(laws), fresh=now != before))
        before = now
    return tuple(made)


def _gate(machine: Machine, position: int) -> Gate:
    pending = later = 0
    for step in machine.steps[position:]:
        later |= step.mask
        pending |= 0 if step.late else step.mask
    ranks = {
        rank
        for key, rank in machine.ranks.items()
        if machine.ends[key] is Stops.WHEN_SETTLED
        and not later & _needed(tuple(law for law in machine.rules if machine.ranks[law.level] > rank))
    }
    return Gate(
        pending=pending,
        once=tuple(law for law in machine.rules if machine.ends[law.level] is Stops.AT_ONCE),
        later=later,
        sure=tuple(law for law in machine.rules if machine.ranks[law.level] in ranks),
        doubtful=tuple(law for law in machine.rules if machine.ranks[law.doubt] in ranks),
        watch=0,
        fresh=True,
    )
