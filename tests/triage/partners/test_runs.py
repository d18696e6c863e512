"""A program runs a check over the interface: it is told what our own pages tell, and never anything milder."""

import html
import json
import os
import random

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client

from portal.api.limits import AskingTooOften
from tests.openapi_client import Partner
from tests.triage.conftest import Visitor
from triage import artefacts
from triage.engine.artefact import content_hash
from triage.engine.protocol import Kind
from triage.partners import answered
from triage.partners.described import question

RUNS = int(os.environ.get("PARTNER_RUNS", "20"))
LEVELS = ["self_care", "routine", "same_day", "ed_now", "emergency_now"]


@pytest.fixture(autouse=True)
def nobody_waits(settings, monkeypatch):
    """Each test counts by itself, and may ask often."""
    settings.PARTNER_RATE = "1000000/min"
    monkeypatch.setattr(AskingTooOften, "cache", LocMemCache(f"test-{id(monkeypatch)}", {}))


@pytest.fixture
def partner(released) -> Partner:
    return Partner()


def answer(dice, asked):
    """Answer a described question as somebody might: one option, several, none, not sure of all or of some."""
    keys = [one["key"] for one in asked["options"]]
    unsure = asked["unsure_label"] is not None
    if asked["kind"] == "number":
        number = asked["number"]
        return "unsure" if unsure and dice.random() < 0.1 else dice.randint(number["low"], number["high"])
    if not asked["several"]:
        return dice.choice([*keys, "unsure"] if unsure else keys)
    if dice.random() < 0.75:
        return ["none"]
    chosen = dice.sample(keys, dice.randint(0, min(2, len(keys))))
    rest = [key for key in keys if key not in chosen]
    if unsure and dice.random() < 0.4:
        return [*chosen, "unsure"] if dice.random() < 0.3 or not rest else [*chosen, f"?{dice.choice(rest)}"]
    return chosen or ["none"]


def answers_of(check, dice):
    """Return answers to everything that one person is asked."""
    found = {}
    while (key := check.machine.next_question(check.machine.clean(found))) is not None:
        found[key] = answer(dice, question(check.machine.protocol.question[key]))
    return found


def on_the_form(slug, version, answers):
    """Send the same answers as our own form does."""
    values = {f"a-{key}": ",".join(one) if isinstance(one, list) else str(one) for key, one in answers.items()}
    return Visitor(slug).post(v=version, **values, who="me", go="result")


@pytest.mark.parametrize("slug", ["calf", "pregnancy"])
def test_a_program_is_told_what_the_form_tells(partner, released, slug):
    levels = set()
    for number in range(RUNS):
        answers = answers_of(released.current(slug), random.Random(number))  # noqa: S311  # nothing secret
        said = partner.call("runCheck", {"answers": answers}, slug=slug).body
        result, response = said["result"], on_the_form(slug, said["version"], answers)

        assert result["disposition"] == response.page.result, number
        assert {one["code"] for one in result["techniques"]} == response.page.advice, number
        assert {code for one in result["leave_alone"] for code in one["codes"]} == response.page.withheld, number
        assert said["asked"] == list(answers)
        page = plain(response.response.content.decode())
        assert [text for text in words_of(result) if plain(text) not in page] == [], number
        levels.add(result["disposition"])
    assert len(levels) > 2


def words_of(result):
    """The words of a result that people must not miss."""
    yield from (result["label"], result["lead"], result["safety_net"]["always"], *result["while_waiting"])
    for one in result["techniques"]:
        yield from (one["title"], *(step["text"] for step in one["steps"]))
    yield from (one["title"] for one in result["rules"])
    yield from (one["name"] for one in result["places"])


def plain(text):
    return " ".join(html.unescape(text).split())


def test_a_program_goes_from_question_to_question_to_a_result(partner):
    answers, dice = {}, random.Random(1)  # noqa: S311  # nothing secret
    while (said := partner.call("runCheck", {"answers": answers}, slug="calf").body)["status"] == "question":
        assert said["question"]["key"] not in answers
        assert said["question"]["number_in_run"] == len(answers) + 1
        answers[said["question"]["key"]] = answer(dice, said["question"])

    assert said["asked"] == list(answers)
    assert said["result"]["disposition"] in LEVELS


