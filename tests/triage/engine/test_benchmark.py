import json

import pytest

from tests.triage.engine import starter
from triage.engine.benchmark import LEVELS, exported, imported
from triage.engine.vignettes import StoryError

CASE = {
    "caseData": {
        "caseId": "case_7",
        "profileInformation": {"age": 31, "biologicalSex": "female"},
        "presentingComplaints": [{"id": "pain_one_leg", "name": "Pain in one leg", "state": "true"}],
        "otherFeatures": [
            {"id": "chest_pain", "name": "Chest pain", "state": "absent"},
            {"id": "fever_or_shivers", "name": "Fever", "state": "unsure"},
        ],
        "metaData": {"description": "A case.", "case_creator": "A doctor", "spreadsheet_case_id": "7"},
    },
    "valuesToPredict": {"expectedTriageLevel": "PC", "condition": {"id": "x", "name": "Strain"}},
}


def changed(**parts):
    case = json.loads(json.dumps(CASE))
    for path, value in parts.items():
        place = case
        *above, last = path.split("__")
        for key in above:
            place = place[int(key)] if key.isdigit() else place[key]
        place[last] = value
    return case


@pytest.mark.parametrize("name", starter.NAMES)
def test_our_stories_come_back_word_for_word(name):
    stories = starter.stories(name)

    cases = json.loads(json.dumps(exported(stories, {})))

    assert imported(cases, protocol="other") == stories
    assert {case["valuesToPredict"]["expectedTriageLevel"] for case in cases} == set(LEVELS.values())


def test_a_case_has_its_complaint_first_and_the_rest_beside_it():
    story = next(one for one in starter.stories("calf") if one.id == "calf-lung-clot-breath")

    case = exported([story], {"breathless": "New trouble breathing"})[0]["caseData"]

    assert case["presentingComplaints"] == [{"id": "breathless", "name": "New trouble breathing", "state": "present"}]
    assert [item["id"] for item in case["otherFeatures"]] == ["pain_one_leg", "long_travel"]


def test_a_case_from_elsewhere_gets_the_strictest_of_our_levels():
    story = imported([CASE], protocol="calf")[0]

    assert story.facts == {"pain_one_leg": True, "chest_pain": False, "fever_or_shivers": "unknown"}
    assert (story.protocol, story.gold, story.acceptable) == ("calf", "same_day", ("routine",))
    assert (story.text, story.source) == ("A case.", "A doctor")


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ("no list", "file: must be a list"),
        ([changed(valuesToPredict__expectedTriageLevel="GP")], "case_7.expectedTriageLevel: must be one of EC, PC, SC"),
        ([changed(caseData__otherFeatures__0__state="maybe")], "case_7.otherFeatures[1].state"),
        ([CASE, CASE], "case_7: is there twice"),
        ([changed(caseData__metaData__gaitway={"protocol": "calf", "gold": "self_care"})], "does not fit the level"),
        ([changed(caseData__metaData__gaitway={"protocol": "calf", "gold": "same_day", "odd": 1})], "odd"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(bad, place):
    with pytest.raises(StoryError) as refused:
        imported(bad, protocol="calf")

    assert place in str(refused.value)
