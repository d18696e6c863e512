import copy
import itertools

import pytest
from hypothesis import HealthCheck, assume, given, settings

from tests.triage.engine.brute import everyone, size
from tests.triage.engine.small import leg, protocols
from triage.engine.answers import doubted, ticked
from triage.engine.certificates import Certificate, accepted
from triage.engine.compiled import Machine
from triage.engine.evaluate import evaluate
from triage.engine.parse import parse_or_raise
from triage.engine.protocol import UNSURE
from triage.engine.prove import Status, prove

PROTOCOL = parse_or_raise(leg())


def verdicts(source, **more):
    return {item.id: item for item in prove(parse_or_raise(source), **more).verdicts}


def test_good_protocol_passes_with_certificates():
    report = prove(PROTOCOL, certificates=True)

    assert report.failures == ()
    assert all(item.certified for item in report.verdicts)
    assert report.certificate
    assert accepted(report.certificate) == [True] * len(report.certificate.goals)


def test_counterexample_is_a_short_story():
    source = leg()
    source["modules"][2]["blocks"] = source["modules"][2]["blocks"][1:]
    source["red_lines"].append({"action": "cold", "block": "G-DVT"})

    found = verdicts(source)["red-line:cold:G-DVT:M-COLD"]

    assert found.status is Status.REFUTED
    assert "swell? Yes" in found.story.text or "swell? Not sure" in found.story.text
    (answers,) = found.story.people
    result = evaluate(parse_or_raise(source), answers)
    assert "M-COLD" in result.shown
    assert "G-DVT" in result.on


def test_spent_budget_is_not_proved():
    report = prove(PROTOCOL, budget_seconds=0)

    assert {item.status for item in report.verdicts} == {Status.UNKNOWN}
    assert not report.passed


def test_report_names_the_content():
    reworded = leg()
    reworded["title"] = "Another title"

    assert prove(PROTOCOL).hash == prove(parse_or_raise(leg())).hash
    assert prove(PROTOCOL).hash != prove(parse_or_raise(reworded)).hash


@pytest.mark.parametrize(
    ("clauses", "steps", "fine"),
    [
        (((1, 2), (1, -2), (-1, 2), (-1, -2)), ((1,),), True),
        (((1, 2), (1, -2), (-1, 2)), ((1,),), False),
        (((1, 2), (-1, 3)), ((2,),), False),
        (((1,), (-1,)), (), True),
    ],
)
def test_checker_accepts_only_refutations(clauses, steps, fine):
    assert accepted(Certificate(clauses, ((),), steps)) == [fine]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(protocols(most=3))
def test_proofs_agree_with_brute_force(source):
    protocol = parse_or_raise(source)
    assume(size(protocol) <= 300)
    machine = Machine.of(source)
    people = [(answers, machine.result(answers)) for answers in everyone(protocol)]
    definite = [(answers, result) for answers, result in people if not any(doubts(protocol, answers))]

    found = {item.id: item.status is Status.PROVED for item in prove(protocol).verdicts}

    for level in protocol.disposition:
        assert found[f"live:level:{level}"] == any(result.disposition == level for _, result in definite)
    for rule in protocol.rules:
        fired = [result for _, result in definite if any(one.code == rule.code and one.sure for one in result.fired)]
        assert found[f"live:rule:{rule.code}"] == bool(fired)
        assert found[f"decides:{rule.code}"] == any(result.disposition == rule.disposition for result in fired)
    for block in protocol.block:
        assert found[f"live:block:{block}"] == any(block in result.on for _, result in definite)
        assert found[f"excludable:{block}"] == any(block not in result.on for _, result in definite)
    assert steps_by_hand(machine, people) == {
        key: value for key, value in found.items() if key.startswith(("mono:", "unsure:")) and "-" not in key
    }


def doubts(protocol, answers):
    for question in protocol.questions:
        answer = answers[question.key]
        yield bool(doubted(question, answer)) if question.several else answer == UNSURE


def steps_by_hand(machine, people):
    """For each step of a multi-choice option: whether nobody gets a milder result by taking it."""
    results = {frozen(answers): machine.ranks[result.disposition] for answers, result in people}
    found = {}
    for question in (item for item in machine.protocol.questions if item.several):
        order = ("no", "maybe", "yes") if question.allow_unsure else ("no", "yes")
        for option in question.options:
            for low, high in itertools.pairwise(order):
                kind = "unsure" if high == "maybe" else "mono"
                found[f"{kind}:{question.key}.{option.key}"] = all(
                    results[frozen(stepped(question, answers, option.key, high))] >= results[frozen(answers)]
                    for answers, _ in people
                    if state(question, answers, option.key) == low
                )
    return found


def frozen(answers):
    return tuple(answers.items())


def state(question, answers, option):
    answer = answers[question.key]
    return "yes" if option in ticked(question, answer) else "maybe" if option in doubted(question, answer) else "no"


def stepped(question, answers, option, wanted):
    token = option if wanted == "yes" else f"?{option}"
    states = {one.key: state(question, answers, one.key) for one in question.options} | {option: wanted}
    spelling = {"yes": "{}", "maybe": "?{}"}
    tokens = [spelling[value].format(key) for key, value in states.items() if value != "no"]
    assert token in tokens
    return {**answers, question.key: tuple(tokens)}


def test_copying_a_protocol_keeps_its_proofs():
    assert verdicts(copy.deepcopy(leg())).keys() == verdicts(leg()).keys()
