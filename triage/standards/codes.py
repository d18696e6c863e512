"""Addresses and codes of what is exported: stable, and made from the names of findings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from triage.engine.protocol import NONE, UNSURE, Option, Protocol, Question

DOUBT = "-doubt"
"""Behind the name of a question: the item that asks which of its options somebody is not sure about."""
NONE_CODE, UNSURE_CODE = NONE, UNSURE


class Fhir(StrEnum):
    """The releases of FHIR that are written."""

    R4 = "R4"
    R5 = "R5"


@dataclass(frozen=True)
class About:
    """What a release says of itself, beside its protocol. Days are written as 2026-11-21, or empty."""

    base: str
    """Address below which everything of this protocol is found, without a slash at its end."""
    version: str
    title: str
    description: str = ""
    publisher: str = ""
    reviewed_on: str = ""
    due_on: str = ""
    demonstration: bool = False
    held: frozenset[str] = frozenset()
    steps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """How each technique is done, by code."""
    services: dict[str, str] = field(default_factory=dict)
    """What each specialty is called here."""
    reviewers: tuple[str, ...] = ()

    def url(self, fhir: Fhir, *names: str) -> str:
        """Return the canonical address of a resource, which is where it is served."""
        return "/".join((self.base, "fhir", fhir, *names))


class Codes:
    """The codes of the answers of one protocol."""

    def __init__(self, protocol: Protocol) -> None:
        """Give every option its code."""
        self.protocol = protocol

    def option(self, question: Question, option: Option) -> str:
        """Return the name of the one finding that an option sets and no other does; else question and option."""
        return self._by_option[question.key, option.key]

    def read(self, question: Question, code: str) -> str | None:
        """Return the key of the option with a code."""
        return next((one.key for one in question.options if self.option(question, one) == code), None)

    @cached_property
    def _by_option(self) -> dict[tuple[str, str], str]:
        return {(one.key, two.key): code for one in self.protocol.questions for two, code in _named(one)}

    def meanings(self) -> Iterable[tuple[str, str, tuple[str, ...]]]:
        """Yield each code once, with its words and the findings that it sets."""
        seen: dict[str, None] = {NONE_CODE: None, UNSURE_CODE: None}
        yield NONE_CODE, "None of these", ()
        yield UNSURE_CODE, "Not sure; counts as present wherever a warning sign is asked for", ()
        for question in self.protocol.questions:
            for option, code in _named(question):
                if code not in seen:
                    seen[code] = None
                    known = self.protocol.finding.get(code)
                    yield code, known.label if known else f"{question.text} {option.label}", option.sets


def _named(question: Question) -> Iterable[tuple[Option, str]]:
    sets = [option.sets for option in question.options if not option.unknown]
    for option in question.options:
        alone = len(option.sets) == 1 and not option.unknown and sets.count(option.sets) == 1
        yield option, option.sets[0] if alone else f"{question.key}.{option.key}"
