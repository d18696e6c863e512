"""Guessing is stopped, passwords are long, sessions end."""

import os
import subprocess
import sys
import time

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse

import portal.settings
from portal.accounts import tries
from portal.accounts.addresses import client_address
from portal.accounts.sessions import BEGUN, LIMITS, SEEN
from tests.review import making

pytestmark = pytest.mark.django_db
HERE, THERE = "192.0.2.1", "192.0.2.2"


def sign_in(client, user, password, **meta):
    return client.post(reverse("wagtailadmin_login"), {"username": user.username, "password": password}, **meta)


def test_five_wrong_passwords_lock_the_name_out_from_there_and_only_from_there(client):
    user = making.editor()

    answers = [sign_in(client, user, f"wrong {number}").status_code for number in range(5)]
    locked = sign_in(client, user, making.PASSWORD)

    assert answers == [200, 200, 200, 200, 429]
    assert locked.status_code == 429
    assert "Too many attempts" in locked.content.decode()
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(elsewhere, user, making.PASSWORD).status_code == 302


def test_one_password_of_an_address_is_looked_at_at_a_time_and_nobody_elsewhere_waits(client, monkeypatch):
    user, looked = making.editor(), []
    look = hashers.check_password

    def meanwhile(*args, **kwargs):
        looked.append(args)
        if len(looked) == 1:
            answers.extend(sign_in(Client(REMOTE_ADDR=where), user, "wrong") for where in (HERE, THERE))
        return look(*args, **kwargs)

    answers: list = []
    monkeypatch.setattr("django.contrib.auth.base_user.check_password", meanwhile)
    first = sign_in(Client(REMOTE_ADDR=HERE), user, making.PASSWORD)

    assert [first.status_code, *(one.status_code for one in answers)] == [302, 429, 200]
    assert (answers[0]["Retry-After"], answers[0]["Cache-Control"]) == ("2", "no-store")
    assert "One at a time" in answers[0].content.decode()
    assert len(looked) == 2
    assert sign_in(Client(REMOTE_ADDR=HERE), user, making.PASSWORD).status_code == 302


def test_what_counts_as_one_address():
    with (
        tries.alone("2001:db8::1") as first,
        tries.alone("2001:db8::2") as neighbour,
        tries.alone("2001:db9::1") as far,
    ):
        assert (first, neighbour, far) == (True, False, True)
    with tries.alone("") as one, tries.alone("") as other:
        assert (one, other) == (True, True)  # behind a socket nobody knows who it is
    with pytest.raises(ValueError, match="broken"), tries.alone("192.0.2.1"):
        raise ValueError("broken")
    with tries.alone("192.0.2.1") as again:
        assert again


