"""Care cards of guides against the check: agreement proved, each kind of difference found and replayed."""

from dataclasses import replace
from functools import partial

import pytest

from tests.triage.engine import starter
from triage.engine.cards import Card, differences, statements
from triage.engine.evaluate import evaluate
from triage.engine.protocol import Condition, Need
from triage.engine.prove import Status, prove


@pytest.fixture(scope="module")
def calf():
    return starter.machine("calf").protocol


def shown(protocol, code, **changes):
    rule = protocol.rule[code]
    return replace(Card("Guide", code, rule.disposition, rule.any_of, rule.conditions), **changes)


def proved(protocol, *cards, certificates=False):
    return prove(protocol, statements=partial(statements, cards=cards), certificates=certificates)


def test_a_card_that_says_what_the_check_says_is_proved_with_a_certificate(calf):
    report = proved(calf, *(shown(calf, rule.code) for rule in calf.rules), certificates=True)

    assert report.passed
    assert len(report.verdicts) > len(calf.rules)
    assert all(item.certified for item in report.verdicts if item.id.count(":") == 2 and "alone" not in item.id)


def test_a_card_that_is_stricter_than_the_check_gives_a_person(calf):
    report = proved(calf, shown(calf, "CR11", disposition="emergency_now"))

    failing = next(item for item in report.verdicts if item.status is Status.REFUTED)
    (person,) = failing.story.people
    assert evaluate(calf, person).disposition != "emergency_now"
    assert "although the guide “Guide” says “Call an ambulance now” if" in failing.story.text


def test_a_card_of_signs_that_nobody_is_asked_for_fails(calf):
    condition = Condition((Need(("seizure",)),), "you have a fit")

    report = proved(calf, shown(calf, "CR1", conditions=(condition,)))

    assert [item.id for item in report.failures] == ["card:CR1:0:asked"]


def test_a_card_that_says_all_where_the_check_takes_any_fails(calf):
    report = proved(calf, shown(calf, "CR1", any_of=False))

    names = {item.id for item in report.verdicts}
    assert {"card:CR1:all", "card:CR1:not-alone:0"} <= names
    assert {item.id for item in report.failures} == {name for name in names if "not-alone" in name}


def test_what_needs_no_proof_is_said_at_once(calf):
    every = [shown(calf, rule.code) for rule in calf.rules]

    assert list(differences(calf, every)) == []
    assert list(differences(calf, [])) == []
    (unknown,) = differences(calf, [*every, replace(every[0], rule="XX1")])
    assert "which this check does not know" in unknown
    (milder,) = differences(calf, [replace(every[0], disposition="routine"), *every[1:]])
    assert "this check says" in milder
    assert any("No card shows CR1 " in line for line in differences(calf, [one for one in every if one.rule != "CR1"]))


@pytest.mark.parametrize("name", starter.NAMES)
def test_each_single_sign_of_any_rules_fires_them_and_none_fires_all_rules(name):
    """By brute force over single findings, without the solver."""
    protocol = starter.machine(name).protocol
    for rule in protocol.rules:
        for condition in rule.conditions:
            met = {need.findings[0] for need in condition.needs if need.present}
            alone = [_holds(item, met) for item in rule.conditions]
            assert any(alone)
            if not rule.any_of and len(rule.conditions) > 1:
                assert not all(alone), rule.code


def _holds(condition, true):
    return all(bool(true.intersection(need.findings)) == need.present for need in condition.needs)
