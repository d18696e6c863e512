"""Everything that a result page says, put together from a release, the answers and the day."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypedDict

from django.utils.html import strip_tags
from django.utils.translation import gettext

from articles.enums import Specialty
from triage.artefacts import Check
from triage.engine.advice import NotNow, advice
from triage.engine.explain import Change, Said, changes, denied, in_words, why
from triage.engine.protocol import Answers, Module, Rule, Stops
from triage.engine.result import Result
from triage.engine.safety_net import SafetyNet
from triage.speaking import day_words, net_in_words

EMERGENCY, HOSPITAL, TODAY = 4, 3, 2
MORE, LESS, EACH = 6, 3, 2
RULES = 3
LINE = re.compile(r"<li\b.*?</li>", re.DOTALL)
STAYS = frozenset({"waiting", "safety_net"})
"""What is shown even when the review of a check is long overdue."""


@dataclass(frozen=True)
class Place:
    """Somebody to see, as they are called here."""

    name: str
    does: str = ""
    how_to_reach: str = ""


@dataclass(frozen=True)
class Technique:
    """Something to do meanwhile, with its steps."""

    module: Module
    steps: list[dict[str, str]]
    doses: list[str]
    preconditions: list[str]
    stop_if: list[str]


@dataclass(frozen=True)
class LeftAlone:
    """Things not to do now, and the one reason they share."""

    titles: list[str]
    everything: bool
    """It is the result itself that forbids them, not a sign."""
    reason: str
    words: tuple[str, ...]
    certain: bool
    codes: list[str]


@dataclass(frozen=True)
class Words:
    """Something that was said, with the question it answers."""

    question: str
    answer: str
    denied: tuple[str, ...] = ()
    """What else the question named, and the person did not tick; only the summary for a doctor says it."""

    @property
    def bare(self) -> bool:
        """Whether the answer says nothing without its question, which then stands first."""
        return self.answer.lower() in {"yes", "no"}


@dataclass
class Report:
    """The words of a result."""

    level: str
    rank: int
    label: str
    lead: str
    rules: list[Rule]
    doubtful: bool
    places: list[Place]
    names_of: str
    """The place whose names these are; empty where the site serves one place alone."""
    referral: list[str]
    examined: list[str]
    while_waiting: list[str]
    techniques: list[Technique]
    left_alone: list[LeftAlone]
    doubts: list[str]
    """What to do about what the person was not sure of and what therefore counts as so."""
    causes: list[dict[str, str]]
    net: SafetyNet | None
    net_level: str
    net_protocol: str
    because: list[Words]
    without: list[Words]
    more: list[tuple[Words, str]]
    less: list[tuple[Words, str]]
    answers: list[Words]
    relief_withheld: bool = False
    on_hold: list[str] = field(default_factory=list)
    """Advice that would be shown, were a reviewer not looking into it."""
    sites: list[dict[str, str]] = field(default_factory=list)


def report(check: Check, answers: Answers, result: Result, today: date, *, compared: bool = True) -> Report:
    """Return the words for a result; `answers` are those on the path.

    `compared`: also what other answers would have changed, which takes most of the time.
    """
    protocol = check.machine.protocol
    level = result.disposition or protocol.default.disposition
    rules = [protocol.rule[code] for code in result.winning]
    sure = {item.code: item.disposition == protocol.rule[item.code].disposition for item in result.fired}
    first = next((rule for rule in rules if sure.get(rule.code, True)), None)
    return Report(
        level=level,
        rank=protocol.rank(level),
        label=protocol.disposition[level].label,
        lead=first.action if first and first.action else protocol.disposition[level].action,
        rules=rules[:RULES],
        doubtful=first is None,
        places=[_place(check, key) for key in result.specialties],
        names_of=check.document["services"].get("names_of", ""),
        referral=[
            gettext("If {}: {}.").format(step.when, _place(check, step.then).name)
            for rule in rules[:RULES]
            for step in rule.referral
        ],
        examined=list(dict.fromkeys(rule.examined for rule in rules[:RULES] if rule.examined)),
        while_waiting=_each_once(rule.while_waiting for rule in rules[:RULES]),
        causes=_causes(check, result),
        net=net_in_words(result, today, dates_of(check)),
        net_level=protocol.disposition[level].safety_net,
        net_protocol=protocol.safety_net,
        answers=answer_words(check, answers),
        sites=_sites(check, answers),
        **_advised(check, result, today),
        **_reasons(check, answers, result, compared=compared),
    )


class Advised(TypedDict):
    """The parts of a report about what to do and to leave alone meanwhile."""

    techniques: list[Technique]
    left_alone: list[LeftAlone]
    doubts: list[str]
    relief_withheld: bool
    on_hold: list[str]


class Reasons(TypedDict):
    """The parts of a report about why it is this result, and which other answers would have changed it."""

    because: list[Words]
    without: list[Words]
    more: list[tuple[Words, str]]
    less: list[tuple[Words, str]]


def _advised(check: Check, result: Result, today: date) -> Advised:
    advised = advice(check.machine.protocol, result)
    withheld = relief_is_withheld(check, today)
    held = on_hold(check)
    shown = [item for item in advised.shown if STAYS.intersection(item.actions) or not (withheld or item.code in held)]
    return Advised(
        techniques=[_technique(check, item) for item in shown],
        left_alone=_left_alone(advised.not_now),
        doubts=_doubts(advised.not_now),
        relief_withheld=withheld,
        on_hold=[item.title for item in advised.shown if item not in shown and item.code in held],
    )


def _reasons(check: Check, answers: Answers, result: Result, *, compared: bool) -> Reasons:
    reason = why(check.machine, answers, result)
    what = changes(check.machine, answers, result, reason) if result.finished and compared else ()
    return Reasons(
        because=[_said(check, item) for item in reason.because] if reason else [],
        without=[_said(check, item, no="{}") for item in reason.without] if reason else [],
        more=_changed(check, _spread([item for item in what if item.more_urgent])),
        less=_changed(check, [item for item in what if not item.more_urgent][:LESS], no="{}"),
    )


def on_hold(check: Check) -> frozenset[str]:
    """Return the codes of the advice that a reviewer is looking into; what helps until help comes is never on hold."""
    held = frozenset(check.document.get("on_hold", ()))
    return frozenset(
        one.code for one in check.machine.protocol.modules if one.code in held and not STAYS.intersection(one.actions)
    )


def not_advised(check: Check, today: date) -> frozenset[str]:
    """Return the codes of the advice that no result shows today, whatever it is."""
    withheld = relief_is_withheld(check, today)
    modules = check.machine.protocol.modules
    return on_hold(check) | {one.code for one in modules if withheld and not STAYS.intersection(one.actions)}


def stops_at_once(check: Check, result: Result) -> bool:
    """Whether the result is one for which nothing else on the page matters."""
    levels = check.machine.protocol.disposition
    return result.disposition is not None and levels[result.disposition].stops is not Stops.NEVER


def answer_words(check: Check, answers: Answers) -> list[Words]:
    """Return every question that was answered, with its answer as the person saw it."""
    questions = check.machine.protocol.question
    return [
        Words(questions[key].text, in_words(questions[key], answer), denied(questions[key], answer))
        for key, answer in answers.items()
    ]


def relief_is_withheld(check: Check, today: date) -> bool:
    """Whether the review is so long overdue that only what helps until help comes is still shown."""
    until = check.document["review"].get("relief_until")
    return bool(until) and today > date.fromisoformat(until)


def dates_of(check: Check) -> str:
    """Return how the main place writes days; releases from before places had records do not say."""
    return str(check.document["services"].get("dates", ""))


def service_name(check: Check, specialty: str) -> str:
    """Return how a service is called in the place that is shown; its general name where that place does not name it."""
    known: Mapping[str, str] = check.document["services"]["names"].get(specialty, {})
    return known.get("name") or gettext(str(dict(Specialty.choices).get(specialty, specialty)))


def _place(check: Check, specialty: str) -> Place:
    known: Mapping[str, str] = check.document["services"]["names"].get(specialty, {})
    return Place(service_name(check, specialty), known.get("does", ""), known.get("how_to_reach", ""))


def _technique(check: Check, module: Module) -> Technique:
    known: Mapping[str, Any] = check.document["techniques"].get(module.code, {})
    lists = {name: list(known.get(name, [])) for name in ("steps", "doses", "preconditions", "stop_if")}
    return Technique(module=module, **lists)


def _left_alone(items: tuple[NotNow, ...]) -> list[LeftAlone]:
    """Return what must be left alone: each thing once, under its most certain reason."""
    chosen: dict[str, NotNow] = {}
    for item in sorted(items, key=lambda one: (not one.certain, bool(one.block.conditions))):
        chosen.setdefault(item.module.code, item)
    groups: dict[tuple[str, str], list[NotNow]] = {}
    for item in items:
        if chosen[item.module.code] is item:
            shared = not item.block.conditions
            groups.setdefault((item.block.code, "" if shared else item.reason), []).append(item)
    return [
        LeftAlone(
            titles=[one.module.title for one in group],
            everything=not group[0].block.conditions,
            reason=reason or strip_tags(group[0].block.why),
            words=group[0].words,
            certain=group[0].certain,
            codes=[one.module.code for one in group],
        )
        for (_, reason), group in groups.items()
    ]


def _doubts(items: tuple[NotNow, ...]) -> list[str]:
    """Return how to settle each doubt that holds something back; nothing when help is needed at once."""
    if any(not one.block.conditions for one in items):
        return []
    doubtful = (one.block.what_to_do for one in items if not one.certain and one.words)
    return list(dict.fromkeys(text for text in doubtful if text))


def _causes(check: Check, result: Result) -> list[dict[str, str]]:
    known: Mapping[str, dict[str, str]] = check.document["causes"]
    return [known[slug] for slug in result.could_be if slug in known]


def _sites(check: Check, answers: Answers) -> list[dict[str, str]]:
    """Return the pages of the places that were chosen."""
    known: Mapping[str, dict[str, str]] = check.document["sites"]
    chosen = [token for answer in answers.values() if isinstance(answer, tuple) for token in answer]
    return [known[key] for key in chosen if key in known]


def _each_once(texts: Iterable[str]) -> list[str]:
    """Return the lists of several rules without the lines that an earlier rule has said."""
    seen: set[str] = set()

    def once(line: re.Match[str]) -> str:
        known = line[0] in seen
        seen.add(line[0])
        return "" if known else line[0]

    found = [LINE.sub(once, text) for text in texts]
    return [text for text in found if strip_tags(text).strip()]


def _said(check: Check, said: Said, no: str = "not: {}") -> Words:
    question = check.machine.protocol.question[said.question]
    option = question.by_option.get(said.option or "")
    label = option.label if option else in_words(question, _plain(said.option, question.number is not None))
    # whoever was not sure of the whole question has said just that
    unsure = gettext("not sure: {}").format(label) if option else label
    return Words(question.text, {"no": gettext(no).format(label), "unsure": unsure}.get(said.state, label))


def _plain(text: str | None, number: bool) -> Any:
    return int(text) if number and text and text.isdigit() else text or ""


def _spread(items: list[Change]) -> list[Change]:
    """Return a few of each level, so that not all examples are of the most urgent one."""
    taken: dict[str, list[Change]] = {}
    for item in items:
        taken.setdefault(item.disposition, []).append(item)
    return [item for group in taken.values() for item in group[:EACH]][:MORE]


def _changed(check: Check, items: list[Change], no: str = "not: {}") -> list[tuple[Words, str]]:
    levels = check.machine.protocol.disposition
    return [(_said(check, item.said, no), levels[item.disposition].label) for item in items]


def words_of(found: Report) -> str:
    """Return what a result says of the case, as one text without marks; for stories that ask for certain words."""
    parts = [found.label, found.lead, found.net_level, found.net_protocol, *found.examined, *found.referral]
    parts += [text for rule in found.rules for text in (rule.title, rule.why)]
    parts += [text for place in found.places for text in (place.name, place.does, place.how_to_reach)]
    for item in found.techniques:
        parts += [item.module.title, item.module.summary, *item.doses, *item.preconditions, *item.stop_if]
        parts += [step["text"] for step in item.steps]
    for left in found.left_alone:
        parts += [*left.titles, left.reason, *left.words]
    parts += [text for one in found.because for text in (one.answer, one.question)]
    parts += [
        *found.doubts,
        *found.while_waiting,
        *(cause["title"] for cause in found.causes),
        found.net.text if found.net else "",
    ]
    return " ".join(strip_tags(" ".join(part for part in parts if part)).split())


def summary_text(check: Check, found: Report, code: str, today: date) -> str:
    """Return what to tell the doctor, as plain text to save."""
    day = day_words(today, dates_of(check))
    lines = [
        check.document["title"],
        gettext("Made on %(day)s. Version %(version)s.") % {"day": day, "version": check.hash[:8]},
        "",
        f"{gettext('Result:')} {found.label}",
    ]
    lines += [f"- {rule.title}" for rule in found.rules]
    if found.net:
        lines += [found.net.text]
    lines += ["", gettext("My answers")]
    for item in found.answers:
        lines.append(f"- {item.question} {item.answer}")
        if item.denied:
            lines.append(f"  {gettext('No:')} {gettext('; ').join(item.denied)}")
    lines += ["", gettext("A clinician can run these answers again with this code:"), code, ""]
    return "\n".join(lines)
