import random

import pytest

from tests.triage.engine import starter
from triage.engine.answers import clean_all
from triage.engine.evaluate import evaluate
from triage.engine.explain import changes, why
from triage.engine.lint import lint
from triage.engine.parse import parse_or_raise
from triage.engine.protocol import MAYBE, NONE, UNSURE
from triage.engine.prove import prove
from triage.engine.receipts import encode, replay
from triage.engine.vignettes import CAUTIOUS, RISKY, check, run

pytestmark = pytest.mark.skipif(not starter.there(), reason="the starter content that the protocols name is not there")


@pytest.fixture(scope="module", params=starter.NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def outcomes(name):
    return [run(starter.machine(name), story) for story in starter.stories(name)]


def test_stories_fit_the_protocol(name):
    assert [issue for story in starter.stories(name) for issue in check(story, starter.machine(name).protocol)] == []
    assert {story.protocol for story in starter.stories(name)} == {name}


def test_no_story_is_too_risky_or_gets_unsafe_advice(outcomes):
    assert [item.vignette.id for item in outcomes if item.verdict == RISKY or item.violations] == []


def test_benign_stories_are_not_sent_to_hospital(outcomes):
    benign = [item for item in outcomes if item.vignette.gold == "self_care"]

    assert sum(item.verdict == CAUTIOUS for item in benign) <= len(benign) / 10


def test_there_are_enough_stories():
    every = [story for name in starter.NAMES for story in starter.stories(name)]

    assert len(every) >= 120
    assert sum(story.gold == "self_care" for story in every) >= 35


def test_stories_cover_every_rule_and_block(name, outcomes):
    protocol = starter.machine(name).protocol
    together = [run(starter.machine(other), story) for other in starter.NAMES for story in starter.stories(other)]
    fired = {item.code for outcome in together for item in outcome.result.fired}
    blocked = {code for outcome in together for code in outcome.result.on}

    assert {rule.code for rule in protocol.rules} - fired == set()
    assert set(protocol.block) - blocked == set()


def test_everything_is_proved(name):
    report = prove(starter.machine(name).protocol)

    assert report.passed
    assert report.failures == ()


def test_form_has_no_hard_fault_and_stays_short(name):
    protocol = starter.machine(name).protocol

    assert [item for item in lint(protocol) if item.hard] == []
    assert len(calm_path(name)[1].asked) <= {"calf": 20, "pregnancy": 25}[name]


def calm_path(name):
    machine = starter.machine(name)
    answers = {}
    while (key := machine.next_question(answers)) is not None:
        question = machine.protocol.question[key]
        options = [item.key for item in question.options if not item.sets]
        answers[key] = (NONE,) if question.several else (question.number.low if question.number else options[0])
    return answers, machine.result(answers)


def test_all_calm_stays_at_home(name):
    assert calm_path(name)[1].disposition == "self_care"


def guessed(machine, rng):
    answers = {}
    while (key := machine.next_question(answers)) is not None:
        question = machine.protocol.question[key]
        if question.several:
            tokens = [rng.choice([one, MAYBE + one]) for one in question.by_option if rng.random() < 0.12]
            answers[key] = tuple(tokens) or (NONE,)
        elif question.number:
            answers[key] = rng.choice([UNSURE, *range(question.number.low, question.number.high + 1)])
        else:
            answers[key] = rng.choice([*question.by_option, UNSURE])
    return answers


def test_both_evaluators_and_the_receipt_agree_on_random_people(name):
    machine = starter.machine(name)
    protocol = parse_or_raise(starter.source(name))
    rng = random.Random(name)  # noqa: S311 - nothing secret

    for _ in range(150):
        answers = guessed(machine, rng)
        result = machine.result(answers)

        assert clean_all(protocol, answers) == answers
        assert evaluate(protocol, answers) == result
        _, again = replay(encode(machine, answers, b"key"), {machine.hash: machine}, b"key")
        assert again == result
        reason = why(machine, answers, result)
        for change in changes(machine, answers, result, reason)[:3]:
            assert change.disposition != result.disposition


@pytest.mark.parametrize("code", ["M-MASSAGE", "M-STRETCH", "M-WARM", "M-WALK", "M-NSAID", "M-COMP"])
def test_doubt_about_a_swollen_leg_withholds(name, code):
    machine = starter.machine(name)
    answers = {**calm_path(name)[0], "swelling": UNSURE}

    result = machine.result(answers)

    assert result.disposition == "same_day"
    assert code in {item.code for item in result.withheld if "G-DVT" in item.blocks}


@pytest.mark.parametrize(
    ("question", "option", "block"), [("illnesses", "known_pad", "G-ART"), ("pregnancy", "pregnant", "G-PREG")]
)
@pytest.mark.parametrize("say", ["{}", "?{}"])
def test_return_to_sport_waits_where_walking_may_go_on(question, option, block, say):
    """No red line can say so, as walking is exercise too."""
    machine = starter.machine("calf")
    answers = {**calm_path("calf")[0], question: (say.format(option),)}

    result = machine.result(answers)

    assert "M-WALK" in result.shown
    assert block in {code for item in result.withheld if item.code == "M-LOAD" for code in item.blocks}
