"""One-time codes at login, on the page where they are set up, and for the review."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import second_factor
from review.models.evidence import Event
from tests.review import making

pytestmark = pytest.mark.django_db


def code_of(user, steps=0):
    """Return the code that the app of a person shows, now or some steps later."""
    device = TOTPDevice.objects.get(user=user)
    made = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    made.time = made.time + steps * device.step
    return f"{made.token():06d}"


def forget_last(user):
    """Let the code of this half minute count once more."""
    TOTPDevice.objects.filter(user=user).update(last_t=-1, throttling_failure_count=0)


@pytest.fixture
def reviewer():
    return making.reviewer()


@pytest.fixture
def enrolled(reviewer):
    """A reviewer with an authenticator, and their recovery codes."""
    second_factor.begin(reviewer)
    _, codes = second_factor.confirm(reviewer, code_of(reviewer))
    forget_last(reviewer)
    return reviewer, codes


def sign_in(client, user, code="", password=making.PASSWORD):
    data = {"username": user.username, "password": password, "code": code}
    return client.post(reverse("wagtailadmin_login"), data)


def is_in(client):
    return client.get(reverse("wagtailadmin_home")).status_code == 200


def test_a_password_alone_does_not_open_an_account_with_a_second_factor(client, enrolled):
    user, _ = enrolled

    sign_in(client, user)
    assert not is_in(client)
    sign_in(client, user, "000000")
    assert not is_in(client)
    forget_last(user)
    sign_in(client, user, code_of(user))
    assert is_in(client)


def test_a_code_counts_once(client, enrolled):
    user, _ = enrolled
    code = code_of(user)

    sign_in(client, user, code)
    client.logout()
    sign_in(client, user, code)
    assert not is_in(client)


def test_wrong_codes_slow_the_next_try_down(client, enrolled):
    user, _ = enrolled
    wrong = f"{(int(code_of(user)) + 1) % 10**6:06d}"

    for _ in range(3):
        sign_in(client, user, wrong)
    sign_in(client, user, code_of(user))
    assert not is_in(client)


def test_a_recovery_code_opens_once_and_is_not_kept_in_clear(client, enrolled):
    user, codes = enrolled

    assert not set(StaticToken.objects.values_list("token", flat=True)) & {c.replace("-", "") for c in codes}
    sign_in(client, user, codes[0].upper())
    assert is_in(client)
    client.logout()
    sign_in(client, user, codes[0])
    assert not is_in(client)
    assert second_factor.codes_left(user) == len(codes) - 1


def test_another_persons_recovery_code_opens_nothing(client, enrolled):
    user, _ = enrolled
    other = making.reviewer()
    codes = second_factor.renew_recovery_codes(other)

    sign_in(client, user, codes[0])
    assert not is_in(client)


@pytest.mark.parametrize("role", ["reviewer", "keeper", "superuser"])
def test_whoever_decides_gets_nowhere_without_a_second_factor(client, settings, role):
    settings.SECOND_FACTOR_REQUIRED = True
    user = getattr(making, role)()
    client.force_login(user)
    page = reverse("portal_second_factor")

    for name in ("wagtailadmin_home", "review:dashboard", "wagtailadmin_explore_root", "wagtailadmin_account"):
        assert client.get(reverse(name)).headers.get("Location") == page, name
    assert client.get("/admin/api/main/pages/").headers.get("Location") == page
    assert client.get(page).status_code == 200


def test_an_author_needs_none(client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(making.editor())

    assert is_in(client)


def test_a_session_from_a_door_without_codes_opens_nothing(client, settings, enrolled):
    settings.SECOND_FACTOR_REQUIRED = True
    user, _ = enrolled
    client.force_login(user)

    assert client.get(reverse("wagtailadmin_home")).headers["Location"].startswith(reverse("wagtailadmin_login"))


def test_setting_it_up_takes_password_and_code_and_gives_recovery_codes_once(client, settings, reviewer):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, reviewer)
    page = reverse("portal_second_factor")
    shown = client.get(page).content.decode()

    assert second_factor.secret_of(TOTPDevice.objects.get(user=reviewer)) in shown
    client.post(page, {"password": "not it", "code": code_of(reviewer)})
    assert not second_factor.has_one(reviewer)
    given = client.post(page, {"password": making.PASSWORD, "code": code_of(reviewer)}).content.decode()
    assert len(re.findall(r"<code>[a-z2-7]{4}(?:-[a-z2-7]{2,4}){6}</code>", given)) == second_factor.RECOVERY_CODES
    assert "<code>" not in client.get(page).content.decode()
    assert is_in(client)
    assert Event.objects.filter(what="second factor set up", by_id=reviewer.pk).exists()


def test_turning_it_off_takes_a_code(client, enrolled):
    user, _ = enrolled
    sign_in(client, user, code_of(user))
    page = reverse("portal_second_factor")

    client.post(page, {"password": making.PASSWORD, "code": "000000", "off": ""})
    assert second_factor.has_one(user)
    forget_last(user)
    client.post(page, {"password": making.PASSWORD, "code": code_of(user), "off": ""})
    assert not second_factor.has_one(user)


def test_the_review_asks_the_same_question(settings, enrolled):
    user, _ = enrolled
    author = making.editor()

    assert second_factor.check(author, "") is None
    assert second_factor.check(user, "") is False
    assert second_factor.check(user, "123456") is False
    forget_last(user)
    assert second_factor.check(user, code_of(user)) is True
    settings.SECOND_FACTOR_REQUIRED = True
    assert second_factor.check(making.reviewer(), "") is False


def test_the_operator_resets_a_lost_one_and_it_is_written_down(enrolled):
    user, _ = enrolled

    call_command("reset_second_factor", user.username, reason="Seen in person.", stdout=StringIO())

    assert not second_factor.has_one(user)
    assert Event.objects.get(what="second factor reset").data["reason"] == "Seen in person."


def test_a_change_of_the_second_factor_ends_other_sessions(client, reviewer):
    other, somebody_else = Client(), Client()
    stranger = making.editor()
    for browser, user in ((client, reviewer), (other, reviewer), (somebody_else, stranger)):
        browser.force_login(user)
    client.get(reverse("portal_second_factor"))
    device = TOTPDevice.objects.get(user=reviewer)
    made = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    answer = client.post(reverse("portal_second_factor"), {"password": making.PASSWORD, "code": f"{made.token():06d}"})

    assert "recovery-codes" in answer.content.decode()
    assert is_in(client)
    assert is_in(somebody_else)
    assert not is_in(other)


def test_the_operator_ends_sessions_and_it_is_written_down(client, reviewer):
    client.force_login(reviewer)
    said = StringIO()
    call_command("end_sessions", reviewer.username, stdout=said)

    assert not is_in(client)
    assert ": 1" in said.getvalue()
    assert Event.objects.filter(what="sessions ended", data__account=reviewer.pk).exists()
    client.force_login(reviewer)
    call_command("end_sessions", "--all", stdout=said)
    assert not is_in(client)
    with pytest.raises(CommandError):
        call_command("end_sessions", "nobody")
