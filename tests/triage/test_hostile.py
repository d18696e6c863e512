"""Posts that no browser of ours would send. TRIAGE_POSTS sets how many; a long run takes 100000."""

import os
from urllib.parse import quote_plus, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage import artefacts
from triage.answers import FORM_TYPE
from triage.engine.protocol import Kind
from triage.stories import PageReader

POSTS = int(os.environ.get("TRIAGE_POSTS", "1500"))
PATIENT = settings(
    max_examples=POSTS,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
RANKS = {"emergency_now": 4, "ed_now": 3, "same_day": 2, "routine": 1, "self_care": 0}
GO = ["begin", "next", "back", "result", "leave", "erase", "summary", "calendar", "change:danger", "change:", "", "x"]
TEXT = st.text(max_size=12) | st.sampled_from(
    ["none", "unsure", "some", "?chest_pain", "\x00", "ä" * 9, "'\"><script>"]
)


def questions():
    return artefacts.shelf().current("calf").machine.protocol.questions


def tokens_of(question):
    if question.kind is Kind.NUMBER:
        return ["1", "44", "unsure"]
    keys = [*question.by_option, "unsure"]
    return [*keys, "none", "some", *(f"?{key}" for key in question.by_option)] if question.several else keys


@st.composite
def forged(draw):
    """Fields as a forger would send them: real and unreal keys, real and unreal values, in any number."""
    fields = []
    known = {question.key: tokens_of(question) for question in questions()}
    for key in draw(st.lists(st.sampled_from(sorted(known)), max_size=22)):
        values = draw(st.lists(st.sampled_from(known[key]) | TEXT, max_size=4))
        fields.append((f"a-{key}", ",".join(values)))
    fields += draw(
        st.lists(st.tuples(st.sampled_from(["a-", "a-x", "v", "who", "refine", "q", "x"]), TEXT), max_size=5)
    )
    fields += [("q", draw(st.sampled_from([*known, "", "nothing"])))]
    every = [token for tokens in known.values() for token in tokens]
    fields += [("answer", value) for value in draw(st.lists(TEXT | st.sampled_from(every), max_size=5))]
    fields += [("go", draw(st.sampled_from(GO)))]
    return draw(st.permutations(fields))


def post(client, fields):
    body = "&".join(
        f"{quote_plus(name.encode('utf-8', 'replace'))}={quote_plus(value.encode('utf-8', 'replace'))}"
        for name, value in fields
    )
    return client.post("/check/calf/", body, content_type=FORM_TYPE)


def test_no_post_breaks_the_form_or_gets_out_of_a_warning(released):
    client = Client(raise_request_exception=True)
    machine = released.current("calf").machine

    @PATIENT
    @given(forged())
    def run(fields):
        response = post(client, fields)
        assert response.status_code in {200, 303, 400}, response.content[:300]
        assert not response.cookies
        page = PageReader(response.content.decode()) if response["Content-Type"].startswith("text/html") else None
        if page is None or page.result in {"", "unfinished"}:
            return
        # what is shown follows from the answers that the page itself carries, and never from anything else
        honest = machine.result(
            machine.clean({k.removeprefix("a-"): v[0].split(",") for k, v in page.fields.items() if k.startswith("a-")})
        )
        assert honest.finished
        assert page.result == honest.disposition

    run()


@pytest.mark.parametrize("sign", ["breathless", "chest_pain", "foot_cold_or_colour_change"])
def test_no_tampering_makes_an_emergency_milder(released, sign):
    client = Client(raise_request_exception=True)

    @settings(PATIENT, max_examples=max(POSTS // 10, 50))
    @given(forged())
    def run(fields):
        kept = [(name, value) for name, value in fields if name != "a-danger"]
        response = post(client, [("a-age", "from_18_to_59"), ("a-pregnancy", "none"), ("a-danger", sign),
                                 *[one for one in kept if one[0] not in {"q", "answer", "go", "a-age", "a-pregnancy"}],
                                 ("go", "result")])  # fmt: skip
        page = PageReader(response.content.decode())
        assert page.result == "emergency_now"

    run()


@settings(PATIENT, max_examples=max(POSTS // 5, 100))
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
