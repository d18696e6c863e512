"""What no browser sends is cleaned or refused, and breaks nothing (F12)."""

import json
from types import FunctionType
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Workflow

from portal.bad_input import BadInput, cleaned
from tests.review import making

NUL = "a%00b"
SEARCHED = {
    "search": "q",
    "search-suggest": "q",
    "wagtailadmin_pages:search": "q",
    "wagtailadmin_choose_page_search": "q",
    "wagtailadmin_api:pages:listing": "search",
    "wagtailadmin_api:images:listing": "search",
    "wagtailadmin_api:documents:listing": "title",
    "wagtaildocs_chooser:choose_results": "q",
    "wagtailimages_chooser:choose_results": "q",
    "wagtailimages:index_results": "tag",
    "wagtailusers_users:index_results": "q",
    "wagtailredirects:index_results": "q",
    "patient_stories:index_results": "q",
    "wagtailadmin_reports:site_history_results": "label",
    "wagtailadmin_tag_autocomplete": "term",
}


@pytest.mark.django_db
def test_a_nul_in_a_search_breaks_none(client):
    client.force_login(making.superuser())

    for name, field in SEARCHED.items():
        assert client.get(f"{reverse(name)}?{field}={NUL}").status_code == 200, name


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/%00/", "/media/%00.png", "/documents/1/%00", "/causes/?x=%00", "/nothing/?%00=1"]
)
def test_no_address_holds_one(client, address):
    assert client.get(address).status_code in {200, 404}


@pytest.mark.django_db
def test_what_no_page_can_be_called_is_no_page_for_the_chooser(client):
    client.force_login(making.superuser())

    address = reverse("wagtailadmin_choose_page")
    assert client.get(address, {"target_pages[]": ["1", "null", "9" * 30, "-1", "٣"]}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("wagtailadmin_api:pages:listing", {"first_published_at": "calf"}),
        ("wagtailadmin_api:documents:listing", {"offset": "9" * 30}),
        ("wagtailimages_chooser:chosen_multiple", {"id": "calf"}),
        ("wagtaildocs_chooser:chosen_multiple", {"id": "calf"}),
        ("wagtailimages_chooser:choose_results", {"tag": "calf", "q": "leg"}),
        ("wagtailadmin_workflows:edit", {"p": "calf"}),
        ("wagtailadmin_workflows:edit", {"p": "99"}),
    ],
)
def test_what_no_list_can_hold_is_told_to_who_asked_for_it(client, name, given):
    client.force_login(making.superuser())
    of_one = [Workflow.objects.first().pk] if name.endswith(":edit") else []

    response = client.get(reverse(name, args=of_one), given)
    assert response.status_code == 400
    assert "could not be read" in response.content.decode()


def get_prep_lookup():
    raise ValueError("Field 'id' expected a number")


@pytest.mark.django_db
def test_an_error_is_the_addresses_only_where_it_was_read_and_no_line_of_ours_took_part():
    door, ask = BadInput(lambda request: None), RequestFactory()

    def answer_to(request, act):
        try:
            act()
        except ValueError as error:
            return door.process_exception(request, error)

    of_ours = as_ours(lambda look: look())
    assert answer_to(ask.get("/admin/images/"), get_prep_lookup).status_code == 400
    assert answer_to(ask.get("/admin/images/"), lambda: of_ours(get_prep_lookup)) is None
    assert answer_to(ask.post("/admin/images/"), get_prep_lookup) is None
    assert answer_to(ask.get("/causes/"), get_prep_lookup) is None


@pytest.mark.django_db
def test_whoever_signs_in_after_pressing_a_button_is_told_that_nothing_was_done(client):
    page, reviewer = making.released(making.info()), making.reviewer()
    button = reverse("review:withdraw", args=[page.pk])
    door = client.post(button, {"reason": "Wrong."}).url
    assert button in door

    client.force_login(reviewer)
    response = client.get(button)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert "Nothing was done" in response.content.decode()
    page.refresh_from_db()
    assert page.live


@pytest.mark.django_db
def test_hundreds_of_words_are_no_search_of_the_admin(client):
    client.force_login(making.superuser())

    response = client.get(reverse("wagtailadmin_pages:search"), {"q": "ab " * 900})
    assert response.status_code == 400
    assert "could not be read" in response.content.decode()


@pytest.mark.django_db
def test_a_reader_may_say_anything(client):
    page = making.released(making.info())
    address = reverse("review_public:concern", args=[page.pk])

    assert client.post(address, {"text": "This is \x00 wrong."}).status_code == 200


def test_what_can_be_stored_stays_as_it_is():
    fields = QueryDict("a=1&a=2&b=%F0%9F%A6%B5&c=" + quote('{"x": "\\ud83e\\uddb5"}') + "&d=C:\\users\\u0000")

    assert cleaned(fields)["a"] == "2"
    assert cleaned(fields).getlist("a") == ["1", "2"]
    assert json.loads(cleaned(fields)["c"]) == {"x": "\U0001f9b5"}
    assert cleaned(fields)["d"] == "C:\\users\\u0000"


def test_what_cannot_be_stored_goes():
    fields = QueryDict("a=1%00&%00b=2&c=" + quote('{"x": ["\\u0000y", "\\ud800"], "n": 7}'))

    assert cleaned(fields).dict() == {"a": "1", "b": "2", "c": '{"x": ["y", ""], "n": 7}'}


def value_from_datadict(data):
    return data["body-count"]


def clean(data):
    return value_from_datadict(data)


def full_clean(data):
    return data["a field that we forgot"]


def is_valid(data):
    return clean({}) if data is None else helper(data)


def helper(data):
    return data["x"]


def as_ours(function, **beside):
    """Return a function as if it stood in one of our modules."""
    return FunctionType(function.__code__, {"__name__": "articles.forms", "__builtins__": __builtins__, **beside})


@pytest.mark.django_db
def test_an_error_is_the_forms_only_while_the_form_is_read():
    door, request = BadInput(lambda request: None), RequestFactory().post("/admin/pages/1/edit/", {})

    def answer_to(act):
        try:
            act()
        except KeyError as error:
            return door.process_exception(request, error)

    assert answer_to(lambda: {}["x"]) is None
    assert answer_to(lambda: value_from_datadict({})).status_code == 400
    # lines of ours hand the form on to what cannot read it; lines of ours break
    assert answer_to(lambda: as_ours(clean, value_from_datadict=value_from_datadict)({})).status_code == 400
    assert answer_to(lambda: as_ours(full_clean)({})) is None
    assert answer_to(lambda: as_ours(is_valid, helper=helper)({})) is None
    assert answer_to(lambda: is_valid(None)).status_code == 400


@pytest.mark.django_db
def test_a_damaged_form_says_so_and_saves_nothing():
    page = making.info()
    client = Client(raise_request_exception=False)
    client.force_login(making.editor())

    answer = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), {"title": "x", "comments-TOTAL_FORMS": "1"}
    )

    assert answer.status_code in {200, 400}
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert page.revisions.count() == 1


@pytest.mark.django_db
def test_json_that_nests_without_end_is_refused_by_the_internal_interface():
    client = Client()
    client.force_login(making.superuser())
    address = reverse("wagtailadmin_api:pages:action", args=[making.info().pk, "delete"])

    assert client.post(address, "[" * 5000, content_type="application/json").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["random", "1e5", "[]", "", "9" * 30])
def test_a_form_that_is_shown_again_shows_nothing_chosen_for_what_is_no_choice(sent):
    chooser = AdminPageChooser()

    assert chooser.render("include", sent, {"id": "include"}) == chooser.render("include", None, {"id": "include"})
