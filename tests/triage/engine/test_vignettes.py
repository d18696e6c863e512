import pytest

from tests.triage.engine.small import leg
from triage.engine.compiled import Machine
from triage.engine.vignettes import StoryError, answers_for, check, levels_unknown, read, run, unheard

MACHINE = Machine.of(leg())


def story(gold="self_care", **more):
    made = {"id": "one", "source": "book", "protocol": "leg", "text": "A story.", "facts": {}, "gold": gold}
    return read([{**made, **more}])[0]


@pytest.mark.parametrize(
    ("facts", "answers"),
    [
        ({}, {"now": ("none",), "swell": "no", "weeks": 0}),
        ({"swollen": True}, {"swell": "yes"}),
        ({"swollen": "unknown"}, {"swell": "unsure"}),
        ({"swollen": False}, {"swell": "no"}),
        ({"sport": True, "injury": "unknown"}, {"leg": ("?injury", "sport")}),
        ({"late": True}, {"weeks": 20}),
        ({"late": "unknown"}, {"weeks": "unsure"}),
        ({"child": True}, {"age": "young"}),
    ],
)
def test_facts_become_answers(facts, answers):
    found = answers_for(MACHINE, facts)

    assert {key: found[key] for key in answers} == answers


def test_story_implies_what_its_question_depends_on():
    outcome = run(MACHINE, story(facts={"clot": True}))

    assert outcome.result.true == {"sore_one", "clot"}
    assert outcome.unsaid == ("sore_one",)


def test_story_that_denies_the_rest_is_taken_at_its_word():
    outcome = run(MACHINE, story(facts={"clot": True, "sore_one": False}))

    assert (outcome.result.true, outcome.unsaid) == (frozenset(), ("clot",))


@pytest.mark.parametrize(
    ("gold", "acceptable", "verdict"),
    [
        ("same_day", [], "right"),
        ("ed_now", ["same_day"], "acceptable"),
        ("routine", [], "too cautious"),
        ("ed_now", [], "too risky"),
    ],
)
def test_verdict(gold, acceptable, verdict):
    assert run(MACHINE, story(gold, acceptable=acceptable, facts={"swollen": True})).verdict == verdict


def test_violation_is_an_action_that_was_shown():
    assert run(MACHINE, story(must_not_advise=["massage"])).violations == ("massage",)
    assert run(MACHINE, story(must_not_advise=["massage"], facts={"swollen": "unknown"})).violations == ()


@pytest.mark.parametrize(
    "bad",
    [
        {"facts": {"swollen": "maybe"}},
        {"facts": []},
        {"gold": None},
        {"colour": "blue"},
        {"must_not_advise": "massage"},
    ],
)
def test_bad_story_is_refused(bad):
    with pytest.raises(StoryError):
        story(**bad)


def test_double_names_and_unknown_words_are_named():
    one = {"id": "one", "protocol": "leg", "facts": {"nonsense": True, "elsewhere": True}, "gold": "never",
           "must_not_advise": ["heat", "rubbing"]}  # fmt: skip

    with pytest.raises(StoryError, match="twice"):
        read([one, one])
    told = read([one])[0]
    assert [item.message for item in check(told, MACHINE.protocol, {"elsewhere"})] == [
        "there is no finding 'nonsense'",
        "there is no action 'rubbing'",
    ]
    assert [item.message for item in levels_unknown(told, MACHINE.protocol)] == ["there is no level 'never'"]
    assert unheard(told, MACHINE.protocol) == ("nonsense", "elsewhere")
