"""Proofs of the shipped protocols that trust no solver: a sample always, all of them in a long run."""

import random

import pytest

from tests.triage.engine import starter
from triage.engine.certificates import accepts, certify
from triage.engine.properties import Frame, properties
from triage.engine.prove import prove

pytestmark = pytest.mark.skipif(not starter.there(), reason="the starter content that the protocols name is not there")
SAMPLE = 4


@pytest.mark.parametrize("name", starter.NAMES)
def test_a_sample_of_proofs_can_be_followed_step_by_step(name):
    frame = Frame(starter.machine(name).protocol)
    safety = [item for item in properties(frame) if item.never and item.group == "safety"]

    for item in random.Random(name).sample(safety, SAMPLE):  # noqa: S311 - nothing secret
        valid = [literal for person in item.people for literal in person.valid]
        certificate = certify(frame.circuit, item.literals, valid)
        assert certificate is not None, item.id
        assert accepts(certificate), item.id


@pytest.mark.long
@pytest.mark.parametrize("name", starter.NAMES)
def test_every_proof_can_be_followed_step_by_step(name):
    report = prove(starter.machine(name).protocol, certificates=True)

    assert report.failures == ()