def test_before_the_end_nothing_is_called_safe(partner):
    said = partner.call("runCheck", {"answers": {"age": "from_18_to_59"}}, slug="calf").body

    assert said["status"] == "question"
    assert said["result"] is None
    assert said["unfinished"]["disposition"] is None
    assert said["unfinished"]["safe"] is False
    assert "999" in said["unfinished"]["say"]


def test_what_is_urgent_so_far_is_said_before_the_end(partner, calf):
    urgent = 0
    for number in range(8):
        dice = random.Random(number)  # noqa: S311  # nothing secret
        answers = answers_of(calf, dice)
        for key in list(answers)[::-2]:
            del answers[key]
            said = partner.call("runCheck", {"answers": answers}, slug="calf").body
            least = said["unfinished"]["disposition"]
            assert least == calf.machine.level(calf.machine.clean(answers))
            assert least != LEVELS[0]
            urgent += least is not None
    assert urgent


@pytest.mark.parametrize("junk", ["x", 7, ["x"], [], ["none", "chest_pain"], ["?none"], True, None, 1.5, {"a": 1}])
def test_an_answer_that_does_not_fit_is_asked_again(partner, junk):
    body = {"answers": {"age": "from_18_to_59", "pregnancy": ["none"], "danger": junk}}
    # the description does not allow some of these: they are sent all the same
    response = partner.client.post("/api/v1/checks/calf/run/", json.dumps(body), content_type="application/json")
    said = partner.checked(partner.operations["runCheck"][2], response).body

    assert said["status"] == "question"
    assert said["question"]["key"] == "danger"
    assert said["not_understood"] == ["danger"]


def test_some_is_narrowed_by_the_same_question(partner, calf):
    answers = {"age": "from_18_to_59", "pregnancy": ["none"], "danger": ["some"]}
    said = partner.call("runCheck", {"answers": answers}, slug="calf").body

    assert said["question"]["key"] == "danger"
    assert said["question"]["narrow"] is True
    assert said["unfinished"]["disposition"] == calf.machine.level(calf.machine.clean(answers)) == "ed_now"


def test_the_name_of_a_question_that_is_not_there_does_not_come_back(partner):
    said = partner.call("runCheck", {"answers": {"canary-4711": "yes"}}, slug="calf").body

    assert said["not_understood"] == [""]


