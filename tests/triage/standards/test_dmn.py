"""The rules as decision tables. What engines make of them is checked by `make consumers`."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tests.consumers.runs import about
from tests.triage.engine.small import LEG, leg, rule
from triage.engine.compiled import Machine
from triage.standards import dmn
from triage.standards.dmn import MODEL, NO, UNSURE, YES, TooWideError, rows


@pytest.fixture
def protocol():
    return Machine.of(LEG).protocol


def test_certain_and_doubtful_lines_of_a_rule(protocol):
    found = [(row, rank) for row, rank, _ in rows(protocol, protocol.rule["R2"])]

    not_clear = frozenset({UNSURE, NO})
    assert found == [
        ({"weak": frozenset({YES}), "back": not_clear}, 4),
        ({"weak": frozenset({YES, UNSURE}), "back": not_clear}, 3),
    ]


def test_each_of_several_findings_has_a_line():
    source = leg()
    source["rules"].append(rule("R11", "routine", ["swollen", "late"]))
    protocol = Machine.of(source).protocol

    assert [[*row] for row, _, _ in rows(protocol, protocol.rule["R11"])] == [["late"], ["swollen"]] * 2


def test_texts_cannot_break_the_file(protocol):
    text = dmn.dmn(protocol, replace(about("leg"), title='<b>"&\x00', description="]]>"))

    root = ET.fromstring(text)  # noqa: S314 - our own
    assert root.get("name") == '<b>"&\x00'.replace("\x00", "")
    assert "]]>" in root.findtext(f"{{{MODEL}}}description")


def test_a_table_that_nobody_could_read_is_refused(protocol, monkeypatch):
    monkeypatch.setattr(dmn, "MOST_ROWS", 1)

    with pytest.raises(TooWideError, match="R1 has 2"):
        dmn.dmn(protocol, about("leg"))
