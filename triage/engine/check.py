"""Faults that only show when the parts of a protocol are seen together."""

from collections.abc import Iterable

from triage.engine.protocol import (
    RESERVED,
    Block,
    Condition,
    Issue,
    Kind,
    Protocol,
    Question,
    Rule,
    SkipMeans,
    Stage,
)

STAGES = (Stage.SCOPE, Stage.EMERGENCY, Stage.REST)


def check(protocol: Protocol) -> list[Issue]:
    """Every fault that would keep the protocol from being run."""
    found: list[Issue] = []
    for part in (
        _doubles,
        _dispositions,
        _questions,
        _order,
        _rules,
        _blocks,
        _references,
        _least,
        _mitigating,
        _advice,
    ):
        found.extend(part(protocol))
    return found


def _doubles(protocol: Protocol) -> Iterable[Issue]:
    for name, keys in (
        ("findings", [item.key for item in protocol.findings]),
        ("questions", [item.key for item in protocol.questions]),
        ("rules", [item.code for item in (*protocol.rules, protocol.default)]),
        ("blocks", [item.code for item in protocol.blocks]),
        ("modules", [item.code for item in protocol.modules]),
        ("dispositions", [item.key for item in protocol.dispositions]),
        ("dispositions", [str(item.rank) for item in protocol.dispositions]),
    ):
        for key in {key for key in keys if keys.count(key) > 1}:
            yield Issue(name, f"'{key}' is there twice")
        if not keys and name != "blocks":
            yield Issue(name, "must not be empty")


def _dispositions(protocol: Protocol) -> Iterable[Issue]:
    for item in protocol.dispositions:
        place = f"dispositions[{item.key}]"
        lower = protocol.disposition.get(item.not_sure)
        if lower is None:
            yield Issue(f"{place}.not_sure", "must name a disposition")
        elif lower.rank > item.rank:
            yield Issue(f"{place}.not_sure", "must not be more urgent than the disposition itself")


def _questions(protocol: Protocol) -> Iterable[Issue]:
    for question in protocol.questions:
        place = f"questions[{question.key}]"
        keys = [option.key for option in question.options]
        for key in keys:
            if keys.count(key) > 1 or key in RESERVED or not key or key.startswith("?"):
                yield Issue(f"{place}.options", f"'{key}' is there twice or is a reserved word")
        for key in question.findings:
            if key not in protocol.finding:
                yield Issue(place, f"there is no finding '{key}'")
        yield from _shape(question, place)


def _shape(question: Question, place: str) -> Iterable[Issue]:
    if question.kind is Kind.NUMBER:
        yield from _range(question, place)
    elif question.number is not None:
        yield Issue(place, "only a number question has 'number'")
    elif len(question.options) < (1 if question.several else 2):
        yield Issue(f"{place}.options", "there are too few options")
    if question.several and any(option.unknown for option in question.options):
        yield Issue(f"{place}.options", "only a single choice can make a finding unknown by an option")
    if question.skip_means is SkipMeans.CANNOT_APPLY and not question.ask_if:
        yield Issue(f"{place}.skip_means", "means nothing in a question that is always asked")
    if question.unsure:
        certain = {key for option in question.options for key in option.sets}
        certain |= {key for cut in (question.number.cuts if question.number else ()) for key in cut.sets}
        for key in sorted(certain.difference(question.unsure, question.unsure_sets)):
            yield Issue(f"{place}.unsure", f"“not sure” must cover '{key}' as well")


def _range(question: Question, place: str) -> Iterable[Issue]:
    number = question.number
    if number is None or question.options:
        yield Issue(place, "a number question needs 'number' and no options")
        return
    if number.low >= number.high:
        yield Issue(f"{place}.number", "min must be below max")
        return
    for cut in number.cuts:
        bound = cut.at_least if cut.at_least is not None else cut.below
        if (cut.at_least is None) == (cut.below is None):
            yield Issue(f"{place}.number", "a cut has either at_least or below")
        elif bound is not None and not number.low < bound <= number.high:
            yield Issue(f"{place}.number", f"the cut {bound} lies outside of the range")


