"""What must hold for every possible set of answers, as statements about the circuit, in the editor's words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from triage.engine.circuit import FALSE, TRUE, Circuit
from triage.engine.encode import Asked, Effect, Encoding, calm_value, values
from triage.engine.evaluate import evaluate
from triage.engine.protocol import Answers, Condition, Kind, Protocol, Question, Rule, SkipMeans, Stops

SAFETY, COMPLETENESS, ECONOMY = "safety", "completeness", "economy"


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


def properties(frame: Frame) -> Iterator[Property]:
    """Every statement about a protocol."""
    for part in (_total, _forced_ends, _red_lines, _minimum, _floors, _monotone, _doubt, _skips, _length, _live):
        yield from part(frame)


def _rank(protocol: Protocol, answers: Answers) -> int:
    return protocol.rank(evaluate(protocol, answers).disposition or protocol.default.disposition)


def _milder_than(protocol: Protocol, rank: int, people: list[Answers]) -> bool:
    return _rank(protocol, people[0]) < rank


def _is_off(protocol: Protocol, block: str, people: list[Answers]) -> bool:
    return block not in evaluate(protocol, people[0]).on


def _not_asked(protocol: Protocol, question: str, people: list[Answers]) -> bool:
    return question not in evaluate(protocol, people[0]).asked


def _total(frame: Frame) -> Iterator[Property]:
    levels = [frame.one.exactly(item.key) for item in frame.protocol.dispositions]
    yield Property(
        "total",
        COMPLETENESS,
        "Everyone gets exactly one disposition.",
        (-frame.circuit.exactly_one(levels),),
        (frame.a,),
        lambda people: evaluate(frame.protocol, people[0]).disposition is None,
    )


def _forced_ends(frame: Frame) -> Iterator[Property]:
    """Ending the form early never hides a more urgent result."""
    everything = Encoding(frame.a, ignore_stops=True)
    for rank in frame.ranks[1:]:
        yield Property(
            f"early-exit:{rank}",
            SAFETY,
            "Ending the form early never hides a more urgent result.",
            (everything.at_least(rank), -frame.one.at_least(rank)),
            (frame.a,),
            partial(_milder_than, frame.protocol, rank),
        )


def _red_lines(frame: Frame) -> Iterator[Property]:
    protocol = frame.protocol
    for line in protocol.red_lines:
        for module in protocol.modules:
            if line.action in module.actions:
                yield Property(
                    f"red-line:{line.action}:{line.block}:{module.code}",
                    SAFETY,
                    f"{module.code} ({line.action}) is never advised while {line.block} is not excluded.",
                    (frame.one.shown(module.code), frame.one.on(line.block)),
                    (frame.a,),
                    partial(_breaks, protocol, module.code, line.block),
                )


def _breaks(protocol: Protocol, module: str, block: str, people: list[Answers]) -> bool:
    result = evaluate(protocol, people[0])
    return module in result.shown and block in result.on


def _minimum(frame: Frame) -> Iterator[Property]:
    for item in frame.protocol.minimum:
        for key in item.findings:
            if key not in frame.protocol.setters:
                continue
            yield Property(
                f"concept:{item.block}:{key}",
                SAFETY,
                f"{item.block} is on whenever {key} is not excluded.",
                (frame.one.not_excluded(key), -frame.one.on(item.block)),
                (frame.a,),
                partial(_is_off, frame.protocol, item.block),
            )


def _floors(frame: Frame) -> Iterator[Property]:
    """A finding that is urgent alone is that urgent, unless a named mitigating finding is there."""
    protocol = frame.protocol
    calm = [-frame.one.sure(item.finding) for item in protocol.mitigating]
    for finding in protocol.findings:
        if finding.urgent_as is None or finding.key not in protocol.setters:
            continue
        rank = protocol.rank(finding.urgent_as)
        yield Property(
            f"floor:{finding.key}",
            SAFETY,
            f"{finding.key} leads to {finding.urgent_as} at the least.",
            (frame.one.sure(finding.key), -frame.one.at_least(rank), *calm),
            (frame.a,),
            partial(_milder_than, protocol, rank),
        )


def _monotone(frame: Frame) -> Iterator[Property]:
    """A more worrying answer never gives a milder result nor unlocks advice; not sure is never milder than no."""
    for question in frame.protocol.questions:
        if question.several:
            for option in question.options:
                yield from _option_steps(frame, question, option.key, frozenset(option.sets))
        else:
            yield from _value_steps(frame, question)


def _option_steps(frame: Frame, question: Question, option: str, sets: frozenset[str]) -> Iterator[Property]:
    key, alike = question.key, frame.others_alike(question, option)
    yes = (frame.a.yes(key, option), frame.b.yes(key, option))
    maybe = (frame.a.maybe(key, option), frame.b.maybe(key, option))
    if question.allow_unsure:
        calm_then_doubt = (-yes[0], -maybe[0], -yes[1], maybe[1], *alike)
        yield from _step(frame, f"unsure:{key}.{option}", f"“Not sure” about {option}", calm_then_doubt, frozenset())
        doubt_then_yes = (-yes[0], maybe[0], yes[1], -maybe[1], *alike)
        yield from _step(frame, f"mono:{key}.{option}", f"Saying {option}", doubt_then_yes, sets)
    else:
        yield from _step(frame, f"mono:{key}.{option}", f"Saying {option}", (-yes[0], yes[1], *alike), sets)


def _value_steps(frame: Frame, question: Question) -> Iterator[Property]:
    found = values(question)
    alike = frame.others_alike(question)
    for less, low in found.items():
        for more, high in found.items():
            if less != more and _below(low, high):
                said = (frame.a.said(question.key, less), frame.b.said(question.key, more), *alike)
                kind = "unsure" if more == "unsure" else "mono"
                name = f"{kind}:{question.key}.{less}-{more}"
                clear = (high[0] - low[0]) if kind == "mono" else frozenset()
                yield from _step(frame, name, f"“{more}” instead of “{less}” in {question.key}", said, clear)


def _below(low: Effect, high: Effect) -> bool:
    return low != high and low[0] <= high[0] and low[1] <= high[0] | high[1]


def _step(frame: Frame, name: str, words: str, said: tuple[int, ...], clear: frozenset[str]) -> Iterator[Property]:
    protocol = frame.protocol
    lowers = [protocol.rank(item.lowers) for item in protocol.mitigating if item.finding in clear]
    above = max(lowers, default=frame.ranks[0])
    people = (frame.a, frame.b)
    yield Property(
        name,
        SAFETY,
        f"{words} never gives a milder result" + (" than its list of mitigating findings allows." if lowers else "."),
        (*said, frame.milder(above)),
        people,
        lambda pair: _rank(protocol, pair[0]) > _rank(protocol, pair[1]),
    )
    yield Property(
        f"unlock:{name}",
        SAFETY,
        f"{words} never unlocks advice.",
        (*said, frame.unlocked(clear if lowers else frozenset())),
        people,
        lambda pair: bool(set(evaluate(protocol, pair[0]).on) - set(evaluate(protocol, pair[1]).on)),
    )


def _doubt(frame: Frame) -> Iterator[Property]:
    """Not sure about a sign that is an emergency alone never ends in the mildest level."""
    protocol = frame.protocol
    alone = {
        key
        for rule in protocol.rules
        if protocol.disposition[rule.disposition].stops is Stops.AT_ONCE and (rule.any_of or len(rule.conditions) == 1)
        for condition in rule.conditions
        if len(condition.needs) == 1
        for key in condition.needs[0].findings
    }
    for key in sorted(alone & set(protocol.setters)):
        yield Property(
            f"doubt:{key}",
            SAFETY,
            f"“Not sure” about {key} never ends at home.",
            (frame.one.present(key), -frame.one.at_least(frame.ranks[1])),
            (frame.a,),
            lambda people: _rank(protocol, people[0]) == frame.ranks[0],
        )


def _skips(frame: Frame) -> Iterator[Property]:
    protocol = frame.protocol
    for question in protocol.questions:
        if not question.ask_if or question.skip_means is SkipMeans.CANNOT_APPLY:
            continue
        forced = Encoding(frame.a, shown=frozenset({question.key}))
        urgent = [frame.circuit.both(forced.at_least(rank), -frame.one.at_least(rank)) for rank in frame.ranks[1:]]
        yield Property(
            f"skip:{question.key}",
            SAFETY,
            f"When {question.key} is left out, no answer to it could have raised the urgency.",
            (frame.one.left_out[question.key], frame.circuit.some(urgent)),
            (frame.a,),
            partial(_not_asked, protocol, question.key),
        )


def _length(frame: Frame) -> Iterator[Property]:
    most = frame.protocol.max_questions
    yield Property(
        "max-questions",
        COMPLETENESS,
        f"Nobody is asked more than {most} questions.",
        (frame.circuit.at_least(most + 1, list(frame.one.asks.values())),),
        (frame.a,),
        lambda people: len(evaluate(frame.protocol, people[0]).asked) > most,
    )


def _live(frame: Frame) -> Iterator[Property]:
    """Nothing is dead: each part matters for someone who answers without any "not sure"."""
    protocol, one = frame.protocol, frame.one
    hidden = {item.rule for item in protocol.hidden_rules}

    def alive(name: str, sentence: str, *literals: int, hard: bool = True) -> Property:
        literals = (*literals, *frame.definite)
        return Property(name, COMPLETENESS, sentence, literals, (frame.a,), lambda _: True, never=False, hard=hard)

    for question in protocol.questions:
        yield alive(f"live:question:{question.key}", f"Someone is asked {question.key}.", one.asks[question.key])
        for option, literal in _options(frame, question):
            sentence = f"Someone who is asked {question.key} can answer {option}."
            yield alive(f"live:option:{question.key}.{option}", sentence, one.asks[question.key], literal)
    for rule in protocol.rules:
        fires = one.fires(rule, sure=True)
        yield alive(f"live:rule:{rule.code}", f"{rule.code} applies to someone.", fires)
        sentence = f"{rule.code} is not always hidden by a more urgent rule."
        if rule.code not in hidden:
            yield alive(f"decides:{rule.code}", sentence, fires, one.exactly(rule.disposition))
        yield from _live_conditions(frame, rule, alive)
    for level in protocol.dispositions:
        yield alive(f"live:level:{level.key}", f"Someone gets {level.key}.", one.exactly(level.key))
    for code in dict.fromkeys(code for codes in protocol.advice.values() for code in codes):
        yield alive(f"live:module:{code}", f"{code} is shown to someone.", one.shown(code))
    for block in protocol.blocks:
        yield alive(f"live:block:{block.code}", f"{block.code} is on for someone.", one.on(block.code))
        yield alive(f"excludable:{block.code}", f"{block.code} can be ruled out.", -one.on(block.code))
    calm = _calm(frame)
    yield alive("calm", "Someone with no sign at all stays at home.", *calm, -one.at_least(frame.ranks[1]))


def _live_conditions(frame: Frame, rule: Rule, alive: Callable[..., Property]) -> Iterator[Property]:
    for number, condition in enumerate(rule.conditions):
        holds = frame.one.condition(condition, frame.one.sure, frozenset())
        words = condition.words or f"condition {number + 1}"
        name = f"live:condition:{rule.code}.{number}"
        yield alive(name, f"{rule.code} applies to someone because {words}.", holds, hard=False)


def _options(frame: Frame, question: Question) -> list[tuple[str, int]]:
    if question.several:
        return [(option.key, frame.a.yes(question.key, option.key)) for option in question.options]
    return [(value, frame.a.said(question.key, value)) for value in values(question) if value != "unsure"]


def _calm(frame: Frame) -> list[int]:
    found: list[int] = []
    for question in frame.protocol.questions:
        if question.several:
            found += [-literal for literal in frame.a.inputs(question)]
        elif question.kind is not Kind.NUMBER:
            found.append(frame.a.said(question.key, calm_value(question)))
    return found
