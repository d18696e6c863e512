"""What a protocol is: frozen values without behaviour that a clinician has written down."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

FORMAT = 1
"""The version of the dictionary form; `parse` refuses any other."""

NONE = "none"
UNSURE = "unsure"
SOME = "some"
"""Tokens of a multi-choice answer: nothing applies; not sure of the rest; which ones is still to be asked."""
RESERVED = frozenset({NONE, UNSURE, SOME})
MAYBE = "?"
"""`?fever` in a multi-choice answer says: not sure about fever."""

Answer = str | int | tuple[str, ...]
"""Single choice: option key or `unsure`; number: int or `unsure`; several: tokens in the order of the options."""
Answers = dict[str, Answer]


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTI = "multi"
    NUMBER = "number"
    PLACE = "place"


class Stage(StrEnum):
    """Where in the form a question stands; emergencies come before the rest."""

    SCOPE = "scope"
    EMERGENCY = "emergency"
    REST = "rest"


class Stops(StrEnum):
    """When a disposition that has been reached ends the form."""

    AT_ONCE = "at_once"
    WHEN_SETTLED = "when_settled"
    NEVER = "never"


class SkipMeans(StrEnum):
    """What a question that was left out says about its findings."""

    UNKNOWN = "unknown"
    CANNOT_APPLY = "cannot_apply"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault in a protocol: where it is and what is wrong, fit for the editor."""

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an answer establishes: true, false, unknown or not asked."""

    key: str
    label: str
    statement: str
    polarity: str = "warning"
    clot_risk: bool = False
    urgent_as: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One of the findings is present; or, with `present` false, none is clearly present."""

    findings: tuple[str, ...]
    present: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """Needs that must all hold, with the words a reader sees."""

    needs: tuple[Need, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a question and the findings it makes true or unknown."""

    key: str
    label: str
    sets: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    concern: int = 0
    help: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """From this number on (or below it) some findings are true."""

    sets: tuple[str, ...]
    at_least: int | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """The range of a number question and where its meaning changes."""

    unit: str
    low: int
    high: int
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question of the form."""

    key: str
    text: str
    why: str
    kind: Kind
    stage: Stage
    options: tuple[Option, ...] = ()
    number: Number | None = None
    help: str = ""
    allow_unsure: bool = True
    unsure: tuple[str, ...] = ()
    unsure_sets: tuple[str, ...] = ()
    ask_if: tuple[Condition, ...] = ()
    skip_means: SkipMeans = SkipMeans.UNKNOWN
    none_label: str = "None of these"
    unsure_label: str = "Not sure"

    @property
    def several(self) -> bool:
        """More than one option may be ticked."""
        return self.kind in {Kind.MULTI, Kind.PLACE}

    @cached_property
    def findings(self) -> frozenset[str]:
        """Every finding this question can establish."""
        found = {key for option in self.options for key in (*option.sets, *option.unknown)}
        found.update(self.unsure, self.unsure_sets)
        if self.number:
            found.update(key for cut in self.number.cuts for key in cut.sets)
        return frozenset(found)

    @cached_property
    def by_option(self) -> dict[str, Option]:
        """The options by key."""
        return {option.key: option for option in self.options}


@dataclass(frozen=True, slots=True)
class Referral:
    """Whom to see next if the first stop finds something."""

    when: str
    then: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A care rule: who needs which urgency, and where to go."""

    code: str
    disposition: str
    conditions: tuple[Condition, ...]
    any_of: bool = True
    within_days: int | None = None
    review_days: int | None = None
    title: str = ""
    action: str = ""
    why: str = ""
    while_waiting: str = ""
    specialties: tuple[str, ...] = ()
    examined: str = ""
    referral: tuple[Referral, ...] = ()
    could_be: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A contraindication: on while any of its conditions is not excluded."""

    code: str
    title: str
    conditions: tuple[Condition, ...]
    any_of: bool = True
    dispositions: tuple[str, ...] = ()
    why: str = ""
    what_to_do: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Withhold:
    """A module is not shown while this block is on, and why."""

    block: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """A relief technique as advice: what it does to the leg and what forbids it."""

    code: str
    title: str
    actions: tuple[str, ...] = ()
    withhold: tuple[Withhold, ...] = ()
    summary: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Disposition:
    """One level of urgency, what a doubtful rule of this level counts as, and what it ends."""

    key: str
    rank: int
    label: str
    action: str = ""
    not_sure: str = ""
    not_sure_specialties: tuple[str, ...] = ()
    stops: Stops = Stops.NEVER
    safety_net: str = ""


@dataclass(frozen=True, slots=True)
class RedLine:
    """Never advise this action while this block is on, whatever the module says."""

    action: str
    block: str


@dataclass(frozen=True, slots=True)
class Minimum:
    """A block must be on whenever one of these findings is true."""

    block: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mitigating:
    """A finding that may lower the urgency, and the most urgent level that it may lower."""

    finding: str
    lowers: str
    why: str = ""
    frees: tuple[str, ...] = ()
    """Blocks that it may also take off."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A rule that a more urgent one always hides in this protocol, and why that is meant."""

    rule: str
    why: str


@dataclass(frozen=True)
class Protocol:
    """A complete protocol: everything that decides a run, and every word of it."""

    key: str
    title: str
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    blocks: tuple[Block, ...]
    modules: tuple[Module, ...]
    dispositions: tuple[Disposition, ...]
    advice: dict[str, tuple[str, ...]]
    default: Rule
    unfinished: tuple[str, ...] = ()
    mitigating: tuple[Mitigating, ...] = ()
    hidden_rules: tuple[Hidden, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    minimum: tuple[Minimum, ...] = ()
    max_questions: int = 15
    safety_net: str = ""
    audience: str = ""
    source: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def finding(self) -> dict[str, Finding]:
        """The findings by key."""
        return {item.key: item for item in self.findings}

    @cached_property
    def question(self) -> dict[str, Question]:
        """The questions by key."""
        return {item.key: item for item in self.questions}

    @cached_property
    def rule(self) -> dict[str, Rule]:
        """The rules by code, the default among them under its own code."""
        return {item.code: item for item in (*self.rules, self.default)}

    @cached_property
    def block(self) -> dict[str, Block]:
        """The blocks by code."""
        return {item.code: item for item in self.blocks}

    @cached_property
    def module(self) -> dict[str, Module]:
        """The advice modules by code."""
        return {item.code: item for item in self.modules}

    @cached_property
    def disposition(self) -> dict[str, Disposition]:
        """The levels of urgency by key."""
        return {item.key: item for item in self.dispositions}

    @cached_property
    def setters(self) -> dict[str, tuple[Question, ...]]:
        """For each finding the questions that can establish it, in order."""
        found: dict[str, list[Question]] = {}
        for question in self.questions:
            for key in question.findings:
                found.setdefault(key, []).append(question)
        return {key: tuple(items) for key, items in found.items()}

    def rank(self, disposition: str) -> int:
        """How urgent a disposition is; a higher number is more urgent."""
        return self.disposition[disposition].rank
