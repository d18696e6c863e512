"""Posts that no browser of ours would send. TRIAGE_POSTS sets how many of each kind; a long run takes 100000.

Each post is made from a number, so a failure names the number that makes it again.
"""

import json
import os
import random
from urllib.parse import quote_plus, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage import artefacts
from triage.actions import PROTOCOLS
from triage.answers import BODY_LIMIT, FORM_TYPE
from triage.engine.artefact import content_hash
from triage.engine.protocol import Kind
from triage.engine.vignettes import answers_for, read
from triage.stories import PageReader

POSTS = int(os.environ.get("TRIAGE_POSTS", "600"))
STORIES = min(max(POSTS // 20, 12), 400)
GO = [
    "begin",
    "next",
    "back",
    "result",
    "leave",
    "erase",
    "summary",
    "calendar",
    "fhir-r4",
    "fhir-r5",
    "change:danger",
    "change:",
    "",
    "x",
]
MARKS = [
    "canary-4711",
    "\x00",
    "ä" * 9,
    "'\"><script>",
    "%",
    "\u0661\u0662",
    "\u202e",
    "\ud800",
    "{{ 7 }}",
    "none,none",
    ",",
    "A" * 90,
]
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


def dice_of(number):
    return random.Random(number)  # noqa: S311 - nothing secret


def tokens_of(question):
    if question.kind is Kind.NUMBER:
        return ["1", "44", "unsure", "-1", "020", "9" * 30]
    keys = [*question.by_option, "unsure"]
    return [*keys, "none", "some", *(f"?{key}" for key in question.by_option)] if question.several else keys


def forged(dice, questions):
    """Fields as a forger would send them: real and unreal keys, real and unreal values, in any number."""
    fields = []
    for question in dice.sample(questions, dice.randint(0, len(questions))):
        values = [dice.choice(tokens_of(question)) for _ in range(dice.choice([1, 1, 1, 2, 3]))]
        fields.append((f"a-{question.key}", dice.choice(MARKS) if dice.random() < 0.1 else ",".join(values)))
    fields += [(dice.choice(["a-", "a-x", "v", "who", "refine", "x"]), dice.choice([*MARKS, "me", "1"]))
               for _ in range(dice.randint(0, 4))]  # fmt: skip
    asked = dice.choice(questions)
    fields += [("q", dice.choice([asked.key, "", "nothing"])), ("go", dice.choice(GO))]
    fields += [("answer", dice.choice([*tokens_of(asked), *MARKS])) for _ in range(dice.randint(0, 4))]
    dice.shuffle(fields)
    return fields


def post(client, check, body):
    slug = check.document["slug"]
    response = client.post(f"/check/{slug}/", body, content_type=FORM_TYPE)
    assert response.status_code in {200, 303, 400}, response.content[:300]
    assert not response.cookies
    return PageReader(response.content.decode() if response["Content-Type"].startswith("text/html") else "")


def encoded(fields):
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in fields)


def _quoted(text):
    return quote_plus(text.encode("utf-8", "replace"))


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


def marked(dice, fields, place, check):
    fields.insert(place, (dice.choice(["x", "a-", "a-x", "id", "answer", "csrf"]), dice.choice(MARKS)))


def huge(dice, fields, place, check):
    fields.insert(place, ("x", "A" * dice.choice([1000, BODY_LIMIT, 3 * BODY_LIMIT])))


def incomplete(dice, fields, place, check):
    fields.pop(place)


def unreadable(dice, fields, place, check):
    fields[place] = (fields[place][0], fields[place][1] + dice.choice(MARKS))


def contradicted(dice, fields, place, check):
    fields.insert(place, (fields[place][0], dice.choice(["none", "unsure", *MARKS])))


def stale(dice, fields, place, check):
    kept = [one.hash for one in artefacts.shelf().checks[check.document["slug"]]]
    fields[:] = [("v", dice.choice([*kept, "0" * 64, "", *MARKS])), *(one for one in fields if one[0] != "v")]


def said_twice(dice, fields, place, check):
    fields.insert(place, dice.choice(fields))


def reordered(dice, fields, place, check):
    dice.shuffle(fields)


def another_step(dice, fields, place, check):
    fields[:] = [*(one for one in fields if one[0] != "go"), ("go", dice.choice(GO))]


WAYS = [marked, huge, incomplete, unreadable, contradicted, stale, said_twice, reordered, another_step]


def tampered(dice, said, check):
    """The body of an honest form after somebody has been at it, without any other valid answer put in.

    A contradiction comes last and whole: if what it contradicts went missing, it would be another honest form.
    """
    fields = [("v", check.hash), *said.items(), ("who", dice.choice(["me", "other"])), ("go", "result")]
    ways = dice.choices(WAYS, k=dice.randint(1, 3))
    for way in sorted(ways, key=lambda one: one is contradicted):
        way(dice, fields, dice.randrange(len(fields)), check)
    body = encoded(fields)
    truncated = contradicted not in ways and dice.random() < 0.2
    return body[: dice.randrange(len(body) + 1)] if truncated else body


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
