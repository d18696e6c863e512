"""What people are told while the database does not answer."""

import pytest
from django.db import OperationalError
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(monkeypatch, settings):
    """A browser in front of a site whose database does not answer."""
    settings.EMERGENCY_NUMBER = "118"

    def gone(*args, **kwargs):
        raise OperationalError("the database system is shutting down: SECRET")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", gone)
    return Client(raise_request_exception=False)


def test_a_reader_is_told_what_works_and_whom_to_call(browser):
    answer = browser.get("/search/?q=cramp")
    words = answer.content.decode()

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert "In an emergency call 118." in words
    assert 'href="/check/"' in words
    assert "SECRET" not in words


def test_an_editor_is_told_that_nothing_was_saved(browser):
    browser.cookies["sessionid"] = "x" * 32

    answer = browser.post("/admin/pages/3/edit/", {"title": "Leg"})
    words = answer.content.decode()

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "was not saved, or we cannot tell" in words
    assert "Readers still see the released pages" in words


def test_another_fault_says_nothing_of_the_database(client, monkeypatch):
    monkeypatch.setattr("portal.views.find", lambda text: 1 / 0)
    client.raise_request_exception = False

    answer = client.get("/search/?q=cramp")

    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()
