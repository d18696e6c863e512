"""Released checks as files for programs: at stable addresses, from released artefacts alone, without a query."""

import json
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from triage import artefacts, exports
from triage.answers import State, UnreadableError
from triage.standards.codes import Fhir
from triage.standards.dmn import MODEL
from triage.standards.response import answers_in
from triage.steps import Show, Step
from triage.views import respond


def fhir(client, name="Questionnaire", release="R4", **headers):
    return client.get(reverse("triage:fhir", args=["calf", release, name]), headers=headers)


@pytest.mark.parametrize("release", [*Fhir])
@pytest.mark.parametrize(
    "name", ["Questionnaire", "PlanDefinition", "ActivityDefinition/M-COLD", "CodeSystem/answers", "Bundle"]
)
@pytest.mark.usefixtures("released", "db")
def test_each_resource_stands_at_the_address_it_names(client, django_assert_num_queries, release, name):
    with django_assert_num_queries(0):
        response = fhir(client, name, release)

    made = response.json()
    assert response["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert made["resourceType"] == name.split("/")[0]
    assert made.get("url", "").endswith("" if name == "Bundle" else f"/check/calf/fhir/{release}/{name}")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response


def test_what_has_not_changed_is_not_sent_again(released, client):
    first = fhir(client)

    again = fhir(client, if_none_match=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert fhir(client, if_none_match='"another"').status_code == 200


@pytest.mark.parametrize("address", ["R4/Nothing", "R3/Questionnaire", "R4/ActivityDefinition/M-NONE", "r4/../Bundle"])
def test_what_is_not_there_is_gone(released, client, address):
    assert client.get(f"/check/calf/fhir/{address}").status_code == 410


def test_a_withdrawn_check_is_gone_as_a_file_too(released, client):
    assert fhir(client).status_code == 200

    artefacts.write({}, {})

    assert fhir(client).status_code == 410


def test_the_rules_are_a_file_for_decision_tables(released, client, calf):
    response = client.get(reverse("triage:dmn", args=["calf"]))

    root = ET.fromstring(response.content)  # noqa: S314 - our own
    names = {one.get("name") for one in root.iter(f"{{{MODEL}}}decision")}
    assert {f"rule_{rule.code}" for rule in calf.machine.protocol.rules} | {"urgency_rank", "urgency"} == names
    assert response["Content-Disposition"] == 'attachment; filename="calf.dmn"'
    assert client.get(response.wsgi_request.path, headers={"if-none-match": response["ETag"]}).status_code == 304


def test_the_version_is_the_one_that_results_print(released, calf, client):
    assert fhir(client).json()["version"] == calf.hash[:8]


def test_the_page_for_professionals_names_every_file(released, client):
    html = client.get(reverse("triage:says", args=["calf"])).content.decode()

    for release in Fhir:
        for name in ("Questionnaire", "PlanDefinition", "Bundle"):
            assert reverse("triage:fhir", args=["calf", release, name]) in html


def test_advice_on_hold_or_long_overdue_is_in_no_file(calf):
    everything = exports.about(calf, frozenset())

    def advised(today):
        return exports.not_advised(calf, today)

    until = date.fromisoformat(calf.document["review"]["relief_until"])
    assert advised(until) == frozenset()
    late = advised(date(until.year + 1, 1, 1))
    assert {"M-COLD", "M-MASSAGE"} <= late
    assert late.isdisjoint({"M-WAIT", "M-NET"})
    assert "ActivityDefinition/M-COLD" in exports._fhir_files(calf, Fhir.R4, everything.held)
    assert "ActivityDefinition/M-COLD" not in exports._fhir_files(calf, Fhir.R4, late)


@pytest.mark.parametrize("release", ["r4", "r5"])
@pytest.mark.usefixtures("db")
def test_a_run_is_saved_from_what_was_posted_and_nothing_is_kept(
    visitor, calf, release, django_assert_num_queries, caplog
):
    with django_assert_num_queries(0):
        someone = visitor().begin().calm_to("swelling").answer("yes").calm_to(None).press("result")
        shown = someone.page.result
        response = someone.press(f"fhir-{release}").response

    made = json.loads(response.content)
    said = {item["linkId"]: item["answer"][0].get("valueString") for item in made["item"]}
    assert response["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert said["urgency"] == shown == "same_day"
    assert calf.machine.result(answers_in(calf.machine, made)).disposition == shown
    assert made["questionnaire"].endswith(f"/check/calf/fhir/{release.upper()}/Questionnaire|{calf.hash[:8]}")
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response.cookies == {}
    assert caplog.text == ""


def test_a_run_that_is_not_finished_is_asked_on(visitor):
    assert visitor().begin().press("fhir-r4").question == "age"


def test_a_draft_is_saved_for_no_other_program(calf):
    """A response would name a version that nobody can look up."""
    taken = Step(Show.FHIR_R4, {})

    with pytest.raises(UnreadableError):
        respond(State(check=calf, answers={}), taken, date(2026, 11, 23), action="", draft=True)
    assert respond(State(check=calf, answers={}), taken, date(2026, 11, 23), action="").status_code == 200
