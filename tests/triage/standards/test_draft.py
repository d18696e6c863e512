"""A Questionnaire of somebody else as the beginning of a protocol."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.consumers.runs import about
from tests.triage.engine import starter
from triage.standards import draft
from triage.standards.codes import Fhir
from triage.standards.draft import UnusableError, drafted
from triage.standards.questionnaire import questionnaire

FINDINGS = {"fever", "swollen"}


def coding(code, display):
    return {"valueCoding": {"system": "http://example.org", "code": code, "display": display}}


def choice(name="q1", *options, **more):
    given_ = [coding(*one) for one in options or (("fever", "A fever"), ("x-1", "No fever"))]
    return {"linkId": name, "text": f"{name}?", "type": "choice", "required": True, "answerOption": given_, **more}


def resource(*items, **more):
    return {"resourceType": "Questionnaire", "status": "draft", "title": "A form", "item": [*items], **more}


def lost(found, place):
    return " ".join(what for where, what in found.lost if where == place)


def test_an_answer_whose_code_is_a_finding_establishes_it():
    found = drafted(resource(choice()), FINDINGS)

    (question,) = found.questions
    assert (question["key"], question["kind"], question["text"]) == ("q1", "single", "q1?")
    assert question["options"] == [
        {"key": "fever", "label": "A fever", "sets": ["fever"]},
        {"key": "x-1", "label": "No fever"},
    ]
    assert "“No fever” establishes no finding yet" in lost(found, "q1")
    assert "A fever" not in lost(found, "q1")


def test_none_and_not_sure_become_what_every_question_has():
    item = choice("q1", ("fever", "A fever"), ("none", "Neither"), ("dk", "Not sure"), repeats=True)

    (question,) = drafted(resource(item), FINDINGS).questions

    assert (question["kind"], question["none_label"], question["unsure_label"]) == ("multi", "Neither", "Not sure")
    assert [one["key"] for one in question["options"]] == ["fever"]


@pytest.mark.parametrize(
    ("behaviour", "needs"),
    [("all", [[["fever"], ["swollen"]]]), ("any", [[["fever"]], [["swollen"]]])],
)
def test_a_condition_on_findings_is_carried(behaviour, needs):
    def equals(name, code):
        return {"question": name, "operator": "=", "answerCoding": {"code": code}}

    last = choice("q3", enableWhen=[equals("q1", "fever"), equals("q2", "swollen")], enableBehavior=behaviour)
    found = drafted(resource(choice(), choice("q2", ("swollen", "Yes"), ("n", "No")), last), FINDINGS)

    assert [one["needs"] for one in found.questions[2]["ask_if"]] == needs
    assert "condition" not in lost(found, "q3")


@pytest.mark.parametrize(
    "condition",
    [
        {"enableWhen": [{"question": "q1", "operator": "!=", "answerCoding": {"code": "fever"}}]},
        {"enableWhen": [{"question": "q1", "operator": "=", "answerCoding": {"code": "x-1"}}]},
        {"enableWhen": [{"question": "q9", "operator": "exists", "answerBoolean": True}]},
        {"extension": [{"url": "x/sdc-questionnaire-enableWhenExpression", "valueExpression": {"expression": "x"}}]},
    ],
)
@pytest.mark.parametrize("in_group", [True, False])
def test_where_a_condition_cannot_be_carried_everybody_is_asked(condition, in_group):
    inner = choice("q2", **({} if in_group else condition))
    last = {"linkId": "g", "type": "group", "item": [inner], **condition} if in_group else inner
    found = drafted(resource(choice(), last), FINDINGS)

    assert "ask_if" not in found.questions[1]
    assert "asked of everybody" in lost(found, "q2")


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"linkId": "a", "text": "Name?", "type": "string"}, "type “string”"),
        ({"linkId": "a", "text": "When?", "type": "date"}, "type “date”"),
        (choice("a", initial=[coding("fever", "x")]), "no answer has a default"),
        (choice("a", required=False), "left out"),
        ({**choice("a"), "answerOption": [], "answerValueSet": "http://example.org/vs"}, "nothing outside of the file"),
        (choice("a", extension=[{"url": "http://example.org/odd"}]), "http://example.org/odd"),
        (choice("a", extension=[{"url": "x/questionnaire-hidden", "valueBoolean": True}]), "hidden"),
    ],
)
def test_what_cannot_be_carried_is_said_at_its_place(item, words):
    assert words in lost(drafted(resource(choice("b"), item), FINDINGS), "a")


def test_answers_of_a_value_set_in_the_file_are_read():
    concepts = [{"code": "fever", "display": "A fever"}, {"code": "n", "display": "No"}]
    contained = [{"resourceType": "ValueSet", "id": "vs", "compose": {"include": [{"concept": concepts}]}}]
    item = {**choice("a"), "answerOption": [], "answerValueSet": "#vs"}

    (question,) = drafted(resource(item, contained=contained), FINDINGS).questions

    assert [one["key"] for one in question["options"]] == ["fever", "n"]


def test_a_number_keeps_its_range_and_says_what_is_missing():
    ends = [{"url": "x/minValue", "valueInteger": 1}, {"url": "x/maxValue", "valueInteger": 42}]
    items = [{"linkId": name, "text": "Weeks?", "type": "integer", "extension": given_}
             for name, given_ in (("a", ends), ("b", []))]  # fmt: skip
    found = drafted(resource(*items), FINDINGS)

    assert [(one["number"]["min"], one["number"]["max"]) for one in found.questions] == [(1, 42), (0, 999)]
    assert "please correct it" in lost(found, "b")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "no FHIR Questionnaire"),
        ({"resourceType": "Patient"}, "no FHIR Questionnaire"),
        (resource(), "None of its items"),
        (resource({"linkId": "a", "text": "x", "type": "url"}), "type “url”"),
        (resource(*(choice(f"q{n}") for n in range(draft.MOST_ITEMS + 1))), "more than 200 items"),
        (resource(choice("a", *((f"c{n}", f"{n}") for n in range(draft.MOST_OPTIONS + 1)))), "more than 60 answers"),
    ],
)
def test_what_is_of_no_use_is_refused_with_the_reason(body, words):
    with pytest.raises(UnusableError, match=words):
        drafted(body, FINDINGS)


def test_what_is_nested_without_end_is_refused():
    item = choice("a")
    for number in range(12):
        item = {"linkId": f"g{number}", "type": "group", "item": [item]}

    with pytest.raises(UnusableError, match="nested"):
        drafted(resource(item), FINDINGS)


def test_our_own_export_comes_back_with_its_questions_and_findings():
    protocol = starter.machine("pregnancy").protocol
    found = drafted(questionnaire(protocol, about("pregnancy"), Fhir.R5), set(protocol.finding))

    assert [one["key"] for one in found.questions] == [one.key for one in protocol.questions]
    for made, one in zip(found.questions, protocol.questions, strict=True):
        assert [tuple(option.get("sets", ())) for option in made.get("options", ())] == [
            option.sets for option in one.options
        ]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["item", "linkId", "type", "text", "answerOption", "valueCoding", "code", "display", "url",
                         "enableWhen", "extension", "answerValueSet", "contained", "compose", "id", "repeats"]),
        inner, max_size=6),
    max_leaves=20,
)  # fmt: skip


PARTS = ("linkId", "text", "item", "answerOption", "answerValueSet", "enableWhen", "extension", "initial")
KINDS = st.sampled_from(["choice", "integer", "boolean", "group", 1, None])
ITEM = st.fixed_dictionaries({"type": KINDS}, optional=dict.fromkeys(PARTS, ANYTHING))


@given(st.lists(ITEM, max_size=4), ANYTHING)
@settings(max_examples=60, deadline=None)
def test_whatever_is_handed_over_becomes_questions_or_a_refusal(items, contained):
    body = {"resourceType": "Questionnaire", "item": items, "contained": contained}
    with suppress(UnusableError):
        found = drafted(body, FINDINGS)
        keys = [one["key"] for one in found.questions]
        assert len(keys) == len(set(keys))
        assert all(isinstance(one["text"], str) for one in found.questions)


@pytest.mark.parametrize("kind", [{"choice": "x"}, ["choice"], None, 7])
def test_an_item_whose_type_is_no_word_is_left_out(kind):
    found = drafted(resource(choice(), {"linkId": "odd", "text": "How?", "type": kind}), FINDINGS)

    assert [one["key"] for one in found.questions] == ["q1"]
    assert "an item of type" in lost(found, "odd")
