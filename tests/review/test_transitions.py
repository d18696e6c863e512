"""Every pair of states, so that nothing is forgotten; and the drawing in the docs."""

import itertools
from contextlib import nullcontext
from pathlib import Path

import pytest

from review.enums import OPEN, State
from review.transitions import ALLOWED, HELD_BY, NotAllowedError, check, document

DOC = Path(__file__).resolve().parents[2] / "docs" / "review-states.md"


@pytest.mark.parametrize(("current", "wanted"), [*itertools.product(State, State)])
def test_check_follows_the_table(current, wanted):
    allowed = nullcontext() if wanted in ALLOWED[current] else pytest.raises(NotAllowedError)
    with allowed:
        check(current, wanted)


def test_each_state_has_its_moves_and_its_holder():
    assert ALLOWED.keys() == HELD_BY.keys() == set(State)
    assert {state for state in State if ALLOWED[state]} == OPEN


def test_the_drawing_in_the_docs_is_the_table():
    assert DOC.read_text(encoding="utf-8") == document()
