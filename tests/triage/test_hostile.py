"""Posts that no browser of ours would send. TRIAGE_POSTS sets how many of each kind.

Each post is made from a number, so a failure names the number that makes it again. `make fuzz` sends many more of the
same, straight to the view: `tests/fuzz/answers.py`.
"""

import json
import os
import random
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.posts import encoded, forged, tampered
from triage import artefacts
from triage.actions import PROTOCOLS
from triage.answers import FORM_TYPE
from triage.engine.artefact import content_hash
from triage.engine.vignettes import answers_for, read
from triage.stories import PageReader

POSTS = int(os.environ.get("TRIAGE_POSTS", "600"))
STORIES = min(max(POSTS // 20, 12), 400)
SEEDS = settings(max_examples=POSTS // 10 + 20, deadline=None, database=None,
                 suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip


@pytest.fixture(params=["calf", "pregnancy"])
def key(request):
    return request.param


@pytest.fixture
def check(released, documents, key):
    """The check of two releases: the one that holds, and one that somebody may still have open."""
    found, index = documents
    slug = next(one.document["slug"] for one in released.newest if one.key == key)
    body = {name: value for name, value in found[slug].items() if name != "hash"} | {"title": "Changed meanwhile"}
    artefacts.write({**found, slug: {**body, "hash": content_hash(body)}}, index)
    return artefacts.shelf().current(slug)


def post(client, check, body):
    slug = check.document["slug"]
    response = client.post(f"/check/{slug}/", body, content_type=FORM_TYPE)
    assert response.status_code in {200, 303, 400}, response.content[:300]
    assert not response.cookies
    return PageReader(response.content.decode() if response["Content-Type"].startswith("text/html") else "")


def dice_of(number):
    return random.Random(number)  # noqa: S311 - nothing secret


def carried(page):
    return {k.removeprefix("a-"): v[0].split(",") for k, v in page.fields.items() if k.startswith("a-")}


def test_no_post_breaks_the_form_and_a_result_says_what_its_answers_say(check):
    client, machine = Client(raise_request_exception=True), check.machine
    questions, results = list(machine.protocol.questions), 0
    for number in range(POSTS):
        page = post(client, check, encoded(forged(dice_of(number), questions)))
        if page.result in {"", "unfinished"}:
            continue
        # what is shown follows from the answers that the page itself carries, and never from anything else
        honest = machine.result(machine.clean(carried(page)))
        assert honest.finished, number
        assert page.result == honest.disposition, number
        results += 1
    assert results


def honest_stories(check, key):
    """Answers of the starter stories, with the level each leads to."""
    stories = read(json.loads((PROTOCOLS / f"{key}.vignettes.json").read_text(encoding="utf-8")))
    dice = dice_of(1)
    for story in dice.sample(stories, min(STORIES, len(stories))):
        answers = answers_for(check.machine, story.facts)
        said = {f"a-{k}": ",".join(v) if isinstance(v, tuple) else str(v) for k, v in answers.items()}
        yield said, check.machine.level(answers)


def test_no_tampering_makes_a_result_milder(check, key):
    client, ranks = Client(raise_request_exception=True), check.machine.ranks
    stories = list(honest_stories(check, key))
    shown = 0
    for number in range(POSTS):
        dice = dice_of(-number - 1)
        said, honest = dice.choice(stories)
        body = tampered(dice, said, check)
        page = post(client, check, body)
        if page.result not in {"", "unfinished"}:
            assert ranks[page.result] >= ranks[honest], f"{number}: {page.result} instead of {honest}: {body}"
            shown += 1
    assert shown


def test_a_contradiction_is_asked_again(check, key):
    client = Client(raise_request_exception=True)
    said = {"a-age": "from_18_to_59", "a-pregnancy": "none", "a-danger": "none", "a-hospital": "dark_urine"}
    for also in ("none", "", "x", "dark_urine,none"):
        page = post(client, check, encoded([*said.items(), ("a-hospital", also), ("who", "me"), ("go", "result")]))

        assert page.result == ""
        assert "a-hospital" not in page.fields


def test_what_a_cut_off_body_ends_in_is_asked_again(check, key):
    """Wherever the end went missing: half an answer may be a milder one, and so may half of the ticks."""
    client = Client(raise_request_exception=True)
    first = [("v", check.hash), ("who", "me"), ("go", "result"), ("a-age", "from_18_to_59"), ("a-pregnancy", "none")]
    ticks = encoded([*first, ("a-danger", "none"), ("a-hospital", "none"), ("a-pain", "pain_severe,getting_worse")])
    for cut in range(3, 60, 7):
        page = post(client, check, ticks[:-cut])
        assert page.result == "", cut
        assert "a-pain" not in page.fields, cut

    page = post(client, check, encoded([*first, ("q", "danger"), ("answer", "none")]).replace("&go=result", ""))
    assert page.fields["q"] == ["danger"]
    assert "a-danger" not in page.fields


def test_no_other_field_makes_an_emergency_milder(check):
    client, questions = Client(raise_request_exception=True), list(check.machine.protocol.questions)
    first = [("a-age", "from_18_to_59"), ("a-pregnancy", "none")]
    kept = {"q", "answer", "go", "who", "a-age", "a-pregnancy", "a-danger"}
    for number in range(POSTS // 20):
        more = [one for one in forged(dice_of(number), questions) if one[0] not in kept]
        for sign in ("breathless", "chest_pain", "foot_cold_or_colour_change"):
            said = [*first, ("a-danger", sign), *more, ("who", "me"), ("go", "result")]
            assert post(client, check, encoded(said)).result == "emergency_now", (number, sign)


@SEEDS
@given(st.binary(max_size=600), st.sampled_from([FORM_TYPE, "text/plain", "multipart/form-data; boundary=x", "", "ä"]))
def test_no_body_breaks_the_form(released, body, kind):
    response = Client().generic("POST", "/check/calf/", body, content_type=kind)

    assert response.status_code in {200, 303, 400}


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(released, client, method):
    assert getattr(client, method)("/check/calf/").status_code == 405


def test_two_thousand_extra_fields_change_nothing(released, client):
    body = urlencode([("go", "begin"), *((f"x{number}", "") for number in range(1200))])[:8000]

    page = PageReader(client.post("/check/calf/", body, content_type=FORM_TYPE).content.decode())
    assert page.fields["q"] == ["age"]
