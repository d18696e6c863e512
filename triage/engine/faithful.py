"""Shows that the tables visitors run are the protocol that was reviewed, by reading them back."""

from collections.abc import Iterable, Mapping
from typing import cast

from triage.engine.artefact import Json, opened
from triage.engine.encode import Effect, unsure_effect, values
from triage.engine.protocol import UNSURE, Condition, Kind, Protocol, Question, SkipMeans, Stage

Needs = tuple[tuple[frozenset[str], ...], frozenset[str]]


def differences(artefact: Mapping[str, object]) -> list[str]:
    """Return every place where the tables say something else than the source; none: they are equal.

    This does not use the compiler: masks are read back into findings and held against the source, part by part.
    As both mean the same by their parts, the runs are the same for all answers.
    """
    protocol, tables = opened(artefact)
    return [
        *_questions(protocol, tables),
        *_rules(protocol, tables),
        *_blocks(protocol, tables),
        *_rest(protocol, tables),
    ]


def _names(tables: Json, mask: object) -> frozenset[str]:
    names = cast("list[str]", tables["findings"])
    digits = int(str(mask), 16)
    found = frozenset(name for place, name in enumerate(names) if digits >> place & 1)
    if digits >> len(names):
        raise ValueError("a mask names findings that are not there")
    return found


def _rows(tables: Json, key: str) -> list[Json]:
    return cast("list[Json]", tables[key])


def _read_conditions(tables: Json, value: object) -> list[Needs]:
    rows = cast("list[tuple[list[str], str]]", value)
    return [(tuple(_names(tables, mask) for mask in row[0]), _names(tables, row[1])) for row in rows]


def _written(conditions: Iterable[Condition]) -> list[Needs]:
    return [
        (
            tuple(frozenset(need.findings) for need in item.needs if need.present),
            frozenset(key for need in item.needs if not need.present for key in need.findings),
        )
        for item in conditions
    ]


def _told(name: str, pairs: Mapping[str, tuple[object, object]]) -> list[str]:
    return [f"{name}: {part} differs" for part, (one, two) in pairs.items() if one != two]


def _questions(protocol: Protocol, tables: Json) -> Iterable[str]:
    rows = _rows(tables, "questions")
    if [row["key"] for row in rows] != [item.key for item in protocol.questions]:
        yield "the questions or their order differ"
        return
    for item, row in zip(protocol.questions, rows, strict=True):
        yield from _told(
            item.key,
            {
                "kind": (row["kind"], item.kind.value),
                "stage": (row["late"], item.stage is Stage.REST),
                "findings": (_names(tables, row["mask"]), item.findings),
                "ask_if": (_read_conditions(tables, row["ask"]), _written(item.ask_if)),
                "skip_means": (row["cannot"], item.skip_means is SkipMeans.CANNOT_APPLY),
                "answers": (_read_answers(tables, item, row), _meant_answers(item)),
            },
        )


def _effect(tables: Json, value: object) -> Effect:
    true, unknown = cast("list[str]", value)
    made = _names(tables, true)
    return made, _names(tables, unknown) - made


def _read_answers(tables: Json, question: Question, row: Json) -> dict[str, Effect]:
    found = {key: _effect(tables, value) for key, value in cast("dict[str, object]", row["options"]).items()}
    if question.kind is Kind.NUMBER:
        ladder = cast("list[tuple[int, str]]", row["steps"])
        found = {str(start): (_names(tables, mask), frozenset()) for start, mask in ladder[:-1]}
        found["end"] = (frozenset({str(ladder[-1][0])}), frozenset())
    if row["unsure"] is not None:
        found[UNSURE] = _effect(tables, row["unsure"])
    return found


def _meant_answers(question: Question) -> dict[str, Effect]:
    if question.several:
        found = {option.key: (frozenset(option.sets), frozenset[str]()) for option in question.options}
        if question.allow_unsure:
            found[UNSURE] = (frozenset(), frozenset())
        return found
    found = {key: effect for key, effect in values(question).items() if key != UNSURE}
    if question.number:
        found["end"] = (frozenset({str(question.number.high + 1)}), frozenset())
    if question.allow_unsure:
        found[UNSURE] = unsure_effect(question)
    return found


def _rules(protocol: Protocol, tables: Json) -> Iterable[str]:
    rows = _rows(tables, "rules")
    if [row["code"] for row in rows] != [item.code for item in protocol.rules]:
        yield "the rules or their order differ"
        return
    for item, row in zip(protocol.rules, rows, strict=True):
        yield from _told(
            item.code,
            {
                "level": (row["level"], item.disposition),
                "doubt": (row["doubt"], protocol.disposition[item.disposition].not_sure),
                "mode": (row["any"], item.any_of),
                "conditions": (_read_conditions(tables, row["conditions"]), _written(item.conditions)),
            },
        )


def _blocks(protocol: Protocol, tables: Json) -> Iterable[str]:
    rows = {str(row["code"]): row for row in _rows(tables, "blocks")}
    if set(rows) != set(protocol.block):
        yield "the blocks differ"
        return
    for code, item in protocol.block.items():
        row = rows[code]
        yield from _told(
            code,
            {
                "mode": (row["any"], item.any_of),
                "conditions": (_read_conditions(tables, row["conditions"]), _written(item.conditions)),
                "levels": (row["levels"], list(item.dispositions)),
            },
        )


def _rest(protocol: Protocol, tables: Json) -> list[str]:
    levels = [(item.key, item.rank, item.stops.value) for item in protocol.dispositions]
    modules = [(item.code, [one.block for one in item.withhold]) for item in protocol.modules]
    return _told(
        "tables",
        {
            "levels": ([(row["key"], row["rank"], row["stops"]) for row in _rows(tables, "levels")], levels),
            "modules": ([(row["code"], row["withhold"]) for row in _rows(tables, "modules")], modules),
            "findings": (tables["findings"], [item.key for item in protocol.findings]),
        },
    )