def _order(protocol: Protocol) -> Iterable[Issue]:
    """Stages come in order and a question depends on earlier ones only: so there is no circle."""
    reached = 0
    earlier: set[str] = set()
    for question in protocol.questions:
        place = f"questions[{question.key}]"
        stage = STAGES.index(question.stage)
        if stage < reached:
            yield Issue(f"{place}.stage", f"{question.stage} comes after {STAGES[reached]}")
        reached = max(reached, stage)
        for key in _named(question.ask_if):
            if key not in earlier:
                yield Issue(f"{place}.ask_if", f"nothing before this question asks for '{key}'")
        earlier |= question.findings


def _named(conditions: Iterable[Condition]) -> set[str]:
    return {key for condition in conditions for need in condition.needs for key in need.findings}


def _rules(protocol: Protocol) -> Iterable[Issue]:
    for rule in protocol.rules:
        place = f"rules[{rule.code}]"
        if not rule.conditions:
            yield Issue(place, "has no condition")
        yield from _known(protocol, rule, place)
        for number, condition in enumerate(rule.conditions, 1):
            if not any(need.present for need in condition.needs):
                yield Issue(f"{place}.conditions[{number}]", "must need at least one finding to be present")
    for rule in (*protocol.rules, protocol.default):
        yield from _outcome(protocol, rule, f"rules[{rule.code}]")
    if protocol.default.conditions:
        yield Issue("default", "applies to everyone, so it has no condition")


def _outcome(protocol: Protocol, rule: Rule, place: str) -> Iterable[Issue]:
    if rule.disposition not in protocol.disposition:
        yield Issue(f"{place}.disposition", f"there is no disposition '{rule.disposition}'")
    for name, days in (("within_days", rule.within_days), ("review_days", rule.review_days)):
        if days is not None and days < 1:
            yield Issue(f"{place}.{name}", "must be at least 1")


def _known(protocol: Protocol, owner: Rule | Block, place: str) -> Iterable[Issue]:
    for key in sorted(_named(owner.conditions)):
        if key not in protocol.finding:
            yield Issue(place, f"there is no finding '{key}'")
    for number, condition in enumerate(owner.conditions, 1):
        if any(not need.findings for need in condition.needs):
            yield Issue(f"{place}.conditions[{number}]", "a need must name at least one finding")


def _blocks(protocol: Protocol) -> Iterable[Issue]:
    for block in protocol.blocks:
        place = f"blocks[{block.code}]"
        if not block.conditions and not block.dispositions:
            yield Issue(place, "has neither a condition nor a disposition")
        yield from _known(protocol, block, place)
        for key in block.dispositions:
            if key not in protocol.disposition:
                yield Issue(place, f"there is no disposition '{key}'")


def _references(protocol: Protocol) -> Iterable[Issue]:
    for module in protocol.modules:
        for item in module.withhold:
            if item.block not in protocol.block:
                yield Issue(f"modules[{module.code}]", f"there is no block '{item.block}'")
    for line in protocol.red_lines:
        if line.block not in protocol.block:
            yield Issue(f"red_lines[{line.action}]", f"there is no block '{line.block}'")


def _least(protocol: Protocol) -> Iterable[Issue]:
    for least in protocol.minimum:
        if least.block not in protocol.block:
            yield Issue(f"minimum[{least.block}]", "there is no such block")
    for least in protocol.minimum:
        for key in least.findings:
            if key not in protocol.finding:
                yield Issue(f"minimum[{least.block}]", f"there is no finding '{key}'")


def _mitigating(protocol: Protocol) -> Iterable[Issue]:
    for item in protocol.mitigating:
        if item.finding not in protocol.finding:
            yield Issue(f"mitigating[{item.finding}]", "there is no such finding")
        if item.lowers not in protocol.disposition:
            yield Issue(f"mitigating[{item.finding}]", f"there is no disposition '{item.lowers}'")
        for code in item.frees:
            if code not in protocol.block:
                yield Issue(f"mitigating[{item.finding}]", f"there is no block '{code}'")
    for hidden in protocol.hidden_rules:
        if hidden.rule not in protocol.rule:
            yield Issue(f"hidden_rules[{hidden.rule}]", "there is no such rule")


def _advice(protocol: Protocol) -> Iterable[Issue]:
    for key in protocol.disposition:
        if key not in protocol.advice:
            yield Issue("advice", f"has no list for '{key}'")
    for key, codes in (*protocol.advice.items(), ("unfinished", protocol.unfinished)):
        if key != "unfinished" and key not in protocol.disposition:
            yield Issue("advice", f"there is no disposition '{key}'")
        for code in codes:
            if code not in protocol.module:
                yield Issue(f"advice.{key}", f"there is no module '{code}'")
