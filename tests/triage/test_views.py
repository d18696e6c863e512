import re
from datetime import date

import pytest
from django.core import mail
from django.template import Context, Template

from tests.triage.conftest import calm_answer
from triage import artefacts, pages, question_page, views
from triage.answers import BODY_LIMIT
from triage.engine.artefact import content_hash

EMERGENCY = {"go": "next", "q": "danger", "answer": "breathless"}


def test_every_step_asks_the_database_nothing_and_sets_no_cookie(visitor, django_assert_num_queries, db):
    someone = visitor()
    with django_assert_num_queries(0):
        someone.client.get("/check/")
        someone.client.get("/check/calf/")
        someone.begin().calm_to(None)
        someone.press("result")

    assert someone.page.result == "self_care"
    assert someone.client.cookies == {}


@pytest.mark.parametrize(
    "path", ["/check/", "/check/calf/", "/check/calf/paper/", "/check/cleared/", "/check/receipt/"]
)
def test_pages_say_how_private_they_are(released, client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in response
    assert "Cookie" not in response.get("Vary", "")


def test_a_post_says_how_private_it_is(visitor):
    response = visitor().begin().response

    assert response["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in response
    assert response.cookies == {}


def test_an_emergency_answer_ends_the_form_at_once(visitor):
    someone = visitor().begin().calm_to("danger").answer("breathless")

    assert someone.page.result == "emergency_now"
    assert "Call an ambulance now" in someone.page.text
    assert 'href="tel:999"' in someone.response.content.decode()
    assert someone.page.advice == {"M-WAIT", "M-NET"}


def test_an_emergency_with_a_doubt_beside_it_is_not_asked_about_the_doubt(visitor):
    assert visitor().begin().calm_to("danger").answer("breathless", "some").page.result == "emergency_now"


def test_emergency_advice_stands_first_on_every_page(visitor):
    someone = visitor().begin()
    while someone.question:
        assert someone.page.text.index("999") < 40
        someone.answer(calm_answer(someone))
    assert someone.page.text.index("999") < 40


def test_a_doubt_is_asked_about_on_a_second_look(visitor):
    someone = visitor().begin().calm_to("danger").answer("some")

    assert someone.question == "danger"
    assert someone.page.fields["refine"] == ["1"]
    assert "Which of these are you not sure about?" in someone.page.text
    assert someone.answer("?chest_pain").question != "danger"
    assert someone.page.fields["a-danger"] == ["?chest_pain"]


def test_taking_a_doubt_back_leaves_none_of_these(visitor):
    someone = visitor().begin().calm_to("danger").answer("some").answer("none")

    assert someone.page.fields["a-danger"] == ["none"]


@pytest.mark.parametrize("answers", [[], ["none", "breathless"], ["?"], ["nonsense"]])
def test_an_answer_that_cannot_be_taken_is_asked_again(visitor, answers):
    someone = visitor().begin().calm_to("danger").answer(*answers)

    html = someone.response.content.decode()
    assert someone.question == "danger"
    assert "There is a problem" in someone.page.text
    assert "<title>Error: " in html
    target = re.search(r'<a href="#([^"]+)"', html.split("error-summary")[1])[1]
    assert f'id="{target}"' in html
    assert "a-danger" not in someone.page.fields


def test_what_was_ticked_stays_ticked_beside_an_error(visitor):
    someone = visitor().begin().calm_to("danger").answer("none", "breathless")

    ticked = re.findall(r'value="([^"]+)" checked', someone.response.content.decode())
    assert ticked == ["breathless", "none"]


@pytest.mark.parametrize("weeks", ["", "0", "45", "-3", "12.5", "twelve", "999999999999", "１２", "12 weeks"])
def test_a_number_outside_its_range_is_asked_again(visitor, weeks):
    someone = visitor("pregnancy").begin().calm_to("pregnancy").answer("pregnant")
    assert someone.question == "weeks"

    assert someone.answer(weeks).question == "weeks"
    assert "Enter a whole number from 1 to 44" in someone.page.text
    assert someone.answer("20").question == "danger"


def test_not_sure_of_a_number_is_an_answer(visitor):
    someone = visitor("pregnancy").begin().calm_to("pregnancy").answer("pregnant").answer("", "unsure")

    assert someone.page.fields["a-weeks"] == ["unsure"]


def test_back_shows_the_question_before_with_its_answer(visitor):
    someone = visitor().begin().calm_to("hospital").press("back")

    assert someone.question == "danger"
    assert 'value="none" checked' in someone.response.content.decode()


def test_back_from_the_first_question_starts_again(visitor):
    someone = visitor().begin()

    assert someone.press("back").question == "age"


def test_every_answer_can_be_changed_before_the_result(visitor):
    someone = visitor().begin().calm_to(None)
    assert "Check your answers" in someone.page.text

    someone.press("change:swelling")
    assert someone.question == "swelling"
    someone.answer("yes").calm_to(None).press("result")

    assert someone.page.result == "same_day"


def test_a_result_cannot_be_had_before_the_end(visitor):
    someone = visitor().begin().calm_to("skin")

    assert someone.press("result").question == "skin"
    assert someone.press("summary").question == "skin"
    assert someone.press("calendar").question == "skin"


def test_the_same_post_leads_to_the_same_page(visitor):
    someone = visitor().begin().calm_to("skin")
    fields = dict(someone.page.fields)

    first = someone.post(**fields, go="next", answer="no").response.content
    again = someone.post(**fields, go="next", answer="no").response.content

    assert first == again


def test_whoever_stops_early_is_never_told_that_it_is_safe(visitor):
    someone = visitor().begin().calm_to("skin").press("leave")

    assert someone.page.result == "unfinished"
    assert "we cannot say that it is safe" in someone.page.text
    assert someone.page.advice == {"M-NET"}
    assert someone.press("next").question == "skin"


def test_whoever_stops_early_hears_what_is_urgent_so_far(visitor):
    someone = visitor().begin().calm_to("swelling").answer("yes").press("leave")

    assert someone.page.result == "unfinished" or "Be seen by a doctor today" in someone.page.text
    assert "Be seen by a doctor today" in someone.page.text


def test_erase_leaves_for_a_page_without_health(visitor):
    someone = visitor().begin().calm_to("skin").press("erase")

    assert someone.response.status_code == 303
    assert someone.response["Location"] == "/check/cleared/"
    assert someone.response["Clear-Site-Data"] == '"cache"'
    after = someone.client.get("/check/cleared/")
    assert after["Clear-Site-Data"] == '"cache"'
    assert "calf" not in after.content.decode()


def test_for_someone_else_is_said_on_every_page(visitor):
    someone = visitor().post(go="begin", who="other")

    assert "for someone else" in someone.page.text
    assert "for someone else" in someone.calm_to("skin").page.text


def test_the_longest_state_fits_the_limit_of_a_body(visitor):
    someone = visitor("pregnancy").begin()
    check = artefacts.shelf().current("pregnancy")
    for question in check.machine.protocol.questions:
        tokens = (
            [f"?{one.key}" for one in question.options]
            if question.several
            else [max(question.by_option, default="44", key=len)]
        )
        someone.page.fields[f"a-{question.key}"] = [",".join(tokens)]

    response = someone.press("next", "none").response
    assert response.status_code == 200
    assert int(response.wsgi_request.META["CONTENT_LENGTH"]) < BODY_LIMIT


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"a" * (BODY_LIMIT + 1), "application/x-www-form-urlencoded"),
        (b'{"go": "next"}', "application/json"),
        (b'--x\r\nContent-Disposition: form-data; name="go"\r\n\r\nnext\r\n--x--', "multipart/form-data; boundary=x"),
        (b"go=next", ""),
    ],
)
def test_a_body_that_is_no_form_of_ours_gets_a_clear_page(released, client, body, kind):
    response = client.post("/check/calf/", body, content_type=kind)

    assert response.status_code == 400
    assert "We could not read your answers" in response.content.decode()
    assert "999" in response.content.decode()


