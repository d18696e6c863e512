"""What the documents on security say is there: every row, every test, every setting, every heading."""

import ast
import re
import shutil
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.utils.module_loading import import_string
from django.utils.text import slugify

from portal import headers, settings
from tools import asvs

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NODE = re.compile(r"`((?:[a-z_]+/)*test_[a-z_]+\.py)::(test_[a-z0-9_]+)`")
OPEN = ("operator", "not applicable", "open")


@cache
def names_in(path):
    """Return the names of tests that always run, of one file below tests/."""
    file = ROOT / "tests" / path
    if not file.is_file():
        return frozenset()
    found = [one for one in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(one, ast.FunctionDef)]
    left_out = {"skip", "xfail"}
    return frozenset(
        one.name
        for one in found
        if not left_out
        & {node.attr for deco in one.decorator_list for node in ast.walk(deco) if isinstance(node, ast.Attribute)}
    )


@cache
def anchors_of(name):
    """Return the places of a document."""
    text = (DOCS / name).read_text(encoding="utf-8") if (DOCS / name).is_file() else ""
    return frozenset(slugify(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE))


def fault(how, evidence):
    """Say what is wrong with one piece of evidence, or nothing."""
    path, _, name = evidence.partition("::")
    if how == "test" and name not in names_in(path):
        return f"there is no test {evidence}"
    if how == "setting" and not hasattr(settings, evidence):
        return f"there is no setting {evidence}"
    if how == "header" and evidence not in {*headers.ALWAYS, "Content-Security-Policy"}:
        return f"no header {evidence} is sent"
    if how == "document" and evidence.partition("#")[2] not in anchors_of(evidence.partition("#")[0]):
        return f"there is no place {evidence}"
    if how == "code":
        try:
            import_string(evidence)
        except ImportError:
            return f"there is no {evidence}"
    return ""


def test_every_requirement_of_both_levels_has_one_row():
    rows = asvs.rows()

    assert Counter(row["level"] for row in rows) == {"1": 70, "2": 183}
    assert len({row["number"] for row in rows}) == len(rows)
    assert {int(row["number"].split(".")[0]) for row in rows} == set(asvs.CHAPTERS)


def test_every_row_is_held_by_something_that_is_there():
    for row in asvs.rows():
        how, evidence, number = row["held by"], row["evidence"].split(), row["number"]

        assert row["subject"], number
        assert how in {"test", "setting", "header", "document", "code", *OPEN}, number
        assert bool(evidence) != (how in OPEN), number
        assert row["remark"] or how not in OPEN, number
        assert [said for one in evidence if (said := fault(how, one))] == [], number


def test_the_page_is_made_from_the_table():
    assert asvs.PAGE.read_text(encoding="utf-8") == asvs.page(), "run tools/asvs.py"


@pytest.mark.parametrize(
    ("how", "evidence"),
    [("test", "test_migrations.py::test_there_is_no_such_test"), ("test", "none.py::test_x"), ("setting", "NO_SUCH"),
     ("header", "X-None"), ("document", "security.md#none"), ("document", "none.md#none"), ("code", "portal.nothing")],
)  # fmt: skip
def test_what_is_not_there_is_named(how, evidence):
    assert evidence in fault(how, evidence)


@pytest.mark.parametrize("name", ["threats.md", "faults.md", "security.md"])
def test_every_test_that_a_document_names_is_there(name):
    text = (DOCS / name).read_text(encoding="utf-8") if (DOCS / name).is_file() else ""

    assert [
        f"{path}::{test}" for path, test in NODE.findall(text.replace("`tests/", "`")) if test not in names_in(path)
    ] == []


def threats():
    """Return the rows of the tables of threats: (name, control, held by)."""
    text = (DOCS / "threats.md").read_text(encoding="utf-8")
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if re.match(r"\| T\d+ ", line)]
    return [tuple(cell.strip() for cell in line) for line in lines]


def test_every_threat_has_a_control_and_a_test_or_somebody_who_accepts_the_rest():
    rows = threats()
    numbers = [int(row[0].split()[0].removeprefix("T")) for row in rows]

    assert numbers == list(range(1, len(rows) + 1))
    assert len(rows) >= 40
    for row in rows:
        assert len(row) == 5, row
        assert all(row[:4]), row
        assert NODE.search(row[4].replace("`tests/", "`")) or "accepted by" in row[4], row
    for kind in ("spoofing", "tampering", "repudiation", "disclosure", "denial", "elevation"):
        assert [row for row in rows if kind in row[2]], kind


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_the_unit_of_the_service_is_understood_and_keeps_its_memory_to_itself():
    unit = ROOT / "deploy" / "systemd" / "gaitway.service"
    said = subprocess.run(  # noqa: S603  # the machine's own
        [str(shutil.which("systemd-analyze")), "verify", unit], capture_output=True, text=True, check=False
    ).stderr

    # the only thing that is missing here is the site itself
    assert [line for line in said.splitlines() if line and "is not executable" not in line] == []
    assert {"LimitCORE=0", "MemorySwapMax=0", "PrivateTmp=yes"} <= set(unit.read_text().splitlines())
