"""Stories in the form of the ITU/WHO symptom assessment benchmark (focus group AI for Health), both ways.

That form knows three levels and one complaint in front of all others. What it cannot say (our five levels, forbidden
advice, words that must be said) travels in `metaData.gaitway`, so that what we wrote comes back as it was; a case that
somebody else wrote becomes a draft, whose exact level a clinician has to choose.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from triage.engine.protocol import Issue
from triage.engine.reading import Reader
from triage.engine.vignettes import UNKNOWN, Fact, StoryError, Vignette, read

Json = dict[str, object]

LEVELS = {"emergency_now": "EC", "ed_now": "EC", "same_day": "PC", "routine": "PC", "self_care": "SC"}
"""Emergency care, primary care, self-care."""
STRICTEST = {"EC": ("ed_now", ("emergency_now",)), "PC": ("same_day", ("routine",)), "SC": ("self_care", ())}
"""What a level of theirs can mean here: the level that is taken, and what counts as right too."""
STATES: Mapping[object, Fact] = {
    "present": True, "true": True, True: True, "absent": False, "false": False, False: False,
    "unsure": UNKNOWN, "unknown": UNKNOWN,
}  # fmt: skip
AGES = {"age_under_18": 16, "age_60_plus": 65}
ADULT = 40
PREGNANT = ("pregnant", "pregnant_20w_plus", "gave_birth_6w", "gave_birth_12w")
OURS = "gaitway"


def exported(stories: Iterable[Vignette], names: Mapping[str, str]) -> list[Json]:
    """Return the stories as cases; `names` holds the words of each finding by its key."""
    return [_case(story, names) for story in stories]


def _case(story: Vignette, names: Mapping[str, str]) -> Json:
    features = [{"id": key, "name": names.get(key, key), "state": _state(value)} for key, value in story.facts.items()]
    first = next((number for number, item in enumerate(features) if item["state"] == "present"), None)
    complaints = [features.pop(first)] if first is not None else []
    female = any(story.facts.get(key) is True for key in PREGNANT)
    age = next((years for key, years in AGES.items() if story.facts.get(key) is True), ADULT)
    kept = {
        "protocol": story.protocol, "gold": story.gold, "acceptable": list(story.acceptable),
        "must_not_advise": list(story.must_not_advise), "must_mention": list(story.must_mention),
        "rationale": story.rationale, "order": list(story.facts),
    }  # fmt: skip
    return {
        "caseData": {
            "caseId": story.id,
            # an example of the age band, and of the sex where the story says it: our questions ask for no more
            "profileInformation": {"age": age, "biologicalSex": "female" if female else "unknown"},
            "presentingComplaints": complaints,
            "otherFeatures": features,
            "metaData": {"description": story.text, "case_creator": story.source, OURS: kept},
        },
        "valuesToPredict": {"expectedTriageLevel": LEVELS[story.gold], "condition": None},
    }


def _state(value: Fact) -> str:
    return "unsure" if value == UNKNOWN else "present" if value is True else "absent"


def imported(cases: object, *, protocol: str) -> list[Vignette]:
    """Return the stories of a list of cases; `protocol` is taken where a case names none.

    Raises `StoryError` with every fault and its place.
    """
    issues: list[Issue] = []
    if not isinstance(cases, list):
        raise StoryError([Issue("file", "must be a list of cases")])
    found = [_story(case, f"case {number}", protocol, issues) for number, case in enumerate(cases, 1)]
    names = [story.id for story in found]
    issues += [Issue(f"case {name}", "is there twice") for name in sorted(set(names)) if names.count(name) > 1]
    if issues:
        raise StoryError(issues)
    return found


def is_ours(case: Mapping[str, object]) -> bool:
    """Whether a case carries the exact level that we gave it."""
    return isinstance(_part(_part(case, "caseData"), "metaData").get(OURS), Mapping)


def _part(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _story(case: object, place: str, protocol: str, issues: list[Issue]) -> Vignette:
    whole = Reader(case, place, issues)
    data, expected = _part(whole.data, "caseData"), _part(whole.data, "valuesToPredict")
    reader = Reader(data, str(data.get("caseId") or place), issues)
    level = Reader(expected, reader.place, issues).one_of("expectedTriageLevel", tuple(STRICTEST))
    facts: dict[str, Fact] = {}
    for key in ("presentingComplaints", "otherFeatures"):
        _facts(data.get(key), f"{reader.place}.{key}", facts, issues)
    about = _part(data, "metaData")
    gold, acceptable = STRICTEST[level]
    story = Vignette(
        id=reader.text("caseId"), source=str(about.get("case_creator") or ""), protocol=protocol,
        text=str(about.get("description") or ""), facts=facts, gold=gold, acceptable=acceptable,
    )  # fmt: skip
    kept = about.get(OURS)
    return _completed(story, kept, level, issues) if isinstance(kept, Mapping) else story


def _facts(items: object, place: str, facts: dict[str, Fact], issues: list[Issue]) -> None:
    for number, item in enumerate(items if isinstance(items, Sequence) and not isinstance(items, str) else (), 1):
        reader = Reader(item, f"{place}[{number}]", issues)
        key, state = reader.text("id"), reader.data.get("state")
        if isinstance(state, str | bool) and state in STATES:
            facts[key] = STATES[state]
        else:
            reader.fault("state", "must be present, absent or unsure")


def _completed(story: Vignette, kept: Mapping[str, object], level: str, issues: list[Issue]) -> Vignette:
    """Return the story with what their form cannot say; refuse it where the two disagree."""
    order = [str(key) for key in cast("Sequence[object]", kept.get("order") or ())]
    facts = {key: story.facts[key] for key in [*order, *story.facts] if key in story.facts}
    plain = {key: value for key, value in kept.items() if key != "order"}
    try:
        extra = read([{**plain, "id": story.id, "facts": {}, "text": story.text, "source": story.source}])[0]
    except StoryError as error:
        issues += error.issues
        return story
    if LEVELS.get(extra.gold) != level:
        issues.append(Issue(f"{story.id}.expectedTriageLevel", f"does not fit the level '{extra.gold}' beside it"))
    return replace(extra, facts=facts)
