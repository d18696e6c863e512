"""Runs patient stories through the questions, as a visitor would answer them, and scores the result."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from triage.engine.compiled import Machine
from triage.engine.protocol import (
    MAYBE,
    NONE,
    UNSURE,
    Answer,
    Answers,
    Condition,
    Issue,
    Kind,
    Option,
    Protocol,
    Question,
    SkipMeans,
)
from triage.engine.reading import Reader
from triage.engine.result import Result

UNKNOWN = "unknown"
RIGHT, ACCEPTABLE, CAUTIOUS, RISKY = "right", "acceptable", "too cautious", "too risky"
ACTIONS = frozenset({"massage", "heat", "compression", "vigorous_stretch", "exercise", "anti_inflammatory"})
"""What a story may forbid to advise, whether or not the protocol has a technique that does it."""
Fact = bool | str
Facts = Mapping[str, Fact]


class StoryError(ValueError):
    """A vignette file that cannot be read."""

    def __init__(self, issues: list[Issue]) -> None:
        """Keep the faults and name them in the message."""
        self.issues = issues
        super().__init__("; ".join(f"{item.place}: {item.message}" for item in issues))


@dataclass(frozen=True, slots=True)
class Vignette:
    """One patient story with the urgency that clinicians expect."""

    id: str
    source: str
    protocol: str
    text: str
    facts: dict[str, Fact]
    gold: str
    acceptable: tuple[str, ...] = ()
    must_not_advise: tuple[str, ...] = ()
    must_mention: tuple[str, ...] = ()
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the protocol said to one story."""

    vignette: Vignette
    answers: Answers
    result: Result
    verdict: str
    violations: tuple[str, ...]
    unsaid: tuple[str, ...] = field(default=())
    """Facts that no answer on the path could say, or that an answer had to add."""


def read(items: object) -> list[Vignette]:
    """Return the stories of a file's JSON array; raise `StoryError` with every fault."""
    issues: list[Issue] = []
    if not isinstance(items, list):
        raise StoryError([Issue("file", "must be a list of stories")])
    found = [_vignette(Reader(item, f"story {number}", issues)) for number, item in enumerate(items, 1)]
    names = [item.id for item in found]
    issues += [Issue(f"story {name}", "is there twice") for name in sorted(set(names)) if names.count(name) > 1]
    if issues:
        raise StoryError(issues)
    return found


def _vignette(reader: Reader) -> Vignette:
    reader.place = str(reader.data.get("id") or reader.place)
    raw = reader.raw("facts")
    facts = raw if isinstance(raw, Mapping) else {}
    for key, value in facts.items():
        if not isinstance(value, bool) and value != UNKNOWN:
            reader.fault(f"facts.{key}", "must be true, false or 'unknown'")
    if not isinstance(raw, Mapping):
        reader.fault("facts", "must be a mapping")
    made = Vignette(
        id=reader.text("id"),
        source=reader.text("source", ""),
        protocol=reader.text("protocol"),
        text=reader.text("text", ""),
        facts=cast("dict[str, Fact]", dict(facts)),
        gold=reader.text("gold"),
        acceptable=reader.words("acceptable"),
        must_not_advise=reader.words("must_not_advise"),
        must_mention=reader.words("must_mention"),
        rationale=reader.text("rationale", ""),
    )
    reader.end()
    return made


def check(vignette: Vignette, protocol: Protocol, also: Collection[str] = ()) -> list[Issue]:
    """What in a story nobody knows; `also` are the findings that other protocols know.

    A level that does not exist makes a story useless. A fact or an action that does not exist only goes unheard.
    """
    found = [
        Issue(vignette.id, f"there is no finding '{key}'")
        for key in vignette.facts
        if key not in protocol.finding and key not in also
    ]
    actions = ACTIONS.union(*(module.actions for module in protocol.modules))
    found += [
        Issue(vignette.id, f"there is no action '{key}'") for key in vignette.must_not_advise if key not in actions
    ]
    return found


def levels_unknown(vignette: Vignette, protocol: Protocol) -> list[Issue]:
    """Levels that a story expects and the protocol does not have."""
    levels = (vignette.gold, *vignette.acceptable)
    return [Issue(vignette.id, f"there is no level '{key}'") for key in levels if key not in protocol.disposition]


def unheard(vignette: Vignette, protocol: Protocol) -> tuple[str, ...]:
    """Facts of a story, true or doubtful, that no question of the protocol asks for."""
    return tuple(key for key, value in vignette.facts.items() if value is not False and key not in protocol.setters)


