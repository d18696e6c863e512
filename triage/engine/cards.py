"""Whether the care cards that readers see agree with the check: what a card says of a sign, the check says too."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from triage.engine import naming
from triage.engine.evaluate import evaluate
from triage.engine.frame import SAFETY, Frame, Property
from triage.engine.protocol import Answers, Condition, Need, Protocol, Stops


@dataclass(frozen=True, slots=True)
class Card:
    """One care rule as a page shows it to readers."""

    guide: str
    rule: str
    disposition: str
    any_of: bool
    conditions: tuple[Condition, ...]


def card(guide: str, rule: Mapping[str, object], conditions: Iterable[Mapping[str, object]]) -> Card:
    """Return a card from the plain data of a rule."""
    return Card(
        guide, str(rule["code"]), str(rule["disposition"]), rule["mode"] == "any",
        tuple(_condition(item) for item in conditions),
    )  # fmt: skip


def _condition(item: Mapping[str, object]) -> Condition:
    needs = item["needs"]
    rows = needs if isinstance(needs, list) else []
    return Condition(tuple(Need(tuple(row["findings"]), row["present"]) for row in rows), str(item["words"]))


def differences(protocol: Protocol, cards: Iterable[Card]) -> Iterator[str]:
    """Yield what needs no proof: a card whose rule the check does not know, or knows at another level."""
    urgent = {level.key for level in protocol.dispositions if level.stops is not Stops.NEVER}
    shown = set()
    for one in cards:
        shown.add(one.rule)
        known = protocol.rule.get(one.rule)
        if known is None:
            yield f"The guide “{one.guide}” shows the rule {one.rule}, which this check does not know."
        elif known.disposition != one.disposition:
            levels = naming.level(protocol, one.disposition), naming.level(protocol, known.disposition)
            yield f"The guide “{one.guide}” says {levels[0]} for the rule {one.rule}; this check says {levels[1]}."
    for rule in protocol.rules if shown else ():
        if rule.disposition in urgent and rule.code not in shown:
            yield f"No card shows {naming.rule(protocol, rule.code)}, which ends this check at once."


def statements(frame: Frame, cards: Iterable[Card]) -> Iterator[Property]:
    """Yield what must hold of each card: a sign on it is never told anything milder, and “all” means all."""
    for one in cards:
        if one.rule not in frame.protocol.rule or one.disposition not in frame.protocol.disposition:
            continue
        if one.any_of or len(one.conditions) == 1:
            for number, condition in enumerate(one.conditions):
                yield from _never_milder(frame, one, (condition,), f"card:{one.rule}:{number}")
        else:
            yield from _never_milder(frame, one, one.conditions, f"card:{one.rule}:all")
            yield from _not_alone(frame, one)


def _never_milder(frame: Frame, one: Card, conditions: tuple[Condition, ...], name: str) -> Iterator[Property]:
    protocol = frame.protocol
    rank = protocol.rank(one.disposition)
    words = " and ".join(item.words for item in conditions)
    level = naming.level(protocol, one.disposition)
    holds = [frame.one.condition(item, frame.one.sure, frozenset()) for item in conditions]
    yield Property(
        name, SAFETY, f"The guide “{one.guide}” says {level} if {words}: the check says nothing milder.",
        (*holds, -frame.one.at_least(rank)), (frame.a,), partial(_milder, protocol, rank),
        although=f"although the guide “{one.guide}” says {level} if {words}",
    )  # fmt: skip
    yield Property(
        f"{name}:asked", SAFETY, f"The check asks for what the guide “{one.guide}” says: {words}.",
        tuple(holds), (frame.a,), lambda _: True, never=False,
    )  # fmt: skip


def _not_alone(frame: Frame, one: Card) -> Iterator[Property]:
    rule = frame.protocol.rule[one.rule]
    for number, condition in enumerate(one.conditions):
        holds = frame.one.condition(condition, frame.one.sure, frozenset())
        yield Property(
            f"card:{one.rule}:not-alone:{number}", SAFETY,
            f"The guide “{one.guide}” asks for all conditions of {one.rule}: “{condition.words}” alone is not enough.",
            (holds, -frame.one.fires(rule, sure=True)), (frame.a,), lambda _: True, never=False,
        )  # fmt: skip


def _milder(protocol: Protocol, rank: int, people: list[Answers]) -> bool:
    return protocol.rank(evaluate(protocol, people[0]).disposition or protocol.default.disposition) < rank
