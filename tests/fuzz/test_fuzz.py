"""Inputs made from numbers, sent to everything that reads some: none breaks it. `make fuzz` sends many more.

FUZZ says how many to each target, FUZZ_FIRST the number to begin with: a failure names the one that makes it again.
The suite sends a hundred in all: a request of the admin costs 10 to 500 ms of processor
time, so five thousand to each target would cost it the better part of an hour.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.fuzz.measure import run
from tests.fuzz.targets import TARGETS

pytestmark = pytest.mark.django_db
COUNT = int(os.environ.get("FUZZ", "0"))
FIRST = int(os.environ.get("FUZZ_FIRST", "1"))
TOLD = os.environ.get("FUZZ_TOLD", "")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name, (_, few) in TARGETS.items() if COUNT or few])
def test_no_input_breaks_it(scene, name):
    make, few = TARGETS[name]
    row = run(name, make(scene), first=FIRST, count=COUNT or few)
    if TOLD:
        with Path(TOLD).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row) | {"ok": row.ok}) + "\n")

    assert row.errors == []
    assert row.ok, asdict(row)
