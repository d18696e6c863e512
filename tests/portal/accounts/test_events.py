"""What happens to accounts stands in the log: one line of JSON each, and nothing that somebody typed."""

import json
import logging

import pytest
from django.conf import settings as site_settings
from django.urls import reverse

from portal.accounts import events
from tests.review import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged(caplog):
    """Give the events of the log since the last time."""
    events.log.addHandler(caplog.handler)
    caplog.set_level(logging.INFO, logger="gaitway.security")

    def since():
        found = [json.loads(one.getMessage()) for one in caplog.records if one.name == "gaitway.security"]
        assert all("\n" not in one.getMessage() for one in caplog.records if one.name == "gaitway.security")
        caplog.clear()
        return found

    yield since
    events.log.removeHandler(caplog.handler)


def sign_in(client, name, password):
    return client.post(reverse("wagtailadmin_login"), {"username": name, "password": password})


def test_signing_in_and_out_is_written_down_with_who_from_where_and_how(client, logged):
    user = making.editor()
    sign_in(client, user.username, making.PASSWORD)
    left = client.post(reverse("wagtailadmin_logout"))

    came, went = [one for one in logged() if one["event"].startswith("signed")]
    assert (came["event"], came["account"], came["factors"], came["address"]) == ("signed in", user.pk, 1, "127.0.0.1")
    assert came["at"].endswith("+00:00")
    assert (went["event"], went["account"]) == ("signed out", user.pk)
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_wrong_password_and_a_lock_are_written_down_without_what_was_typed(client, logged):
    user = making.editor()
    for _ in range(5):
        sign_in(client, user.username, "my-secret\nfaked: line")
    found = logged()
    sign_in(client, "my-password-by-mistake", "my-secret")
    found += logged()

    assert [one["event"] for one in found].count("sign-in failed") >= 5
    assert {"event": "locked out", "account": user.pk}.items() <= next(
        one for one in found if one["event"] == "locked out"
    ).items()
    assert found[-1]["account"] is None
    assert "my-" not in json.dumps(found)


def test_a_refusal_in_the_admin_is_written_down(client, logged):
    user = making.editor()
    client.force_login(user)
    logged()
    client.get(reverse("wagtailusers_users:index"))

    (refused,) = logged()
    assert (refused["event"], refused["account"]) == ("refused", user.pk)
    assert refused["path"] == reverse("wagtailusers_users:index")


def test_what_the_review_writes_down_is_logged_without_its_texts(logged):
    from django.utils import timezone  # noqa: PLC0415  # beside its use

    from review.record import record  # noqa: PLC0415  # the same

    user = making.editor()
    record("role given", by=user, now=timezone.now(), account=7, role="Reviewers", reason="a private reason")

    (line,) = logged()
    assert (line["event"], line["account"], line["by"], line["role"]) == ("role given", 7, user.pk, "Reviewers")
    assert "private" not in json.dumps(line)
    record("released", by=user, now=timezone.now(), page_id=None)
    assert logged() == [], "a load of content is no event of security"


def test_the_shipped_settings_write_these_lines_whatever_the_level_of_others():
    own = site_settings.LOGGING["loggers"]["gaitway.security"]

    assert own == {"handlers": ["security"], "level": "INFO", "propagate": False}
    assert site_settings.LOGGING["handlers"]["security"]["class"] == "logging.StreamHandler"