def answers_for(machine: Machine, facts: Facts) -> Answers:
    """Answer question by question; what the story does not say is answered "no", `unknown` "not sure"."""
    facts = _with_what_follows(machine.protocol, facts)
    answers: Answers = {}
    while (key := machine.next_question(answers)) is not None:
        answers[key] = answer(machine.protocol.question[key], facts)
    return answers


def _with_what_follows(protocol: Protocol, facts: Facts) -> dict[str, Fact]:
    """A story that says 20 weeks but not "pregnant" means both: add what a question depends on.

    Only where no asked question could carry the fact, and the story does not deny the rest itself.
    """
    full = dict(facts)
    for key in [key for key, value in facts.items() if value is not False]:
        askers = protocol.setters.get(key, ())
        if any(not item.ask_if or any(_meets(item.ask_if, full)) for item in askers):
            continue
        for question in (item for item in askers if item.skip_means is SkipMeans.CANNOT_APPLY):
            need = question.ask_if[0].needs[0]
            if need.present and not any(name in facts for name in need.findings):
                full[need.findings[0]] = True
                break
    return full


def _meets(conditions: Iterable[Condition], facts: Facts) -> Iterable[bool]:
    """For each condition whether the story fulfils it."""
    for condition in conditions:
        yield all(
            any(facts.get(key, False) is not False for key in need.findings) == need.present for need in condition.needs
        )


def answer(question: Question, facts: Facts) -> Answer:
    """The answer that says these facts as exactly as the question allows."""
    if question.several:
        return _several(question, facts)
    if question.kind is Kind.NUMBER:
        return _number(question, facts)
    doubt = _doubtful(facts, question.findings)
    best = min(question.options, key=lambda item: _distance(item, question, facts))
    if doubt and question.allow_unsure and _distance(best, question, facts):
        return UNSURE
    return best.key


def _doubtful(facts: Facts, keys: Iterable[str]) -> bool:
    return any(facts.get(key) == UNKNOWN for key in keys)


def _distance(option: Option, question: Question, facts: Facts) -> int:
    """How wrong the findings come out."""
    wrong = 0
    for key in question.findings:
        said = True if key in option.sets else UNKNOWN if key in option.unknown else False
        # to lose a warning counts more than to add one
        wrong += 0 if said == facts.get(key, False) else 1 if said else 10
    return wrong


def _several(question: Question, facts: Facts) -> tuple[str, ...]:
    tokens: list[str] = []
    for option in question.options:
        states = [facts.get(key, False) for key in option.sets]
        if True in states:
            tokens.append(option.key)
        elif UNKNOWN in states:
            tokens.append(MAYBE + option.key)
    return tuple(tokens) or (NONE,)


def _number(question: Question, facts: Facts) -> Answer:
    number = question.number
    if number is None or (_doubtful(facts, question.findings) and question.allow_unsure):
        return UNSURE
    bounds = {number.low, *(cut.at_least or cut.below or number.low for cut in number.cuts)}

    def wrong(value: int) -> int:
        true = {
            key
            for cut in number.cuts
            for key in cut.sets
            if (cut.at_least is not None and value >= cut.at_least) or (cut.below is not None and value < cut.below)
        }
        return sum((key in true) != (facts.get(key, False) is True) for key in question.findings)

    return min(sorted(bounds), key=wrong)


def run(machine: Machine, vignette: Vignette) -> Outcome:
    """Run one story through the released tables and score it."""
    answers = answers_for(machine, vignette.facts)
    result = machine.result(answers)
    actions = {action for code in result.shown for action in machine.protocol.module[code].actions}
    return Outcome(
        vignette=vignette,
        answers=answers,
        result=result,
        verdict=verdict(machine.protocol, vignette, result.disposition),
        violations=tuple(action for action in vignette.must_not_advise if action in actions),
        unsaid=_unsaid(vignette.facts, result),
    )


def verdict(protocol: Protocol, vignette: Vignette, disposition: str | None) -> str:
    """Right, acceptable, or wrong to one side; between two acceptable levels is wrong to the nearer side of gold."""
    if disposition == vignette.gold:
        return RIGHT
    if disposition in vignette.acceptable:
        return ACCEPTABLE
    if disposition is None:
        return RISKY
    return CAUTIOUS if protocol.rank(disposition) > protocol.rank(vignette.gold) else RISKY


def _unsaid(facts: Facts, result: Result) -> tuple[str, ...]:
    """Facts that the run does not hold; after an early end the rest was simply not asked."""
    found = []
    for key in sorted({*facts, *result.true, *result.unknown}):
        wanted = facts.get(key, False)
        state: Fact = True if key in result.true else UNKNOWN if key in result.unknown else False
        if state != wanted and not (result.stopped and key not in result.settled):
            found.append(key)
    return tuple(found)
