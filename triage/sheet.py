"""The paper twin: the rules of a check as a table to print, made from what the machine runs."""

from dataclasses import dataclass

from triage.artefacts import Check
from triage.engine.protocol import Disposition, Rule
from triage.result_page import on_hold, service_name


@dataclass(frozen=True)
class Band:
    """One level of urgency with its rules."""

    level: Disposition
    rules: list[tuple[Rule, str]]


@dataclass(frozen=True)
class Caution:
    """A danger and what must be left alone while it is not ruled out."""

    title: str
    words: list[str]
    leave: list[str]


@dataclass(frozen=True)
class Sheet:
    """Both sides of the sheet."""

    bands: list[Band]
    default: Rule
    cautions: list[Caution]
    on_hold: list[str]
    """Advice that a reviewer is looking into: nobody uses it, whatever fits. Its warnings stay."""


def sheet(check: Check) -> Sheet:
    """Return the sheet, most urgent first."""
    protocol = check.machine.protocol
    levels = sorted(protocol.dispositions, key=lambda item: -item.rank)
    bands = []
    for level in levels:
        rules = [rule for rule in protocol.rules if rule.disposition == level.key]
        rules.sort(key=lambda rule: rule.within_days or 0)
        if rules:
            bands.append(Band(level, [(rule, _first_stop(check, rule)) for rule in rules]))
    held = on_hold(check)
    titles = [module.title for module in protocol.modules if module.code in held]
    return Sheet(bands, protocol.default, _cautions(check), titles)


def _first_stop(check: Check, rule: Rule) -> str:
    return service_name(check, rule.specialties[0]) if rule.specialties else ""


def _cautions(check: Check) -> list[Caution]:
    protocol = check.machine.protocol
    found = []
    for block in protocol.blocks:
        leave = [module.title for module in protocol.modules if block.code in {one.block for one in module.withhold}]
        if leave and block.conditions:
            found.append(Caution(block.title, [one.words for one in block.conditions], leave))
    return found
