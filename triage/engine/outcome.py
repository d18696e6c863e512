"""From the rules that apply to the result: highest urgency, where to go, what is shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from triage.engine.protocol import Protocol, Rule, Stops
from triage.engine.result import Fired, Result, Withheld


@dataclass(frozen=True, slots=True)
class Outline:
    """What an evaluator found out; the rest follows in the same way for both."""

    asked: tuple[str, ...]
    next: str | None
    stopped: bool
    fired: tuple[Fired, ...]
    true: frozenset[str]
    unknown: frozenset[str]
    settled: frozenset[str]


def conclude(protocol: Protocol, outline: Outline, is_on: Callable[[str, str | None], bool]) -> Result:
    """The result: the maximum over the rules that apply; no rule and no answer lowers it."""
    finished = outline.next is None
    levels = protocol.disposition
    level = protocol.default.disposition
    for item in outline.fired:
        if levels[item.disposition].rank > levels[level].rank:
            level = item.disposition
    winners = [item for item in outline.fired if item.disposition == level]
    lowest = min(item.rank for item in protocol.dispositions)
    shown_level = level if finished or levels[level].rank > lowest else None
    on = frozenset(block.code for block in protocol.blocks if is_on(block.code, shown_level))
    withheld = _withheld(protocol, on)
    blocked = {item.code for item in withheld}
    winning = _in_order(protocol, winners)
    return Result(
        finished=finished,
        stopped=outline.stopped,
        next=outline.next,
        asked=outline.asked,
        disposition=shown_level,
        within_days=_least(protocol.rule[item.code].within_days for item in winning),
        review_days=_review(protocol, winning, shown_level),
        fired=outline.fired,
        winning=tuple(item.code for item in winning) or ((protocol.default.code,) if shown_level else ()),
        specialties=_specialties(protocol, winning, shown_level),
        could_be=_could_be(protocol, winning, outline.fired),
        shown=tuple(code for code in _list(protocol, shown_level, finished) if code not in blocked),
        withheld=withheld,
        on=tuple(block.code for block in protocol.blocks if block.code in on),
        true=outline.true,
        unknown=outline.unknown,
        settled=outline.settled,
    )


def _least(days: Iterable[int | None]) -> int | None:
    return min((item for item in days if item is not None), default=None)


def _in_order(protocol: Protocol, winners: list[Fired]) -> list[Fired]:
    """Certain before doubtful, shorter time limits first, then the order of the rules."""

    def key(item: Fired) -> tuple[bool, int]:
        return (not item.sure, protocol.rule[item.code].within_days or 0)

    return sorted(winners, key=key)


def _review(protocol: Protocol, winning: list[Fired], level: str | None) -> int | None:
    days = _least(protocol.rule[item.code].review_days for item in winning)
    return days or (protocol.default.review_days if level == protocol.default.disposition else None)


def _specialties(protocol: Protocol, winning: list[Fired], level: str | None) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for item in winning:
        found.update(dict.fromkeys(_route(protocol, protocol.rule[item.code], item)))
    if not winning and level is not None:
        found.update(dict.fromkeys(protocol.default.specialties))
    return tuple(found)


def _route(protocol: Protocol, rule: Rule, item: Fired) -> tuple[str, ...]:
    """A doubtful rule that counts one step lower leads to the first stop of the lower step."""
    if item.sure or item.disposition == rule.disposition:
        return rule.specialties
    return protocol.disposition[rule.disposition].not_sure_specialties or rule.specialties


def _could_be(protocol: Protocol, winning: list[Fired], fired: tuple[Fired, ...]) -> tuple[str, ...]:
    """Causes to read about, those of the deciding rules first; an order of pages, not of likelihood."""
    certain = [item for item in fired if item.sure]
    found: dict[str, None] = {}
    for item in (*winning, *sorted(certain, key=lambda one: -protocol.rank(one.disposition))):
        found.update(dict.fromkeys(protocol.rule[item.code].could_be))
    return tuple(found)


def _withheld(protocol: Protocol, on: frozenset[str]) -> tuple[Withheld, ...]:
    found = []
    for module in protocol.modules:
        blocks = tuple(item.block for item in module.withhold if item.block in on)
        if blocks:
            found.append(Withheld(module.code, blocks))
    return tuple(found)


def _list(protocol: Protocol, level: str | None, finished: bool) -> tuple[str, ...]:
    if level is None or (not finished and protocol.disposition[level].stops is Stops.NEVER):
        return protocol.unfinished
    return protocol.advice[level]
