"""What is shown with a result, what must be left alone now, and why."""

from dataclasses import dataclass

from triage.engine.protocol import Block, Condition, Module, Protocol
from triage.engine.result import Result


@dataclass(frozen=True, slots=True)
class NotNow:
    """A module that must not be used now."""

    module: Module
    block: Block
    reason: str
    words: tuple[str, ...]
    """What holds, or what the person is not sure of, as the block says it; empty if only nobody asked."""
    certain: bool
    """False: it is only not ruled out."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What helps, and what to leave alone."""

    shown: tuple[Module, ...]
    not_now: tuple[NotNow, ...]


def advice(protocol: Protocol, result: Result) -> Advice:
    """Return the modules of a result, in the order of the protocol's list, with the reasons for the rest."""
    not_now = []
    for item in result.withheld:
        module = protocol.module[item.code]
        reasons = {one.block: one.reason for one in module.withhold}
        for code in item.blocks:
            block = protocol.block[code]
            certain = tuple(one.words for one in block.conditions if _certain(one, result))
            words = certain or tuple(one.words for one in block.conditions if _doubted(one, result))
            sure = bool(certain) or result.disposition in block.dispositions
            not_now.append(NotNow(module, block, reasons[code], words, sure))
    return Advice(tuple(protocol.module[code] for code in result.shown), tuple(not_now))


def _certain(condition: Condition, result: Result) -> bool:
    return all(bool(result.true.intersection(need.findings)) == need.present for need in condition.needs)


def _doubted(condition: Condition, result: Result) -> bool:
    """Something that was said leaves the condition open, not only that nobody asked for a part of it."""
    return all(
        any(key in result.true or key in result.unknown for key in need.findings)
        if need.present
        else not result.true.intersection(need.findings)
        for need in condition.needs
    )
