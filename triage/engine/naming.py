"""What the editor called a part of a protocol, for sentences about it; the key where it has no name."""

from triage.engine.protocol import UNSURE, Kind, Protocol, Question


def quoted(name: str) -> str:
    """A name in quotation marks."""
    return f"“{name}”"


def finding(protocol: Protocol, key: str) -> str:
    """A finding by its label."""
    known = protocol.finding.get(key)
    return quoted(known.label or key if known else key)


def block(protocol: Protocol, code: str) -> str:
    """A contraindication by its title."""
    known = protocol.block.get(code)
    return quoted(known.title or code if known else code)


def module(protocol: Protocol, code: str) -> str:
    """A technique by its title."""
    known = protocol.module.get(code)
    return quoted(known.title or code if known else code)


def rule(protocol: Protocol, code: str) -> str:
    """A care rule by its code, which editors know it by, and its title."""
    known = protocol.rule.get(code)
    return f"{code} {quoted(known.title)}" if known and known.title else code


def level(protocol: Protocol, key: str) -> str:
    """A level of urgency by its label."""
    known = protocol.disposition.get(key)
    return quoted(known.label or key if known else key)


def question(asked: Question) -> str:
    """A question in its own words."""
    return quoted(asked.text)


def answer(asked: Question, value: str) -> str:
    """An answer as the person sees it; a number stands for itself and everything up to the next bound."""
    if value == UNSURE:
        return quoted(asked.unsure_label)
    if asked.kind is Kind.NUMBER:
        unit = asked.number.unit if asked.number else ""
        return quoted(f"{value} {unit}".strip())
    known = asked.by_option.get(value)
    return quoted(known.label if known else value)
