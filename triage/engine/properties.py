"""What must hold for every possible set of answers, as statements about the circuit, in the editor's words."""

from collections.abc import Iterator
from functools import partial

from triage.engine import naming
from triage.engine.encode import Effect, Encoding, values
from triage.engine.evaluate import evaluate
from triage.engine.frame import COMPLETENESS, SAFETY, Frame, Property
from triage.engine.liveness import live
from triage.engine.protocol import Answers, Protocol, Question, SkipMeans, Stops


def properties(frame: Frame) -> Iterator[Property]:
    """Every statement about a protocol."""
    for part in PARTS:
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
            although="although the questions that were left out could have raised the urgency",
        )


def _red_lines(frame: Frame) -> Iterator[Property]:
    protocol = frame.protocol
    for line in protocol.red_lines:
        for module in protocol.modules:
            if line.action in module.actions:
                name = f"red-line:{line.action}:{line.block}:{module.code}"
                yield _never_while(frame, name, module.code, line.block, f" ({line.action})")


def _withheld(frame: Frame) -> Iterator[Property]:
    """No technique is shown while what its own page names as a contraindication is not excluded."""
    for module in frame.protocol.modules:
        for item in module.withhold:
            yield _never_while(frame, f"withheld:{module.code}:{item.block}", module.code, item.block, "")


def _never_while(frame: Frame, name: str, module: str, block: str, more: str) -> Property:
    protocol = frame.protocol
    technique, state = naming.module(protocol, module), naming.block(protocol, block)
    return Property(
        name,
        SAFETY,
        f"{technique}{more} is never advised while it holds: {state}.",
        (frame.one.shown(module), frame.one.on(block)),
        (frame.a,),
        partial(_breaks, protocol, module, block),
        although=f"and is advised {technique}{more}, although: {state}",
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
                f"{naming.block(frame.protocol, item.block)} holds whenever {naming.finding(frame.protocol, key)}"
                " is not excluded.",
                (frame.one.not_excluded(key), -frame.one.on(item.block)),
                (frame.a,),
                partial(_is_off, frame.protocol, item.block),
                although=f"and {naming.block(frame.protocol, item.block)} counts as ruled out, although"
                f" {naming.finding(frame.protocol, key)} is not excluded",
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
            f"{naming.finding(protocol, finding.key)} leads to {naming.level(protocol, finding.urgent_as)} at least.",
            (frame.one.sure(finding.key), -frame.one.at_least(rank), *calm),
            (frame.a,),
            partial(_milder_than, protocol, rank),
            although=f"although {naming.finding(protocol, finding.key)} alone calls for"
            f" {naming.level(protocol, finding.urgent_as)}",
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
    said = f"{naming.answer(question, option)} to {naming.question(question)}"
    yes = (frame.a.yes(key, option), frame.b.yes(key, option))
    maybe = (frame.a.maybe(key, option), frame.b.maybe(key, option))
    if question.allow_unsure:
        calm_then_doubt = (-yes[0], -maybe[0], -yes[1], maybe[1], *alike)
        yield from _step(
            frame, f"unsure:{key}.{option}", f"“Not sure” instead of “no” about {said}", calm_then_doubt, frozenset()
        )
        doubt_then_yes = (-yes[0], maybe[0], yes[1], -maybe[1], *alike)
        yield from _step(frame, f"mono:{key}.{option}", f"Saying {said}", doubt_then_yes, sets)
    else:
        yield from _step(frame, f"mono:{key}.{option}", f"Saying {said}", (-yes[0], yes[1], *alike), sets)


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
                words = f"{naming.answer(question, more)} instead of {naming.answer(question, less)}"
                yield from _step(frame, name, f"{words} to {naming.question(question)}", said, clear)


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
        although="which is milder, although the answer is more worrying or less sure",
    )
    yield Property(
        f"unlock:{name}",
        SAFETY,
        f"{words} never unlocks advice.",
        (*said, frame.unlocked(clear if lowers else frozenset())),
        people,
        lambda pair: bool(set(evaluate(protocol, pair[0]).on) - set(evaluate(protocol, pair[1]).on)),
        although="and a contraindication counts as ruled out, although the answer is more worrying or less sure",
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
            f"“Not sure” about {naming.finding(protocol, key)} never ends at home.",
            (frame.one.present(key), -frame.one.at_least(frame.ranks[1])),
            (frame.a,),
            lambda people: _rank(protocol, people[0]) == frame.ranks[0],
            although=f"although {naming.finding(protocol, key)} is not excluded and would be an emergency",
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
            f"When {naming.question(question)} is left out, no answer to it could have raised the urgency.",
            (frame.one.left_out[question.key], frame.circuit.some(urgent)),
            (frame.a,),
            partial(_not_asked, protocol, question.key),
            although=f"and is not asked {naming.question(question)}, although an answer to it could raise the urgency",
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
        although=f"and is asked more than {most} questions",
    )


PARTS = (
    _total, _forced_ends, _red_lines, _withheld, _minimum, _floors, _monotone, _doubt, _skips, _length, live,
)  # fmt: skip
