"""Statements that nothing in a protocol is dead: every part matters to somebody."""

from collections.abc import Callable, Iterator

from triage.engine import naming
from triage.engine.encode import calm_value, values
from triage.engine.frame import COMPLETENESS, Frame, Property
from triage.engine.protocol import Kind, Question, Rule


def live(frame: Frame) -> Iterator[Property]:
    """Nothing is dead: each part matters for someone who answers without any "not sure"."""
    protocol, one = frame.protocol, frame.one
    hidden = {item.rule for item in protocol.hidden_rules}

    def alive(name: str, sentence: str, *literals: int, hard: bool = True) -> Property:
        literals = (*literals, *frame.definite)
        return Property(name, COMPLETENESS, sentence, literals, (frame.a,), lambda _: True, never=False, hard=hard)

    for question in protocol.questions:
        asked = naming.question(question)
        yield alive(f"live:question:{question.key}", f"Someone is asked {asked}.", one.asks[question.key])
        for option, literal in _options(frame, question):
            sentence = f"Someone who is asked {asked} can answer {naming.answer(question, option)}."
            yield alive(f"live:option:{question.key}.{option}", sentence, one.asks[question.key], literal)
    for rule in protocol.rules:
        fires = one.fires(rule, sure=True)
        yield alive(f"live:rule:{rule.code}", f"{naming.rule(protocol, rule.code)} applies to someone.", fires)
        sentence = f"{naming.rule(protocol, rule.code)} is not always hidden by a more urgent rule."
        if rule.code not in hidden:
            yield alive(f"decides:{rule.code}", sentence, fires, one.exactly(rule.disposition))
        yield from _live_conditions(frame, rule, alive)
    for level in protocol.dispositions:
        yield alive(
            f"live:level:{level.key}", f"Someone is told {naming.level(protocol, level.key)}.", one.exactly(level.key)
        )
    for code in dict.fromkeys(code for codes in protocol.advice.values() for code in codes):
        yield alive(f"live:module:{code}", f"{naming.module(protocol, code)} is shown to someone.", one.shown(code))
    for block in protocol.blocks:
        yield alive(
            f"live:block:{block.code}", f"{naming.block(protocol, block.code)} holds for someone.", one.on(block.code)
        )
        yield alive(
            f"excludable:{block.code}", f"{naming.block(protocol, block.code)} can be ruled out.", -one.on(block.code)
        )
    calm = _calm(frame)
    yield alive("calm", "Someone with no sign at all stays at home.", *calm, -one.at_least(frame.ranks[1]))


def _live_conditions(frame: Frame, rule: Rule, alive: Callable[..., Property]) -> Iterator[Property]:
    for number, condition in enumerate(rule.conditions):
        holds = frame.one.condition(condition, frame.one.sure, frozenset())
        words = condition.words or f"condition {number + 1}"
        name = f"live:condition:{rule.code}.{number}"
        yield alive(
            name, f"{naming.rule(frame.protocol, rule.code)} applies to someone because {words}.", holds, hard=False
        )


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
