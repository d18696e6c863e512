"""Proofs of a shipped protocol that trust no solver: every statement, followed step by step."""

from dataclasses import replace

import pytest

from tests.triage.engine import starter
from triage.engine.certificates import Certificate, accepted
from triage.engine.prove import prove

pytestmark = pytest.mark.skipif(not starter.there(), reason="the starter content that the protocols name is not there")


@pytest.fixture(scope="module")
def report():
    """The smaller of the two; both are followed whenever the starter content is loaded (`test_approval`)."""
    return prove(starter.machine("calf").protocol, certificates=True)


def test_every_proof_can_be_followed_step_by_step(report):
    assert report.failures == ()
    assert all(item.certified for item in report.verdicts)
    assert len(report.certificate.goals) > 500


def test_steps_or_clauses_that_are_missing_are_noticed(report):
    """Without what was learned, or without what a protocol says, not everything follows any more."""
    made = report.certificate

    assert not all(accepted(replace(made, steps=())))
    assert not any(accepted(replace(made, clauses=())))


@pytest.mark.parametrize(
    ("steps", "goals", "fine"),
    [
        (((2,),), ((-2,), (-2, 3)), [True, True]),
        ((), ((-2,),), [False]),
        (((-3,),), ((-2,), (3,)), [False, False]),
    ],
)
def test_the_checker_accepts_what_follows_and_nothing_else(steps, goals, fine):
    # 2 holds whatever 3 and 4 are, which takes a step that propagation alone does not find
    clauses = ((2, 3, 4), (2, 3, -4), (2, -3, 4), (2, -3, -4))
    shown = (((2, 3),) if steps == ((2,),) else ()) + steps

    assert accepted(Certificate(clauses, goals, shown)) == fine


def test_what_was_not_followed_in_time_is_followed_the_next_time():
    made = Certificate(((5, 6), (5, -6)), ((-5,),), ((5,),))

    assert accepted(made, until=0) == [False]
    assert accepted(made) == [True]
