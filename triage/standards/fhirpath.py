"""What a protocol decides, as FHIRPath over a QuestionnaireResponse.

Every step of the engine's walk becomes one named expression, in order, so that an engineer can read one beside the
other: `go3` the walk comes to question 3, `on3` it is asked (where that has conditions of its own), `a3` what its
answer makes certain, `m3` what it makes certain or leaves unknown, `off3` it cannot apply; then `rule7` the urgency
that a rule asks for, and what follows from all rules. An answer to a question that is not asked counts for nothing,
as in the engine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triage.engine.protocol import Block, Condition, Kind, Need, Protocol, Question, Rule, SkipMeans, Stage, Stops
from triage.standards.codes import DOUBT, UNSURE_CODE, Codes

TRUE, FALSE, NOTHING = "true", "false", "{}"
ANSWERED = "'(answered)'"
"""Keeps a number from looking like no answer when it reaches no cut; no finding can have this name."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One named expression."""

    name: str
    expression: str
    meaning: str


def quoted(text: str) -> str:
    """Return a text as FHIRPath writes it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def either(parts: Iterable[str]) -> str:
    """One of them holds."""
    found = [part for part in dict.fromkeys(parts) if part != FALSE]
    if TRUE in found:
        return TRUE
    return _joined(found, " or ") if found else FALSE


def both(parts: Iterable[str]) -> str:
    """All of them hold."""
    found = [part for part in dict.fromkeys(parts) if part != TRUE]
    if FALSE in found:
        return FALSE
    return _joined(found, " and ") if found else TRUE


def denied(part: str) -> str:
    """It does not hold."""
    return {TRUE: FALSE, FALSE: TRUE}.get(part, f"({part}).not()")


def _joined(parts: Sequence[str], word: str) -> str:
    return parts[0] if len(parts) == 1 else "(" + word.join(parts) + ")"


def union(parts: Iterable[str]) -> str:
    """Everything that is in any of them."""
    found = [part for part in dict.fromkeys(parts) if part != NOTHING]
    return " | ".join(found) if found else NOTHING


def when(condition: str, then: str, otherwise: str = NOTHING) -> str:
    """One or the other."""
    if condition in {TRUE, FALSE}:
        return then if condition == TRUE else otherwise
    return f"iif({condition}, {then}, {otherwise})"


class Expressions:
    """The named expressions of one protocol."""

    def __init__(self, protocol: Protocol, codes: Codes, held: frozenset[str] = frozenset()) -> None:
        """`held`: advice that a reviewer is looking into, which is never shown."""
        self.protocol, self.codes, self.held = protocol, codes, held
        self.place = {question.key: place for place, question in enumerate(protocol.questions)}

    def all(self) -> list[Variable]:
        """Return them in an order in which each needs only those before it."""
        found = [item for place in range(len(self.protocol.questions)) for item in self._question(place)]
        return [*found, *self._rules(), *self._results()]

    def enabled(self, question: Question) -> str:
        """When a question is asked: a name, its own only where it has conditions besides the walk."""
        return f"%{'on' if question.ask_if else 'go'}{self.place[question.key]}"

    def _on(self, place: int) -> str:
        return self.enabled(self.protocol.questions[place])

    # What is known before question `upto`

    def _known(self, letter: str, findings: Iterable[str], upto: int) -> str:
        """One of the findings is among what the questions before a place make certain (a), or leave possible (m)."""
        by_question: dict[int, list[str]] = {}
        for key in findings:
            for question in self.protocol.setters.get(key, ()):
                if self.place[question.key] < upto:
                    by_question.setdefault(self.place[question.key], []).append(key)
        return either(_has(f"%{letter}{place}", keys) for place, keys in sorted(by_question.items()))

    def _need(self, need: Need, letter: str, upto: int, pending: frozenset[str]) -> str:
        if need.present:
            return self._known(letter, need.findings, upto)
        if pending.intersection(need.findings):
            return FALSE
        return denied(self._known("a", need.findings, upto))

    def holds(self, item: Condition, letter: str, upto: int, pending: frozenset[str] = frozenset()) -> str:
        """A condition holds; see `triage.engine.evaluate.holds`."""
        return both(self._need(need, letter, upto, pending) for need in item.needs)

    def fires(self, rule: Rule, letter: str, upto: int, pending: frozenset[str] = frozenset()) -> str:
        """A rule applies, for certain (a) or possibly (m)."""
        combine = either if rule.any_of else both
        return combine(self.holds(item, letter, upto, pending) for item in rule.conditions)

    def not_excluded(self, item: Condition, upto: int) -> str:
        """Doubt and a question that was not asked count as present; see `evaluate.open_condition`."""
        return both(
            either(self._possible(key, upto) for key in need.findings)
            if need.present
            else denied(self._known("a", need.findings, upto))
            for need in item.needs
        )

    def _possible(self, finding: str, upto: int) -> str:
        places = [self.place[question.key] for question in self.protocol.setters.get(finding, ())]
        open_ = both(denied(self._settled(place)) for place in places if place < upto)
        return either((self._known("m", [finding], upto), open_))

    def _settled(self, place: int) -> str:
        cannot = self.protocol.questions[place].skip_means is SkipMeans.CANNOT_APPLY
        return either((f"%a{place}.exists()", f"%off{place}" if cannot else FALSE))

    # The walk

    def _question(self, place: int) -> Iterable[Variable]:
        question = self.protocol.questions[place]
        before = self._gone_by(place - 1) if place else TRUE
        ended = self._ends(place)
        arrives = both((f"({before})" if place else TRUE, denied(ended)))
        yield Variable(f"go{place}", arrives, f"The questions before “{question.key}” are answered and did not end it")
        if question.ask_if:
            asked = either(self.holds(item, "m", place) for item in question.ask_if)
            yield Variable(f"on{place}", both((f"%go{place}", asked)), f"“{question.key}” is asked")
        yield Variable(f"a{place}", when(self._on(place), self._certain(question)), f"What “{question.key}” says")
        yield Variable(f"m{place}", self._unsure(question, place), f"What “{question.key}” says or leaves open")
        if question.skip_means is SkipMeans.CANNOT_APPLY:
            possible = either(self.not_excluded(item, place) for item in question.ask_if)
            closed = both((f"%go{place}", f"{self._on(place)}.not()", denied(possible)))
            yield Variable(f"off{place}", closed, f"“{question.key}” cannot apply")

    def _gone_by(self, place: int) -> str:
        """The walk came to a question and went on: it was answered, or not asked."""
        if self.protocol.questions[place].ask_if:
            return f"%go{place} and (%on{place}.not() or %a{place}.exists())"
        return f"%go{place} and %a{place}.exists()"

    def _items(self, name: str) -> str:
        return f"%resource.item.where(linkId = {quoted(name)}).answer.value"

    def _certain(self, question: Question) -> str:
        if question.kind is Kind.NUMBER:
            return f"({self._number(question)})"
        given = f"{self._items(question.key)}.code"
        options = ((option.sets, self.codes.option(question, option)) for option in question.options)
        extra = [(sets, code) for sets, code in options if sets and sets != (code,)]
        if not question.several and question.unsure_sets:
            extra.append((question.unsure_sets, UNSURE_CODE))
        more = [when(f"({given}).intersect({quoted(code)}).exists()", _list(sets)) for sets, code in extra]
        return f"({union([given, *more])})"

    def _number(self, question: Question) -> str:
        number = question.number
        if number is None:
            return NOTHING
        fits = f"{self._items(question.key)}.where($this >= {number.low} and $this <= {number.high})"
        parts = [when(f"{fits}.exists()", ANSWERED)]
        for cut in number.cuts:
            test = f"$this >= {cut.at_least}" if cut.at_least is not None else f"$this < {cut.below}"
            parts.append(when(f"{fits}.where({test}).exists()", _list(cut.sets)))
        if question.allow_unsure:
            said = f"{fits}.empty() and {self._items(question.key + DOUBT)}.where($this = true).exists()"
            parts.append(when(said, _list((UNSURE_CODE, *question.unsure_sets))))
        return union(parts)

    def _unsure(self, question: Question, place: int) -> str:
        """What is certain, and what “not sure” or an option leaves unknown."""
        parts = [f"%a{place}"]
        if question.allow_unsure:
            rest = self._doubted(question) if question.several else _list(question.unsure or sorted(question.findings))
            parts.append(when(f"%a{place}.intersect({quoted(UNSURE_CODE)}).exists()", rest))
        if not question.several:
            for option in question.options:
                if option.unknown:
                    given = f"%a{place}.intersect({quoted(self.codes.option(question, option))}).exists()"
                    parts.append(when(given, _list(option.unknown)))
        return union(parts)

    def _doubted(self, question: Question) -> str:
        """The options that the person is not sure about: those named in the item behind, else all."""
        named = f"{self._items(question.key + DOUBT)}.code"
        every = _list(dict.fromkeys(key for option in question.options for key in option.sets))
        codes = ((option.sets, self.codes.option(question, option)) for option in question.options)
        extra = [(sets, code) for sets, code in codes if sets and sets != (code,)]
        more = [when(f"{named}.intersect({quoted(code)}).exists()", _list(sets)) for sets, code in extra]
        return when(f"{named}.exists()", f"({union([named, *more])})", every)

    def _ends(self, place: int) -> str:
        """The walk ends before this question, for a reason that is new since the question before."""
        now = self._endings(place)
        before = self._endings(place - 1) if place else {}
        fresh = self.protocol.questions[place - 1].findings if place else frozenset()
        return either(
            text
            for key, (text, uses) in now.items()
            if not (place and key in before and before[key][0] == text and not fresh & uses)
        )

    def _endings(self, place: int) -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
        """Every rule that could end the walk before a question, with the findings it looks at."""
        urgent = self._later(place, emergency_only=True)
        later = self._later(place, emergency_only=False)
        settled = {
            level.rank
            for level in self.protocol.dispositions
            if level.stops is Stops.WHEN_SETTLED and not self._can_rise(level.rank, later)
        }
        found: dict[tuple[str, str], tuple[str, frozenset[str]]] = {}
        for rule in self.protocol.rules:
            uses = frozenset(key for item in rule.conditions for need in item.needs for key in need.findings)
            level = self.protocol.disposition[rule.disposition]
            if level.stops is Stops.AT_ONCE:
                found[rule.code, "once"] = (self.fires(rule, "a", place, urgent), uses)
            if level.rank in settled:
                found[rule.code, "sure"] = (self.fires(rule, "a", place, later), uses)
            if self.protocol.rank(level.not_sure) in settled:
                found[rule.code, "doubt"] = (self.fires(rule, "m", place, later), uses)
        return found

    def _later(self, place: int, *, emergency_only: bool) -> frozenset[str]:
        return frozenset(
            key
            for question in self.protocol.questions[place:]
            if not emergency_only or question.stage is not Stage.REST
            for key in question.findings
        )

    def _can_rise(self, rank: int, later: frozenset[str]) -> bool:
        return any(
            later.intersection(need.findings)
            for rule in self.protocol.rules
            if self.protocol.rank(rule.disposition) > rank
            for condition in rule.conditions
            for need in condition.needs
            if need.present
        )

    # What follows

    def _rules(self) -> Iterable[Variable]:
        end = len(self.protocol.questions)
        for place, rule in enumerate(self.protocol.rules):
            doubt = self.protocol.disposition[rule.disposition].not_sure
            sure, maybe = self.fires(rule, "a", end), self.fires(rule, "m", end)
            text = when(sure, quoted(rule.disposition), when(maybe, quoted(doubt)))
            yield Variable(f"rule{place}", text, f"{rule.code} {rule.title}".strip())

    def _results(self) -> Iterable[Variable]:
        rules, end = self.protocol.rules, len(self.protocol.questions)
        waiting = either(f"({self._on(place)} and %a{place}.empty())" for place in range(end))
        yield Variable("unfinished", waiting, "A question is still to be answered")
        yield Variable("levels", union(f"%rule{place}" for place in range(len(rules))), "What the rules ask for")
        yield Variable("urgency", self._highest(), "The highest urgency of all rules that apply")
        winning = [when(f"%rule{place} = %urgency", quoted(f"{rule.code} ")) for place, rule in enumerate(rules)]
        nothing = "%urgency.exists() and %levels.where($this = %urgency).empty()"
        winning.append(when(nothing, quoted(f"{self.protocol.default.code} ")))
        yield Variable("deciding", _text(winning), "The rules that decide")
        for place, block in enumerate(self.protocol.blocks):
            yield Variable(f"block{place}", self._block(block), f"{block.code} {block.title}".strip())
        yield Variable("alone", _text(self._withheld()), "Advice that is not safe now, or not ruled out to be unsafe")
        yield Variable("advice", self._advice(), "Advice that fits")

    def _highest(self) -> str:
        levels = sorted(self.protocol.dispositions, key=lambda item: item.rank)
        least = self.protocol.rank(self.protocol.default.disposition)
        found = quoted(self.protocol.default.disposition)
        if least == levels[0].rank:
            # nothing urgent so far is no result: we cannot say that it is safe
            found = when("%unfinished", NOTHING, found)
        for level in levels:
            if level.rank > least:
                found = when(f"%levels.intersect({quoted(level.key)}).exists()", quoted(level.key), found)
        return found

    def _block(self, block: Block) -> str:
        combine = either if block.any_of else both
        end = len(self.protocol.questions)
        conditions = combine(self.not_excluded(item, end) for item in block.conditions) if block.conditions else FALSE
        levels = _has("%urgency", block.dispositions) if block.dispositions else FALSE
        return either((conditions, levels))

    def _withheld(self) -> Iterable[str]:
        places = {block.code: place for place, block in enumerate(self.protocol.blocks)}
        for module in self.protocol.modules:
            on = either(f"%block{places[item.block]}" for item in module.withhold)
            if on != FALSE:
                yield when(on, quoted(f"{module.code} "))

    def _advice(self) -> str:
        """The list of the urgency without what is withheld; before the end the short list, unless help is called."""
        found = self._listed(self.protocol.unfinished)
        for level in self.protocol.dispositions:
            said = f"%urgency = {quoted(level.key)}"
            if level.stops is Stops.NEVER:
                said = f"{said} and %unfinished.not()"
            found = when(f"({said})", self._listed(self.protocol.advice[level.key]), found)
        return found

    def _listed(self, modules: Iterable[str]) -> str:
        shown = [code for code in modules if code not in self.held]
        safe = {code: f"(' ' + %alone).contains({quoted(f' {code} ')}).not()" for code in shown}
        return _text(when(safe[code], quoted(f"{code} ")) for code in shown)


def _list(values: Iterable[str]) -> str:
    found = [quoted(value) for value in values]
    return f"({' | '.join(found)})" if found else NOTHING


def _has(collection: str, keys: Iterable[str]) -> str:
    return f"{collection}.intersect({' | '.join(quoted(key) for key in sorted(set(keys)))}).exists()"


def _text(parts: Iterable[str]) -> str:
    """The texts one after the other, each followed by a blank; nothing counts as no text."""
    return " & ".join(["''", *parts])