REFUSED = {
    "no JSON": (b"{", "application/json"),
    "no object": (b"[]", "application/json"),
    "another field": (b'{"answers": {}, "who": "me"}', "application/json"),
    "a version that is no text": (b'{"version": 7}', "application/json"),
    "answers that are no object": (b'{"answers": []}', "application/json"),
    "two answers to one question": (b'{"answers": {"danger": ["chest_pain"], "danger": ["none"]}}', "application/json"),
    "no UTF-8": (b'{"answers": {"age": "\xff"}}', "application/json"),
    "deep": (b'{"answers": {"age": ' + b"[" * 7000 + b"]" * 7000 + b"}}", "application/json"),
    "long": (b'{"answers": {"age": "' + b"x" * answered.LIMIT + b'"}}', "application/json"),
    "a form": (b"a-age=from_18_to_59&go=result", "application/x-www-form-urlencoded"),
    "plain text": (b'{"answers": {}}', "text/plain"),
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_read_is_refused_with_what_to_do(partner, body):
    response = partner.client.post("/api/v1/checks/calf/run/", body[0], content_type=body[1])

    said = partner.checked(partner.operations["runCheck"][2], response)
    assert said.status == 400
    assert_fails_safe(said.body)


def assert_fails_safe(body):
    assert body["disposition"] is None
    assert body["safe"] is False
    assert body["say"].startswith("We cannot say that it is safe")
    assert body["emergency_number"] in body["say"]


def test_a_check_that_is_not_there_is_gone(partner):
    said = partner.call("runCheck", {"answers": {}}, slug="nothing")

    assert said.status == 410
    assert_fails_safe(said.body)


def test_a_withdrawn_check_is_gone_at_once(partner, documents):
    found, index = documents
    artefacts.write({slug: one for slug, one in found.items() if slug != "calf"}, index)

    assert partner.call("runCheck", {"answers": {}}, slug="calf").status == 410
    assert partner.call("getCheck", slug="calf").status == 410
    assert [one["slug"] for one in partner.call("listChecks").body["items"]] == ["pregnancy"]


def test_a_fault_says_what_to_do(partner, monkeypatch):
    monkeypatch.setattr("portal.api.checks.answered", lambda *args: 1 / 0)

    said = partner.call("runCheck", {"answers": {}}, slug="calf")

    assert said.status == 500
    assert_fails_safe(said.body)


def test_a_fault_leaves_no_answer_in_the_log(partner, monkeypatch, caplog):
    def broken(asked, today):
        raise ValueError(str(asked.answers))

    monkeypatch.setattr("portal.api.checks.answered", broken)
    partner.call("runCheck", {"answers": {"age": "from_18_to_59"}}, slug="calf")

    assert "A check failed: ValueError" in caplog.text
    assert "from_18" not in caplog.text


def test_who_asks_too_often_waits_and_is_told_what_to_do(partner, settings):
    settings.PARTNER_RATE = "3/min"
    statuses = [partner.call("runCheck", {"answers": {}}, slug="calf") for _ in range(4)]

    assert [one.status for one in statuses] == [200, 200, 200, 429]
    assert 0 < int(statuses[-1].headers["Retry-After"]) <= 60
    assert_fails_safe(statuses[-1].body)


def test_a_run_asks_the_database_nothing_and_leaves_nothing(partner):
    # without access to the database every query of this test would be an error
    response = partner.client.post(
        "/api/v1/checks/calf/run/", '{"answers": {"age": "from_18_to_59"}}', content_type="application/json"
    )

    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


def test_an_earlier_version_is_run_while_it_is_kept(partner, documents):
    found, index = documents

    old = partner.call("runCheck", {"answers": {}}, slug="calf").body["version"]
    body = {name: value for name, value in found["calf"].items() if name != "hash"} | {"title": "Changed meanwhile"}
    artefacts.write({**found, "calf": {**body, "hash": content_hash(body)}}, index)

    same = partner.call("runCheck", {"version": old, "answers": {}}, slug="calf").body
    new = partner.call("runCheck", {"version": "0" * 64, "answers": {}}, slug="calf").body
    assert (same["version"], same["updated"]) == (old, False)
    assert (new["version"], new["updated"]) == (content_hash(body), True)


def test_another_check_that_fits_better_is_offered(partner):
    said = partner.call("runCheck", {"answers": {"age": "from_18_to_59", "pregnancy": ["pregnant"]}}, slug="calf").body

    assert said["better_check"]["slug"] == "pregnancy"
    assert partner.follow("getCheck", said["better_check"]["detail_url"]).body["slug"] == "pregnancy"


def test_every_question_and_finding_is_described(partner, calf):
    said = partner.call("getCheck", slug="calf")

    protocol, body = calf.machine.protocol, said.body
    assert body["version"] == calf.hash
    assert [one["key"] for one in body["questions"]] == [one.key for one in protocol.questions]
    assert [one["key"] for one in body["dispositions"]] == LEVELS[::-1]
    named = {key for one in body["questions"] for option in one["options"] for key in option["establishes"]}
    hidden = {one.key for one in protocol.findings if one.hidden}
    assert named - hidden <= {one["key"] for one in body["findings"]}
    assert all(one["number"] for one in body["questions"] if one["kind"] == str(Kind.NUMBER))
    assert partner.call("getCheck", slug="calf", headers={"If-None-Match": said.headers["ETag"]}).status == 304


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_run_is_a_post(released, method):
    response = getattr(Client(), method)("/api/v1/checks/calf/run/")

    assert response.status_code == 405
    assert_fails_safe(response.json())


def test_scripts_of_other_pages_may_ask_without_cookies(released):
    response = Client().options("/api/v1/checks/calf/run/", headers={"origin": "https://partner.example"})

    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in response
