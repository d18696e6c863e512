"""Faults and hints that need no solver: what is missing, unused or in the wrong place."""

from collections.abc import Iterator
from dataclasses import dataclass

from triage.engine.protocol import Protocol, Stage, Stops

LONG_TEXT = 20


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at; a hard one keeps the protocol from approval."""

    place: str
    message: str
    hard: bool = False


def lint(protocol: Protocol) -> list[Hint]:
    """All hints, the hard ones first."""
    found: list[Hint] = []
    for part in (_routes, _emergencies_first, _excuses, _asked, _unused, _tangled):
        found.extend(part(protocol))
    return sorted(found, key=lambda item: not item.hard)


def _routes(protocol: Protocol) -> Iterator[Hint]:
    """Every result has somewhere to go, a safety-net and a page to read."""
    for rule in (*protocol.rules, protocol.default):
        if not rule.specialties:
            yield Hint(f"rules[{rule.code}]", f"{rule.code} does not say whom to see.", hard=True)
    blocked = {module.code for module in protocol.modules if module.withhold}
    for level in protocol.dispositions:
        if not level.safety_net and not protocol.safety_net:
            yield Hint(f"dispositions[{level.key}]", f"{level.key} has no safety-net.", hard=True)
        if not set(protocol.advice[level.key]) - blocked:
            yield Hint(f"advice.{level.key}", f"{level.key} has no page that is always shown.", hard=True)


def _emergencies_first(protocol: Protocol) -> Iterator[Hint]:
    """What leads to a level that ends the form at once is asked before everything else."""
    urgent = {
        key
        for rule in protocol.rules
        if protocol.disposition[rule.disposition].stops is Stops.AT_ONCE
        for condition in rule.conditions
        for need in condition.needs
        if need.present
        for key in need.findings
    }
    for question in protocol.questions:
        for key in sorted(question.findings & urgent):
            early = any(item.stage is not Stage.REST for item in protocol.setters[key])
            if question.stage is Stage.REST and not early:
                message = f"{key} can be an emergency and must be asked with the emergency signs."
                yield Hint(f"questions[{question.key}]", message, hard=True)


def _excuses(protocol: Protocol) -> Iterator[Hint]:
    """What a rule needs to be absent is on the reviewed list, if it could make a result milder."""
    named = {item.finding for item in protocol.mitigating}
    lowest = min(item.rank for item in protocol.dispositions)
    for rule in protocol.rules:
        for condition in rule.conditions:
            for need in condition.needs:
                for key in need.findings if not need.present else ():
                    if key not in named and protocol.rank(rule.disposition) > lowest:
                        message = f"{key} switches {rule.code} off but is not a mitigating finding."
                        yield Hint(f"rules[{rule.code}]", message)


def _asked(protocol: Protocol) -> Iterator[Hint]:
    """A rule or block that rests on something nobody asks."""
    owners = [(rule.code, rule.conditions) for rule in protocol.rules]
    owners += [(block.code, block.conditions) for block in protocol.blocks]
    for code, conditions in owners:
        keys = {key for one in conditions for need in one.needs if need.present for key in need.findings}
        for key in sorted(keys - set(protocol.setters)):
            yield Hint(code, f"no question asks for {key}.")
    for block in protocol.blocks:
        for number, condition in enumerate(block.conditions, 1):
            for need in condition.needs:
                if need.present and not set(need.findings) & set(protocol.setters):
                    message = f"condition {number} of {block.code} can never be ruled out: nobody asks for it."
                    yield Hint(block.code, message, hard=len(condition.needs) == 1)


def _unused(protocol: Protocol) -> Iterator[Hint]:
    lists = [rule.conditions for rule in protocol.rules]
    lists += [block.conditions for block in protocol.blocks]
    lists += [question.ask_if for question in protocol.questions]
    used = {key for conditions in lists for one in conditions for need in one.needs for key in need.findings}
    for finding in protocol.findings:
        if finding.key not in used and not finding.hidden:
            yield Hint(f"findings[{finding.key}]", f"{finding.key} decides nothing; it only goes into the summary.")


def _tangled(protocol: Protocol) -> Iterator[Hint]:
    """Longer than people can review or read."""
    for question in protocol.questions:
        if len(question.text.split()) > LONG_TEXT:
            yield Hint(f"questions[{question.key}]", f"the question has more than {LONG_TEXT} words.")
