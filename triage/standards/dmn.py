"""The rules of a protocol as DMN 1.3: a decision table for each rule, and one that takes the highest urgency.

Cells are in the small form of FEEL that every engine reads. Findings go in as they are at the end of a run; which
questions are asked, in what order, and what ends the form early, DMN has no words for.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from triage.engine.protocol import Condition, Protocol, Rule
from triage.standards.codes import About

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
FEEL = "https://www.omg.org/spec/DMN/20191111/FEEL/"
YES, UNSURE, NO = "yes", "unsure", "no"
STATES = frozenset({YES, UNSURE, NO})
CELLS = {
    frozenset({YES}): '"yes"',
    frozenset({UNSURE}): '"unsure"',
    frozenset({NO}): '"no"',
    frozenset({YES, UNSURE}): '"yes","unsure"',
    frozenset({UNSURE, NO}): '"unsure","no"',
    STATES: "-",
}
LIMITS = (
    "Input: what a finished check knows of each finding: yes, unsure or no. A finding that nobody was asked about goes"
    " in as no; it then raises no urgency, and it is no proof that the finding is absent. Not carried: which questions"
    " are asked and when the form ends, advice and what forbids it, reasons, and dates."
)
MOST_ROWS = 500
Row = dict[str, frozenset[str]]


class TooWideError(ValueError):
    """A rule has so many alternatives that its table could not be read."""


def dmn(protocol: Protocol, about: About) -> str:
    """Return the decision model as XML; raises TooWideError."""
    root = Element(
        "definitions",
        {
            "xmlns": MODEL,
            "id": f"{_name(protocol.key)}_{about.version}",
            "name": about.title,
            "namespace": f"{about.base}/dmn",
            "exporter": about.publisher,
            "exporterVersion": about.version,
        },
    )
    _text(root, "description", " ".join(part for part in (about.description, LIMITS) if part))
    _kind(root, "tFinding", "string", ", ".join(f'"{state}"' for state in (YES, UNSURE, NO)))
    _kind(root, "tUrgency", "string", ", ".join(f'"{item.key}"' for item in protocol.dispositions))
    used = dict.fromkeys(key for rule in protocol.rules for row, _, _ in rows(protocol, rule) for key in row)
    names = _names(protocol)
    for key in used:
        _input(root, key, protocol.finding[key].label)
    for rule in protocol.rules:
        _rule(root, protocol, rule, names[rule.code])
    _highest(root, protocol, [*names.values()])
    _level(root, protocol)
    indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _printable(tostring(root, encoding="unicode")) + "\n"


def rows(protocol: Protocol, rule: Rule) -> Iterator[tuple[Row, int, str]]:
    """Yield the lines of a rule's table: what each finding must be, the rank that follows, and the words."""
    doubt = protocol.disposition[rule.disposition].not_sure
    groups = [(item,) for item in rule.conditions] if rule.any_of else [rule.conditions]
    for certain, level in ((True, rule.disposition), (False, doubt)):
        for group in groups:
            words = "; ".join(item.words for item in group if item.words)
            for row in _alternatives(group, frozenset({YES} if certain else {YES, UNSURE})):
                yield row, protocol.rank(level), words if certain else f"{words} (not sure)"


def _alternatives(group: Iterable[Condition], present: frozenset[str]) -> Iterator[Row]:
    """Yield one line for each way to meet all needs: of the findings of a need one is enough."""
    needs = [need for item in group for need in item.needs]
    absent = [key for need in needs if not need.present for key in need.findings]
    for chosen in itertools.product(*(need.findings for need in needs if need.present)):
        row: Row = {}
        for key in chosen:
            row[key] = row.get(key, STATES) & present
        for key in absent:
            row[key] = row.get(key, STATES) - {YES}
        if all(row.values()):
            yield row


