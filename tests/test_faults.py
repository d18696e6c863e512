"""Each fault in docs/faults.md names what would notice it, and that exists."""

import re
from pathlib import Path

from tools.chaos.__main__ import FAULTS
from triage.hazards.controls import test_fault as fault_of_test

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if re.match(r"\| F\d+ ", line)]


def test_all_faults_are_there_and_no_cell_is_empty():
    assert [row[0] for row in ROWS] == [f"F{number}" for number in range(1, 22)]
    assert [row for row in ROWS if len(row) != 5 or not all(cell.strip() for cell in row)] == []


def test_what_notices_a_fault_exists():
    named = {row[0]: re.findall(r"`([^`]+)`", row[4]) for row in ROWS}
    assert [number for number, found in named.items() if not found] == []
    assert [name for found in named.values() for name in found if missing(name)] == []


def test_every_fault_of_the_real_processes_stands_in_the_document():
    assert set(re.findall(r"chaos: ([a-z-]+)", TEXT)) == set(FAULTS)


def test_where_a_fault_is_prevented_exists():
    files = [name for row in ROWS for name in re.findall(r"`([a-z_/]+(?:\.[a-z]+|/))`", row[3])]
    assert files
    assert [name for name in files if not (ROOT / name).exists()] == []


def missing(name: str) -> bool:
    if name.startswith("chaos: "):
        return name.removeprefix("chaos: ") not in FAULTS
    return bool(fault_of_test(name)) if "::" in name else not (ROOT / name).is_file()
