"""Where signing in and forgotten passwords lead: home, whatever a request says."""

import re

import pytest
from django.conf import settings as site_settings
from django.core import mail
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.review import making

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example"],
)
def test_signing_in_leads_nowhere_else(client, wanted):
    user = making.editor()
    given = {"username": user.username, "password": making.PASSWORD, "next": wanted}
    answer = client.post(f"{reverse('wagtailadmin_login')}?next={wanted}", given)

    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("wagtailadmin_home")


def reset(client, user, **headers):
    client.post(reverse("wagtailadmin_password_reset"), {"email": user.email}, headers=headers)
    return mail.outbox[-1] if mail.outbox else None


def test_a_mail_about_a_password_names_our_own_address(client, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://guidance.example.org"
    letter = reset(client, making.editor(), host="evil.example")

    assert re.findall(r"https?://[^/\s]+", letter.body) == ["https://guidance.example.org"]
    assert "evil" not in letter.body + letter.subject


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client):
    user = making.editor()
    known = client.post(reverse("wagtailadmin_password_reset"), {"email": user.email})
    unknown = client.post(reverse("wagtailadmin_password_reset"), {"email": "nobody@example.org"})

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert len(mail.outbox) == 1


def test_a_new_password_by_mail_works_once_does_not_sign_in_and_keeps_the_second_factor(client, settings):
    user = making.editor()
    device = TOTPDevice.objects.create(user=user, confirmed=True)
    path = re.search(r"https?://[^/\s]+(/\S+)", reset(client, user).body)[1]
    form = client.get(path, follow=True)
    new = "lantern harbour violet drum"
    answer = client.post(form.request["PATH_INFO"], {"new_password1": new, "new_password2": new})

    assert answer.status_code == 302
    assert client.get(reverse("wagtailadmin_home")).status_code == 302
    client.post(reverse("wagtailadmin_login"), {"username": user.username, "password": new})
    assert client.get(reverse("wagtailadmin_home")).status_code == 302, "no way in without the code"
    assert TOTPDevice.objects.filter(pk=device.pk).exists()
    again = client.get(path, follow=True)
    assert "new_password1" not in again.content.decode()


def test_a_password_is_changed_with_the_old_one_and_ends_other_sessions(client):
    from django.test import Client  # noqa: PLC0415  # a second browser

    user, other = making.editor(), Client()
    client.force_login(user)
    other.force_login(user)
    page = reverse("wagtailadmin_account")
    new = "lantern harbour violet drum"
    fields = {"password-new_password1": new, "password-new_password2": new}
    client.post(page, fields | {"password-old_password": "wrong"})
    user.refresh_from_db()
    assert user.check_password(making.PASSWORD)
    shown = client.get(page)
    others = {
        "name_email-first_name": "A", "name_email-last_name": "Person", "locale-preferred_language": "",
        "locale-current_time_zone": "", "theme-theme": "system", "theme-contrast": "system",
        "theme-density": "default",
    }  # fmt: skip
    client.post(page, others | fields | {"password-old_password": making.PASSWORD})

    user.refresh_from_db()
    assert user.check_password(new)
    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    assert other.get(reverse("wagtailadmin_home")).status_code == 302
    assert 'autocomplete="new-password"' in shown.content.decode()


def test_a_password_is_typed_unseen_and_may_be_pasted(client):
    text = client.get(reverse("wagtailadmin_login")).content.decode()
    (field,) = re.findall(r'<input[^>]*name="password"[^>]*>', text)

    assert 'type="password"' in field
    assert 'autocomplete="off"' not in field
    assert "onpaste" not in text
    scripts = [path.read_text() for path in site_settings.BASE_DIR.glob("*/static/**/*.js")]
    assert not [text for text in scripts if "paste" in text]


def test_every_page_of_the_admin_leads_out(client):
    client.force_login(making.editor())
    for name in ("wagtailadmin_home", "wagtailadmin_account", "portal_second_factor"):
        assert reverse("wagtailadmin_logout") in client.get(reverse(name)).content.decode(), name


def test_pages_of_the_admin_are_kept_by_no_browser(client):
    client.force_login(making.editor())
    for name in ("wagtailadmin_home", "wagtailadmin_account", "portal_second_factor", "wagtailadmin_login"):
        assert "no-store" in client.get(reverse(name)).headers["Cache-Control"], name


def test_security_txt_names_the_contact_and_ends(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACTS = ["mailto:security@example.org"]
    text = client.get("/.well-known/security.txt").content.decode()

    assert "Contact: mailto:security@example.org\n" in text
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT00:00:00Z$", text, re.MULTILINE)