def _rule(root: Element, protocol: Protocol, rule: Rule, name: str) -> None:
    found = [*rows(protocol, rule)]
    if len(found) > MOST_ROWS:
        raise TooWideError(f"Rule {rule.code} has {len(found)} alternatives.")
    columns = [*dict.fromkeys(key for row, _, _ in found for key in row)]
    decision = _decision(root, name, "number", f"{rule.code} {rule.title}".strip(), inputs=columns)
    table = SubElement(decision, "decisionTable", {"id": f"{name}_table", "hitPolicy": "COLLECT", "aggregation": "MAX"})
    for key in columns:
        side = SubElement(table, "input", {"id": f"{name}_{key}", "label": protocol.finding[key].label})
        given = SubElement(side, "inputExpression", {"id": f"{name}_{key}_given", "typeRef": "tFinding"})
        _text(given, "text", key)
    SubElement(table, "output", {"id": f"{name}_rank", "label": "Urgency, as a rank", "typeRef": "number"})
    SubElement(table, "annotation", {"name": "If"})
    # a line that always holds: a rule that does not apply asks for what the protocol starts from
    least = (Row(), protocol.rank(protocol.default.disposition), "does not apply")
    for number, (row, rank, words) in enumerate([*found, least], 1):
        line = SubElement(table, "rule", {"id": f"{name}_{number}"})
        for key in columns:
            _cell(line, "inputEntry", CELLS[row.get(key, STATES)])
        _cell(line, "outputEntry", str(rank))
        _text(SubElement(line, "annotationEntry"), "text", words)


def _highest(root: Element, protocol: Protocol, names: list[str]) -> None:
    decision = _decision(root, "urgency_rank", "number", "The highest urgency of all rules", decisions=names)
    value = SubElement(decision, "literalExpression", {"id": "urgency_rank_value", "typeRef": "number"})
    _text(value, "text", f"max([{', '.join([*names, str(protocol.rank(protocol.default.disposition))])}])")


def _level(root: Element, protocol: Protocol) -> None:
    decision = _decision(root, "urgency", "tUrgency", "The urgency, by its key", decisions=["urgency_rank"])
    table = SubElement(decision, "decisionTable", {"id": "urgency_table", "hitPolicy": "UNIQUE"})
    side = SubElement(table, "input", {"id": "urgency_in", "label": "Urgency, as a rank"})
    _text(SubElement(side, "inputExpression", {"id": "urgency_in_given", "typeRef": "number"}), "text", "urgency_rank")
    SubElement(table, "output", {"id": "urgency_out", "label": "Urgency", "typeRef": "tUrgency"})
    SubElement(table, "annotation", {"name": "In words"})
    for item in protocol.dispositions:
        line = SubElement(table, "rule", {"id": f"urgency_{item.rank}"})
        _cell(line, "inputEntry", str(item.rank))
        _cell(line, "outputEntry", f'"{item.key}"')
        _text(SubElement(line, "annotationEntry"), "text", item.label)


def _decision(
    root: Element, name: str, kind: str, words: str, *, inputs: Iterable[str] = (), decisions: Iterable[str] = ()
) -> Element:
    decision = SubElement(root, "decision", {"id": name, "name": name})
    _text(decision, "description", words)
    SubElement(decision, "variable", {"id": f"{name}_variable", "name": name, "typeRef": kind})
    for tag, keys in (("requiredInput", [f"in_{key}" for key in inputs]), ("requiredDecision", decisions)):
        for key in keys:
            need = SubElement(decision, "informationRequirement", {"id": f"{name}_needs_{key}"})
            SubElement(need, tag, {"href": f"#{key}"})
    return decision


def _input(root: Element, key: str, label: str) -> None:
    data = SubElement(root, "inputData", {"id": f"in_{key}", "name": key, "label": label})
    SubElement(data, "variable", {"id": f"in_{key}_variable", "name": key, "typeRef": "tFinding"})


def _kind(root: Element, name: str, base: str, allowed: str) -> None:
    kind = SubElement(root, "itemDefinition", {"id": name, "name": name})
    _text(kind, "typeRef", base)
    _text(SubElement(kind, "allowedValues"), "text", allowed)


def _cell(line: Element, tag: str, text: str) -> None:
    _text(SubElement(line, tag), "text", text)


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text


def _printable(text: str) -> str:
    """Leave out what XML has no place for."""
    return re.sub(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]", "", text)


def _name(text: str) -> str:
    """Return a name that FEEL and XML read as one word."""
    return re.sub(r"\W", "_", text)


def _names(protocol: Protocol) -> dict[str, str]:
    """Return the name of each rule's decision."""
    found: dict[str, str] = {}
    for number, rule in enumerate(protocol.rules):
        name = f"rule_{_name(rule.code)}"
        found[rule.code] = name if name not in found.values() else f"{name}_{number}"
    return found