def test_an_answer_that_does_not_fit_is_asked_again_and_said(visitor):
    someone = visitor().begin().calm_to("skin")
    someone.page.fields["a-danger"] = ["none,breathless"]

    someone.answer("no")
    assert someone.question == "danger"
    assert "Some answers could not be read" in someone.page.text


def test_two_different_answers_to_one_question_are_none(visitor):
    someone = visitor().begin().calm_to("swelling")
    someone.page.fields["a-skin"] = ["no", "yes"]

    assert someone.answer("no").question == "skin"


def test_a_check_that_is_not_released_says_whom_to_call_without_a_query(released, client):
    response = client.get("/check/nothing/")

    assert response.status_code == 410
    assert "999" in response.content.decode()


def test_a_check_changed_meanwhile_goes_on_with_the_answers_that_fit(visitor):
    someone = visitor().begin().calm_to("skin")
    someone.page.fields["v"] = ["0" * 64]

    someone.answer("no")
    assert "This check was changed while you were answering" in someone.page.text
    assert someone.question == "unwell"


@pytest.mark.parametrize("part", ["step", "pages.page", "pages.intro"])
def test_whatever_breaks_the_person_is_told_what_to_do(visitor, monkeypatch, caplog, part):
    def broken(*args, **kwargs):
        raise ValueError("canary-4711 in a message")

    target = views
    *way, name = part.split(".")
    for step in way:
        target = getattr(target, step)
    monkeypatch.setattr(target, name, broken)
    someone = visitor()
    response = (
        someone.client.get("/check/calf/") if part == "pages.intro" else someone.begin(answer="canary-4711").response
    )

    text = response.content.decode()
    assert response.status_code == 500
    assert "We cannot say that it is safe to wait" in text
    assert "999" in text
    assert "canary-4711" not in caplog.text + text
    assert mail.outbox == []


