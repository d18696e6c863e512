"""The released form of a protocol: its source and its bit tables under one content hash."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from triage.engine.parse import parse_or_raise
from triage.engine.protocol import Condition, Kind, Protocol, Question, SkipMeans, Stage, Stops

ARTEFACT_FORMAT = 1
Json = dict[str, object]


class ArtefactError(ValueError):
    """An artefact that was changed, is incomplete or of a version we do not know."""


def canonical(value: object) -> bytes:
    """The one spelling of a JSON value, for hashing."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def content_hash(value: object) -> str:
    """SHA-256 of the canonical spelling."""
    return hashlib.sha256(canonical(value)).hexdigest()


def compile_source(source: Mapping[str, object]) -> Json:
    """Return the artefact of a complete protocol; raise `ProtocolError` if it has faults."""
    body: Json = {"format": ARTEFACT_FORMAT, "source": dict(source), "tables": tables(parse_or_raise(source))}
    return {**body, "hash": content_hash(body)}


def opened(artefact: Mapping[str, object]) -> tuple[Protocol, Json]:
    """Return the protocol and its tables after checking hash and version."""
    body = {key: artefact.get(key) for key in ("format", "source", "tables")}
    source, made = body["source"], body["tables"]
    if body["format"] != ARTEFACT_FORMAT:
        raise ArtefactError("This artefact has a format that this version cannot run.")
    if content_hash(body) != artefact.get("hash"):
        raise ArtefactError("The content of this artefact does not match its hash.")
    if not isinstance(source, Mapping) or not isinstance(made, dict):
        raise ArtefactError("This artefact has no source or no tables.")
    return parse_or_raise(source), made


def tables(protocol: Protocol) -> Json:
    """Bit tables of everything that decides; masks are written as hexadecimal text."""
    bits = {item.key: 1 << number for number, item in enumerate(protocol.findings)}
    return {
        "findings": [item.key for item in protocol.findings],
        "questions": [_question(item, bits) for item in protocol.questions],
        "rules": [
            {
                "code": rule.code,
                "level": rule.disposition,
                "doubt": protocol.disposition[rule.disposition].not_sure,
                "any": rule.any_of,
                "conditions": _conditions(rule.conditions, bits),
            }
            for rule in protocol.rules
        ],
        "blocks": [
            {
                "code": block.code,
                "any": block.any_of,
                "conditions": _conditions(block.conditions, bits),
                "levels": list(block.dispositions),
            }
            for block in protocol.blocks
        ],
        "levels": [
            {"key": item.key, "rank": item.rank, "stops": str(Stops(item.stops))} for item in protocol.dispositions
        ],
        "modules": [{"code": item.code, "withhold": [one.block for one in item.withhold]} for item in protocol.modules],
    }


def _mask(keys: Iterable[str], bits: Mapping[str, int]) -> str:
    mask = 0
    for key in keys:
        mask |= bits[key]
    return hex(mask)


def _conditions(conditions: Iterable[Condition], bits: Mapping[str, int]) -> list[list[object]]:
    return [
        [
            [_mask(need.findings, bits) for need in condition.needs if need.present],
            _mask((key for need in condition.needs if not need.present for key in need.findings), bits),
        ]
        for condition in conditions
    ]


def _question(question: Question, bits: Mapping[str, int]) -> Json:
    return {
        "key": question.key,
        "kind": str(question.kind),
        "late": question.stage is Stage.REST,
        "mask": _mask(question.findings, bits),
        "ask": _conditions(question.ask_if, bits),
        "cannot": question.skip_means is SkipMeans.CANNOT_APPLY,
        "options": {item.key: [_mask(item.sets, bits), _mask(item.unknown, bits)] for item in question.options},
        "unsure": _unsure(question, bits) if question.allow_unsure else None,
        "steps": _steps(question, bits),
    }


def _unsure(question: Question, bits: Mapping[str, int]) -> list[str]:
    if question.several:
        return ["0x0", "0x0"]
    return [_mask(question.unsure_sets, bits), _mask(question.unsure or question.findings, bits)]


def _steps(question: Question, bits: Mapping[str, int]) -> list[list[object]]:
    """For a number: from which value on which findings are true."""
    if question.kind is not Kind.NUMBER or question.number is None:
        return []
    number = question.number
    starts = {number.low}
    for cut in number.cuts:
        bound = cut.at_least if cut.at_least is not None else cut.below
        if bound is not None:
            starts.add(bound)
    return [[start, _mask(_true_at(question, start), bits)] for start in sorted(starts)] + [[number.high + 1, "0x0"]]


def _true_at(question: Question, value: int) -> set[str]:
    cuts = question.number.cuts if question.number else ()
    return {
        key
        for cut in cuts
        if (cut.at_least is not None and value >= cut.at_least) or (cut.below is not None and value < cut.below)
        for key in cut.sets
    }
