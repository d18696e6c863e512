"""Questionnaires and responses, read by models that others wrote. Their expressions are run by `make consumers`."""

import random
import re
from dataclasses import replace

import pytest
from fhir.resources import get_fhir_model_class
from fhir.resources.questionnaire import Questionnaire
from fhir.resources.questionnaireresponse import QuestionnaireResponse
from fhir.resources.R4B.activitydefinition import ActivityDefinition
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.codesystem import CodeSystem
from fhir.resources.R4B.plandefinition import PlanDefinition
from fhir.resources.R4B.questionnaire import Questionnaire as QuestionnaireR4
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse as QuestionnaireResponseR4

from tests.consumers import runs
from tests.triage.engine import starter
from tests.triage.engine.small import LEG, leg
from triage.engine.compiled import Machine
from triage.standards.bundle import resources
from triage.standards.codes import Codes, Fhir
from triage.standards.fhirpath import Expressions, quoted
from triage.standards.questionnaire import questionnaire
from triage.standards.response import answers_in, response

R4 = {
    "Questionnaire": QuestionnaireR4,
    "PlanDefinition": PlanDefinition,
    "ActivityDefinition": ActivityDefinition,
    "CodeSystem": CodeSystem,
    "Bundle": Bundle,
}
MODELS = {
    Fhir.R4: (QuestionnaireR4, QuestionnaireResponseR4),
    Fhir.R5: (Questionnaire, QuestionnaireResponse),
}


@pytest.fixture(params=["leg", *starter.NAMES])
def machine(request):
    return Machine.of(LEG) if request.param == "leg" else starter.machine(request.param)


@pytest.fixture(params=[*Fhir])
def fhir(request):
    return request.param


def item(resource, name):
    return next(one for one in resource["item"] if one["linkId"] == name)


def test_the_models_of_others_accept_it(machine, fhir):
    made = questionnaire(machine.protocol, runs.about("leg"), fhir)

    MODELS[fhir][0].model_validate(made)
    assert [one["linkId"] for one in made["item"] if one["linkId"] in machine.protocol.question] == [
        *machine.protocol.question
    ]


def test_the_models_of_others_accept_plan_advice_and_codes(machine, fhir):
    made = resources(machine.protocol, runs.about("leg"), fhir)

    for one in made.values():
        model = get_fhir_model_class(one["resourceType"]) if fhir is Fhir.R5 else R4[one["resourceType"]]
        model.model_validate(one)
    assert {*R4} == {one["resourceType"] for one in made.values()}
    assert "ActivityDefinition/M-WALK" not in made  # it is on hold


def test_each_level_has_its_rules_and_one_condition(fhir):
    protocol = Machine.of(LEG).protocol
    made = resources(protocol, runs.about("leg"), fhir)["PlanDefinition"]
    levels = made["action"][0]["action"]

    assert [one["title"] for one in levels] == [
        level.label for level in sorted(protocol.dispositions, key=lambda item: -item.rank)
    ]
    first = [(one["title"], one["condition"][0]["expression"]["expression"]) for one in levels[1]["action"]]
    assert first[0] == (
        "R1 (not sure)",
        "(' ' + %resource.item.where(linkId = 'deciding').answer.value).contains(' R1 ')",
    )
    within = next(one for one in levels[3]["action"] if one["title"] == "R7")["timingRange"]
    assert (within["low"]["value"], within["high"]["value"]) == (0, 3)


def test_they_refuse_what_is_wrong(fhir):
    made = questionnaire(Machine.of(LEG).protocol, runs.about("leg"), fhir)
    item(made, "age")["type"] = ["choice"]

    with pytest.raises(ValueError, match="type"):
        MODELS[fhir][0].model_validate(made)


def test_a_run_goes_there_and_back(machine, fhir):
    dice = random.Random(20)  # noqa: S311 - nothing secret
    for _ in range(40):
        path = machine.clean(runs.run(machine, dice))
        made = response(machine, path, runs.about("leg"), fhir, runs.NOW)

        MODELS[fhir][1].model_validate(made)
        assert machine.result(answers_in(machine, made)) == machine.result(path)
        assert made["status"] == ("completed" if machine.result(path).finished else "in-progress")


def test_a_response_names_nobody():
    made = response(Machine.of(LEG), {"age": "adult"}, runs.about("leg"), Fhir.R4, runs.NOW)

    assert set(made) == {"resourceType", "questionnaire", "status", "authored", "item"}


def test_what_somebody_is_not_sure_about_is_named_behind_the_question():
    answers = {"age": "adult", "now": ("weak", "?breathless")}
    made = response(Machine.of(LEG), answers, runs.about("leg"), Fhir.R4, runs.NOW)

    assert [one["valueCoding"]["code"] for one in item(made, "now")["answer"]] == ["weak", "unsure"]
    assert [one["valueCoding"]["code"] for one in item(made, "now-doubt")["answer"]] == ["breathless"]


def test_an_option_is_called_by_its_finding_where_it_sets_exactly_one():
    protocol = Machine.of(LEG).protocol
    codes = Codes(protocol)
    swell = protocol.question["swell"]

    assert codes.option(swell, swell.by_option["yes"]) == "swollen"
    assert codes.option(swell, swell.by_option["no"]) == "swell.no"
    assert codes.read(swell, "swollen") == "yes"
    assert codes.read(swell, "dark") is None


def test_two_options_with_the_same_finding_keep_codes_of_their_own():
    source = leg()
    now = next(one for one in source["questions"] if one["key"] == "now")
    now["options"].append({"key": "faint", "label": "Faint", "sets": ["breathless"]})
    protocol = Machine.of(source).protocol
    codes, question = Codes(protocol), protocol.question["now"]

    assert [codes.option(question, one) for one in question.options] == ["now.breathless", "weak", "now.faint"]


def test_nothing_is_asked_before_what_it_depends_on():
    """An expression uses only names that stand before it."""
    protocol = starter.machine("pregnancy").protocol
    known = {"%resource"}
    for one in Expressions(protocol, Codes(protocol)).all():
        assert set(re.findall(r"%\w+", one.expression)) <= known, one.name
        known.add(f"%{one.name}")


def test_a_quote_in_a_text_cannot_end_it():
    assert quoted("it's \\ so") == "'it\\'s \\\\ so'"


def test_a_demonstration_says_so():
    made = questionnaire(Machine.of(LEG).protocol, replace(runs.about("leg"), demonstration=True), Fhir.R4)

    assert made["experimental"] is True
    assert "must not be used" in made["description"]