def test_even_a_broken_template_says_whom_to_call(visitor, monkeypatch):
    for module in (views, pages, question_page):
        monkeypatch.setattr(module, "render_to_string", lambda *a, **k: 1 / 0)

    response = visitor().begin().response
    assert response.status_code == 500
    assert "call 112 now" in response.content.decode()


@pytest.mark.parametrize("language", ["", "/zh-hant"])
def test_even_where_no_check_can_be_read_from_disk_somebody_says_whom_to_call(client, monkeypatch, language):
    monkeypatch.setattr("triage.artefacts.shelf", lambda: 1 / 0)

    response = client.get(f"{language}/check/calf/")

    assert response.status_code == 500
    assert "112" in response.content.decode()


def test_without_a_release_the_list_says_what_to_do(client, own_folder, monkeypatch):
    monkeypatch.setattr("triage.standing_shelf.write_artefacts", list)
    response = client.get("/check/")

    assert response.status_code == 200
    assert "There is no check at the moment" in response.content.decode()


def test_the_pregnancy_check_is_offered_with_the_answers_so_far(visitor):
    someone = visitor().begin().answer("from_18_to_59").answer("pregnant")

    html = someone.response.content.decode()
    assert 'formaction="/check/pregnancy/"' in html
    someone.slug = "pregnancy"
    someone.press("begin")
    assert someone.question == "weeks"


def test_a_start_with_an_answer_keeps_it(visitor):
    someone = visitor("pregnancy").begin(**{"a-pregnancy": "pregnant"}).answer("from_18_to_59")

    assert someone.question == "weeks"


def test_an_overdue_review_takes_home_care_away_but_not_the_warnings(documents, visitor):
    found, index = documents
    late = dict(found["calf"])
    late["review"] = {**late["review"], "relief_until": (date(2020, 1, 1)).isoformat()}
    late.pop("hash")
    artefacts.write({"calf": {**late, "hash": content_hash(late)}}, index)

    page = visitor().begin().calm_to(None).press("result").page
    assert page.advice == {"M-NET"}
    assert "The review of this check is overdue" in page.text


def test_a_guide_leads_into_the_check_with_what_is_known(released):
    html = Template("{% load check_tags %}{% ways_into_check slug %}").render(Context({"slug": "pregnancy"}))

    assert 'name="a-pregnancy" value="pregnant"' in html
    assert 'action="/check/pregnancy/"' in html
    assert "?" not in html.split('action="')[1].split('"')[0]


def test_a_guide_without_a_released_check_shows_no_button(own_folder):
    html = Template("{% load check_tags %}{% ways_into_check slug %}").render(Context({"slug": "calf"}))

    assert html.strip() == ""
