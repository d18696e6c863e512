"""Turns the dictionary form of a complete protocol into values, or says what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from triage.engine.check import check
from triage.engine.protocol import (
    FORMAT,
    Block,
    Condition,
    Cut,
    Disposition,
    Finding,
    Hidden,
    Issue,
    Kind,
    Minimum,
    Mitigating,
    Module,
    Need,
    Number,
    Option,
    Protocol,
    Question,
    RedLine,
    Referral,
    Rule,
    SkipMeans,
    Stage,
    Stops,
    Withhold,
)
from triage.engine.reading import Data, Reader

T = TypeVar("T")


def parse(source: Data) -> Protocol | list[Issue]:
    """Return the protocol, or every fault that was found."""
    issues: list[Issue] = []
    reader = Reader(source, "", issues)
    if reader.whole("format") != FORMAT:
        reader.fault("format", f"must be {FORMAT}")
    protocol = _protocol(reader)
    reader.end()
    if issues:
        return issues
    protocol = _with_option_findings(protocol)
    return check(protocol) or protocol


def parse_or_raise(source: Data) -> Protocol:
    """Return the protocol; raise `ProtocolError` with every fault."""
    found = parse(source)
    if isinstance(found, list):
        raise ProtocolError(found)
    return found


class ProtocolError(ValueError):
    """A protocol that cannot be run; `issues` says where and why."""

    def __init__(self, issues: list[Issue]) -> None:
        """Keep the faults and name them in the message."""
        self.issues = issues
        super().__init__("; ".join(f"{item.place}: {item.message}" for item in issues))


def _each(reader: Reader, key: str, make: Callable[[Reader], T], named: str = "key") -> tuple[T, ...]:
    made: list[T] = []
    for item in reader.items(key, named=named):
        made.append(make(item))
        item.end()
    return tuple(made)


def _one(reader: Reader, key: str, make: Callable[[Reader], T]) -> T:
    item = Reader(reader.raw(key), key, reader.issues)
    made = make(item)
    item.end()
    return made


def _protocol(reader: Reader) -> Protocol:
    return Protocol(
        key=reader.text("key"),
        title=reader.text("title"),
        audience=reader.text("audience", ""),
        findings=_each(reader, "findings", _finding),
        questions=_each(reader, "questions", _question),
        rules=_each(reader, "rules", _rule, "code"),
        blocks=_each(reader, "blocks", _block, "code"),
        modules=_each(reader, "modules", _module, "code"),
        dispositions=_each(reader, "dispositions", _disposition),
        advice=_advice(reader),
        default=_one(reader, "default", _rule),
        unfinished=reader.words("unfinished"),
        mitigating=_each(reader, "mitigating", _mitigating, "finding"),
        hidden_rules=_each(reader, "hidden_rules", lambda item: Hidden(item.text("rule"), item.text("why")), "rule"),
        red_lines=_each(reader, "red_lines", _red_line, "action"),
        minimum=_each(reader, "minimum", _minimum, "block"),
        max_questions=_one(reader, "limits", _limit),
        safety_net=reader.text("safety_net", ""),
        source=dict(reader.data),
    )


def _limit(reader: Reader) -> int:
    return reader.whole("max_questions", 15) or 15


def _advice(reader: Reader) -> dict[str, tuple[str, ...]]:
    value = reader.raw("advice")
    lists = Reader(value, "advice", reader.issues)
    return {str(key): lists.words(str(key)) for key in lists.data}


def _finding(reader: Reader) -> Finding:
    return Finding(
        key=reader.text("key"),
        label=reader.text("label"),
        statement=reader.text("statement", ""),
        polarity=reader.one_of("polarity", ("warning", "context", "mitigating"), "warning"),
        clot_risk=reader.flag("clot_risk", default=False),
        urgent_as=reader.optional("urgent_as"),
    )


def _need(reader: Reader) -> Need:
    return Need(reader.words_in_order("findings"), reader.flag("present", default=True))


def _condition(reader: Reader) -> Condition:
    needs: list[Need] = []
    value = reader.raw("needs")
    for number, item in enumerate(value if isinstance(value, list | tuple) else ()):
        # a bare list is the short form of "one of these is present"
        data = item if isinstance(item, Mapping) else {"findings": item}
        entry = Reader(data, f"{reader.place}.needs[{number + 1}]", reader.issues)
        needs.append(_need(entry))
        entry.end()
    if not needs:
        reader.fault("needs", "must list at least one need")
    return Condition(tuple(needs), reader.text("words", ""))


def _question(reader: Reader) -> Question:
    return Question(
        key=reader.text("key"),
        text=reader.text("text"),
        help=reader.text("help", ""),
        why=reader.text("why"),
        kind=Kind(reader.one_of("kind", tuple(Kind))),
        stage=Stage(reader.one_of("stage", tuple(Stage), "rest")),
        options=_each(reader, "options", _option),
        number=_one(reader, "number", _number) if "number" in reader.data else None,
        allow_unsure=reader.flag("allow_unsure", default=True),
        unsure=reader.words_in_order("unsure"),
        unsure_sets=reader.words_in_order("unsure_sets"),
        ask_if=_each(reader, "ask_if", _condition),
        skip_means=SkipMeans(reader.one_of("skip_means", tuple(SkipMeans), "unknown")),
        none_label=reader.text("none_label", "None of these"),
        unsure_label=reader.text("unsure_label", "Not sure"),
    )


def _option(reader: Reader) -> Option:
    return Option(
        key=reader.text("key"),
        label=reader.text("label"),
        sets=reader.words_in_order("sets"),
        unknown=reader.words_in_order("unknown"),
        concern=reader.whole("concern", 0) or 0,
        help=reader.text("help", ""),
    )


def _number(reader: Reader) -> Number:
    return Number(
        unit=reader.text("unit"),
        low=reader.whole("min", 0) or 0,
        high=reader.whole("max", 0) or 0,
        cuts=_each(reader, "cuts", _cut),
    )


def _cut(reader: Reader) -> Cut:
    return Cut(reader.words_in_order("sets"), reader.whole("at_least"), reader.whole("below"))


def _rule(reader: Reader) -> Rule:
    return Rule(
        code=reader.text("code"),
        disposition=reader.text("disposition"),
        conditions=_each(reader, "conditions", _condition),
        any_of=reader.one_of("mode", ("any", "all"), "any") == "any",
        within_days=reader.whole("within_days"),
        review_days=reader.whole("review_days"),
        title=reader.text("title", ""),
        action=reader.text("action", ""),
        why=reader.text("why", ""),
        while_waiting=reader.text("while_waiting", ""),
        specialties=reader.words("specialties"),
        examined=reader.text("examined", ""),
        referral=_each(reader, "referral", lambda item: Referral(item.text("if"), item.text("then"))),
        could_be=reader.words("could_be"),
        url=reader.text("url", ""),
    )


def _block(reader: Reader) -> Block:
    return Block(
        code=reader.text("code"),
        title=reader.text("title"),
        conditions=_each(reader, "conditions", _condition),
        any_of=reader.one_of("mode", ("any", "all"), "any") == "any",
        dispositions=reader.words("dispositions"),
        why=reader.text("why", ""),
        what_to_do=reader.text("what_to_do", ""),
        url=reader.text("url", ""),
    )


def _module(reader: Reader) -> Module:
    return Module(
        code=reader.text("code"),
        title=reader.text("title"),
        actions=reader.words("actions"),
        withhold=_each(reader, "blocks", lambda item: Withhold(item.text("block"), item.text("reason", "")), "block"),
        summary=reader.text("summary", ""),
        url=reader.text("url", ""),
    )


def _disposition(reader: Reader) -> Disposition:
    return Disposition(
        key=reader.text("key"),
        rank=reader.whole("rank", 0) or 0,
        label=reader.text("label"),
        action=reader.text("action", ""),
        not_sure=reader.text("not_sure", ""),
        not_sure_specialties=reader.words("not_sure_specialties"),
        stops=Stops(reader.one_of("stops", tuple(Stops), "never")),
        safety_net=reader.text("safety_net", ""),
    )


def _red_line(reader: Reader) -> RedLine:
    return RedLine(reader.text("action"), reader.text("block"))


def _mitigating(reader: Reader) -> Mitigating:
    return Mitigating(reader.text("finding"), reader.text("lowers"), reader.text("why", ""), reader.words("frees"))


def _minimum(reader: Reader) -> Minimum:
    return Minimum(reader.text("block"), reader.words_in_order("findings"))


def _with_option_findings(protocol: Protocol) -> Protocol:
    """Let conditions test an answer as `question.option`: a hidden finding that this option sets."""
    owners = [item.conditions for item in protocol.rules]
    owners += [item.conditions for item in protocol.blocks]
    owners += [item.ask_if for item in protocol.questions]
    named = (key for owner in owners for item in owner for need in item.needs for key in need.findings)
    wanted = {key for key in named if "." in key}
    hidden: list[Finding] = []
    questions: list[Question] = []
    for question in protocol.questions:
        options = []
        for option in question.options:
            key = f"{question.key}.{option.key}"
            if key in wanted:
                hidden.append(Finding(key, option.label, option.label, "context", hidden=True))
            options.append(replace(option, sets=(*option.sets, key)) if key in wanted else option)
        questions.append(replace(question, options=tuple(options)))
    return replace(protocol, findings=(*protocol.findings, *hidden), questions=tuple(questions))