def test_an_address_of_the_clients_own_making_is_not_believed(settings):
    request = RequestFactory().get(
        "/", headers={"x-forwarded-for": "203.0.113.9, 198.51.100.2"}, REMOTE_ADDR="10.0.0.1"
    )

    assert client_address(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert client_address(request) == "198.51.100.2"
    settings.TRUSTED_PROXIES = 3
    assert client_address(request) == "10.0.0.1"


def test_a_login_says_the_same_for_a_wrong_name_and_a_wrong_password(client):
    user = making.editor()
    known = sign_in(client, user, "wrong").context["form"].non_field_errors()
    user.username = "nobody-at-all"

    assert sign_in(client, user, "wrong").context["form"].non_field_errors() == known


@pytest.mark.parametrize(
    "password",
    [
        "short-one",
        "password1234",
        "gaitwaycalf12",
        "person-77@example.org",
        "qwertyuiop[]",
        "iloveyou1234",
        "letmeinletmein",
        "aaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_weak_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, making.user(username="person-77"))


def test_long_and_plain_passwords_are_taken():
    validate_password("correct horse battery staple " * 4)
    validate_password("73310482665190")


@pytest.mark.parametrize(("role", "decides"), [("reviewer", True), ("editor", False)])
def test_a_session_ends_by_time_and_without_a_sign_of_life(client, role, decides):
    whole, quiet = (limit.total_seconds() for limit in LIMITS[decides])
    for begun, seen, stays in ((0, 0, True), (whole + 1, 0, False), (quiet + 60, quiet + 1, False)):
        client.force_login(getattr(making, role)())
        session = client.session
        session[BEGUN], session[SEEN] = time.time() - begun, time.time() - seen
        session.save()

        answer = client.get(reverse("wagtailadmin_home"))
        assert (answer.status_code == 200) is stays, (begun, seen)
        asked_again = client.get(answer.url).content.decode() if not stays else ""
        assert ("You were signed out" in asked_again) is not stays


def test_whoever_comes_back_is_told_although_the_editor_asked_by_itself_meanwhile(client):
    client.force_login(making.reviewer())
    session = client.session
    session[BEGUN], session[SEEN] = time.time(), time.time() - LIMITS[True][1].total_seconds() - 1
    session.save()

    assert client.post("/admin/editing-sessions/1/").status_code == 401
    told = client.get(reverse("wagtailadmin_home"), follow=True).content.decode()

    assert "after 45 minutes without doing anything, and after 8 hours" in told
    assert "Sign in" in told


def test_those_who_decide_have_shorter_sessions():
    assert all(short < long for short, long in zip(LIMITS[True], LIMITS[False], strict=True))


def test_logging_in_gives_the_session_a_new_key_and_logging_out_ends_it(client):
    user = making.editor()
    client.get(reverse("wagtailadmin_login"))
    sign_in(client, user, making.PASSWORD)
    key = client.session.session_key

    client.post(reverse("wagtailadmin_logout"))
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get(reverse("wagtailadmin_home")).status_code == 302


def test_a_person_sees_where_they_are_signed_in_and_ends_the_others_with_the_password(client):
    user, other, stranger = making.editor(), Client(), Client()
    for browser, who in ((client, user), (other, user), (stranger, making.editor())):
        sign_in(browser, who, making.PASSWORD)
        browser.get(reverse("wagtailadmin_home"))
    page = reverse("portal_signed_in")
    shown = client.get(page).content.decode()

    assert (shown.count("this browser"), shown.count("another browser")) == (1, 1)
    client.post(page, {"password": "wrong"})
    assert other.get(reverse("wagtailadmin_home")).status_code == 200
    client.post(page, {"password": making.PASSWORD})
    ends = [browser.get(reverse("wagtailadmin_home")).status_code for browser in (client, other, stranger)]
    assert ends == [200, 302, 200]


def test_a_password_counts_as_it_is_to_its_last_sign(client):
    user = making.editor()
    long = "Lantern harbour violet drum " * 4 + "end é "
    validate_password(long, user)
    user.set_password(long)
    user.save()

    for wrong in (long[:-1], long[:72], long.lower(), long + " "):
        assert sign_in(Client(REMOTE_ADDR="192.0.2.9"), user, wrong).status_code == 200
    assert sign_in(client, user, long).status_code == 302


def test_passwords_are_kept_as_slow_hashes():
    from django.conf import global_settings  # noqa: PLC0415  # what the site ships with; tests use a fast one
    from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password  # noqa: PLC0415  # the same

    assert "PASSWORD_HASHERS" not in vars(portal.settings)
    assert global_settings.PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 600_000
    assert PBKDF2PasswordHasher().encode("x", "a" * 22, 2).startswith("pbkdf2_sha256$2$")
    assert make_password("x") != make_password("x")


def test_cookies_on_https_are_bound_to_this_host(tmp_path):
    asked = (
        "from portal import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
    )
    asked += " s.CSRF_COOKIE_SECURE, s.SECOND_FACTOR_REQUIRED, s.SECURE_SSL_REDIRECT, s.DEBUG)"
    given = {"PATH": os.environ["PATH"], "SITE_URL": "https://example.org", "GAITWAY_VAR": str(tmp_path)}
    done = subprocess.run(  # noqa: S603  # our own
        [sys.executable, "-c", asked],
        cwd=portal.settings.BASE_DIR,
        env=given,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", *["True"] * 4, "False"]
