"""Inputs made from numbers, sent to everything that reads some: none breaks it. `make fuzz` sends many more.

FUZZ_PLAN names a file that says which numbers to send to each target, FUZZ_TOLD the file that each row is added to as
soon as its numbers are through: so a run that was stopped goes on where it was. The suite sends a few to each, CI five
thousand in a step of its own (`make fuzz-ci`).
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
from django.db import connection

from tests.fuzz.measure import limit, run
from tests.fuzz.targets import TARGETS

pytestmark = pytest.mark.django_db
PLAN = os.environ.get("FUZZ_PLAN", "")
TOLD = os.environ.get("FUZZ_TOLD", "")


def blocks() -> dict[str, list[list[int]]]:
    """Return the first number and how many, for each target and each of its blocks."""
    if PLAN:
        return json.loads(Path(PLAN).read_text(encoding="utf-8"))
    if connection.vendor != "sqlite":  # `make fuzz` sends far more there
        return {}
    return {name: [[1, few]] for name, (_, few) in TARGETS.items() if few}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", blocks())
def test_no_input_breaks_it(scene, name):
    if PLAN:
        limit()
    send, rows = TARGETS[name][0](scene), []
    for first, count in blocks()[name]:
        rows.append(run(name, send, first=first, count=count))
        if TOLD:
            with Path(TOLD).open("a", encoding="utf-8") as file:
                about = {"first": first, "ok": rows[-1].ok, "code": os.environ.get("FUZZ_CODE", "")}
                file.write(json.dumps(asdict(rows[-1]) | about) + "\n")

    assert [error for row in rows for error in row.errors] == []
    assert all(row.ok for row in rows), rows
