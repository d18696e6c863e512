import pytest
from hypothesis import HealthCheck, given, settings

from tests.triage.engine.small import cases, leg, said
from triage.engine.compiled import Machine
from triage.engine.evaluate import evaluate
from triage.engine.parse import parse_or_raise

PROTOCOL = parse_or_raise(leg())
MACHINE = Machine.of(leg())


def run(**answers):
    return evaluate(PROTOCOL, said(**answers))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_compiled_agrees_with_the_interpreter(case):
    source, answers = case

    machine = Machine.of(source)

    found = machine.result(machine.clean(answers))
    assert found == evaluate(parse_or_raise(source), answers)
    assert machine.level(machine.clean(answers)) == found.disposition


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({}, "self_care"),
        ({"now": ["breathless"]}, "emergency_now"),
        ({"now": ["?breathless"]}, "ed_now"),
        ({"now": ["unsure"]}, "ed_now"),
        ({"pee": "yes"}, "ed_now"),
        ({"pee": "unsure"}, "same_day"),
        ({"swell": "unsure"}, "same_day"),
        ({"weeks": "unsure"}, "routine"),
        ({"weeks": 20}, "routine"),
        ({"weeks": 19}, "self_care"),
        ({"leg": ["sore_one"]}, "routine"),
        ({"leg": ["sore_one", "sport"]}, "self_care"),
        ({"leg": ["sore_one"], "clot": ["clot"]}, "same_day"),
        ({"leg": ["sore_one", "injury"], "clot": ["clot"]}, "self_care"),
        ({"leg": ["sore_one", "?injury"], "clot": ["clot"]}, "same_day"),
        ({"leg": ["sport"], "clot": ["unsure"]}, "self_care"),
    ],
)
def test_highest_rule_decides(answers, level):
    assert run(**answers).disposition == level


def test_emergency_ends_the_form_at_once():
    result = run(now=["breathless"])

    assert (result.stopped, result.asked, result.shown) == (True, ("age", "now"), ("M-WAIT",))


def test_emergency_waits_for_the_question_that_explains_it():
    assert evaluate(PROTOCOL, {"age": "adult", "now": ["weak"]}).next == "back"
    assert run(now=["weak"], back="yes").disposition == "routine"
    assert run(now=["weak"], back="no").disposition == "emergency_now"
    assert run(now=["weak"], back="unsure").disposition == "emergency_now"


def test_form_ends_when_nothing_can_be_more_urgent():
    result = run(pee="yes")

    assert (result.stopped, result.asked) == (True, ("age", "now", "pee"))


def test_leaving_early_is_never_self_care():
    result = evaluate(PROTOCOL, {"age": "adult"})

    assert (result.finished, result.disposition, result.shown) == (False, None, ("M-WAIT",))


def test_question_not_asked_excludes_nothing():
    assert "G-DVT" in evaluate(PROTOCOL, {"age": "adult", "now": ["none"]}).on


def test_doubt_about_some_waits_for_which():
    result = evaluate(PROTOCOL, said(now=["some"]))

    assert (result.next, result.disposition) == ("now", "ed_now")


def test_answers_off_the_path_are_dropped():
    assert "clot" not in run(leg=["sport"], clot=["clot"]).asked
    assert "back" not in MACHINE.clean(said())


def test_withheld_names_every_block():
    result = run(swell="yes", leg=["injury"])

    assert [(item.code, item.blocks) for item in result.withheld] == [
        ("M-MASSAGE", ("G-DVT", "G-TEAR")),
        ("M-COLD", ("G-DVT",)),
    ]


def test_doubtful_emergency_leads_to_the_lower_step():
    assert run(now=["?breathless"]).specialties == ("emergency",)
