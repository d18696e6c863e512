import random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.triage.engine.small import answer_to, cases, leg, said
from triage.engine.answers import clean, doubted, ticked
from triage.engine.compiled import Machine
from triage.engine.explain import Change, Said, changes, in_words, why
from triage.engine.protocol import UNSURE

MACHINE = Machine.of(leg())


def explained(**answers):
    given_answers = MACHINE.clean(said(**answers))
    result = MACHINE.result(given_answers)
    return given_answers, result, why(MACHINE, given_answers, result)


def test_why_names_the_answers_behind_the_rule():
    _, _, reason = explained(leg=["sore_one"], clot=["clot"])

    assert (reason.rule, reason.because, reason.without) == (
        "R5",
        (Said("clot", "clot", "yes"), Said("leg", "sore_one", "yes")),
        (Said("leg", "injury", "no"),),
    )


def test_why_prefers_the_shorter_reason():
    _, _, reason = explained(leg=["sore_one"], clot=["clot"], swell="yes")

    assert reason.because == (Said("swell", "yes", "yes"),)


def test_why_says_when_it_is_only_doubt():
    _, _, reason = explained(swell="unsure")

    assert (reason.sure, reason.because) == (False, (Said("swell", "unsure", "unsure"),))


def test_why_is_empty_without_a_rule():
    assert explained()[2] is None


def test_changes_name_what_would_be_more_urgent_and_what_made_it_so():
    found = changes(MACHINE, *explained(leg=["sore_one"]))

    assert Change(Said("now", "breathless", "yes"), "emergency_now", True) in found
    assert Change(Said("swell", "yes", "yes"), "same_day", True) in found
    assert Change(Said("leg", "sore_one", "no"), "self_care", False) in found


def test_in_words_repeats_the_labels():
    question = MACHINE.protocol.question["leg"]

    assert in_words(question, ("injury", "?sport")) == "Injury; Not sure: Sport"
    assert in_words(question, ("none",)) == "None of these"
    assert in_words(MACHINE.protocol.question["weeks"], 7) == "7 weeks"


def agrees(machine, answers, fixed):
    """Whether the answers still say everything that was fixed."""
    for item in fixed:
        question = machine.protocol.question[item.question]
        answer = answers.get(item.question)
        if answer is None:
            return False
        if not question.several:
            if str(answer) != item.option:
                return False
        else:
            state = "yes" if item.option in ticked(question, answer) else "no"
            state = "unsure" if item.option in doubted(question, answer) else state
            if state != item.state:
                return False
    return True


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(), st.randoms(use_true_random=False), st.data())
def test_reasons_are_sufficient_whatever_else_is_said(case, rng, data):
    source, answers = case
    machine = Machine.of(source)
    answers = machine.clean({**{item["key"]: data.draw(answer_to(item)) for item in source["questions"]}, **answers})
    result = machine.result(answers)
    reason = why(machine, answers, result)
    assume(reason is not None and result.finished)

    for _ in range(30):
        other = {}
        for question in machine.protocol.questions:
            raw = varied(question, answers.get(question.key), rng)
            cleaned = clean(question, raw)
            if cleaned is not None:
                other[question.key] = cleaned
        if agrees(machine, other, reason.answers):
            again = machine.result(other)
            if again.finished:
                assert machine.ranks[again.disposition] >= machine.ranks[result.disposition]


def varied(question, answer, rng: random.Random):
    """Mostly the same answer, sometimes another one."""
    if answer is not None and rng.random() < 0.5:
        return answer
    if question.several:
        tokens = [rng.choice([key, f"?{key}", ""]) for key in question.by_option]
        return [item for item in tokens if item] or ["none"]
    if question.number:
        return rng.choice([*range(10), UNSURE])
    return rng.choice([*question.by_option, UNSURE])
