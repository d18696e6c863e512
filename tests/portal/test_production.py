"""An unsafe start is refused: one test for each reason, each with the variable and what to do."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from portal import production
from portal.api import problems
from review.demo import ACCOUNTS, make_people

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "deploy" / "gaitway.env.example"
ALL = production.CHECKS
KEY, OTHER = secrets.token_urlsafe(50), secrets.token_urlsafe(50)


@pytest.fixture
def safe(settings, monkeypatch, tmp_path):
    """A site that others read, with nothing unsafe in it; what a test changes is what is refused."""
    for name, value in {"SECRET_KEY": KEY, "RECEIPT_KEY": OTHER, "EMERGENCY_NUMBER": "112"}.items():
        monkeypatch.setenv(name, value)
    settings.IN_EARNEST, settings.DEBUG, settings.SECOND_FACTOR_REQUIRED, settings.KEEP_PAGES = True, False, True, True
    settings.SECRET_KEY, settings.TRIAGE_RECEIPT_KEY = KEY, OTHER
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://health.example.org", ["health.example.org"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.TRUSTED_PROXIES, settings.SECURITY_CONTACTS = 1, ["mailto:security@example.org"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "health@example.org"
    for name in ("PAGES_DIR", "TRIAGE_ARTEFACTS", "MEDIA_ROOT", "TRIAGE_COUNTS"):
        setattr(settings, name, tmp_path / name.lower())
    monkeypatch.setattr(production, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(production, "CHECKS", [one for one in ALL if one is not production._accounts])
    return settings


def said(variable):
    return [str(fault) for fault in production.faults() if fault.variable == variable]


def test_nothing_is_refused_where_nothing_is_unsafe(safe, capsys):
    assert production.faults() == []

    production.refuse_unsafe()

    assert capsys.readouterr().err == ""


CONSOLE = "django.core.mail.backends.console.EmailBackend"
# What is changed, the variable that the sentence names, and words of what is wrong and of what to do.
UNSAFE = {
    "debugging": ({"DEBUG": True}, "DEBUG", "reads code and settings", "Set it to 0"),
    "short key": ({"SECRET_KEY": "short"}, "SECRET_KEY", "can be guessed", "token_urlsafe"),
    "dull key": ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY", "can be guessed", "token_urlsafe"),
    "Django's key": ({"SECRET_KEY": f"django-insecure-{KEY}"}, "SECRET_KEY", "can be guessed", "token_urlsafe"),
    "short signing key": ({"TRIAGE_RECEIPT_KEY": "short"}, "RECEIPT_KEY", "can be guessed", "token_urlsafe"),
    "one key for both": ({"TRIAGE_RECEIPT_KEY": KEY}, "RECEIPT_KEY", "same as SECRET_KEY", "of its own"),
    "plain http": ({"SITE_URL": "http://health.example.org"}, "SITE_URL", "travel readable", "https://"),
    "cookies over http": ({"SESSION_COOKIE_SECURE": False}, "SITE_URL", "Cookies", "as they come"),
    "no redirect": ({"SECURE_SSL_REDIRECT": False}, "SITE_URL", "over http", "as they come"),
    "any host": ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS", "It holds *", "List the names"),
    "other hosts": ({"ALLOWED_HOSTS": ["a.example"]}, "ALLOWED_HOSTS", "is not among them", "Add the host"),
    "local address": ({"SITE_URL": "https://localhost"}, "SITE_URL", "lead nowhere", "public address"),
    "uncounted proxy": ({"TRUSTED_PROXIES": 0}, "TRUSTED_PROXIES", "one address", "your own proxies"),
    "no second factor": ({"SECOND_FACTOR_REQUIRED": False}, "SECOND_FACTOR", "a password alone", "Set it to 1"),
    "mails to nobody": ({"EMAIL_BACKEND": CONSOLE}, "EMAIL_HOST", "nobody would hear", "server"),
    "nobody's mails": ({"DEFAULT_FROM_EMAIL": "webmaster@localhost"}, "EMAIL_FROM", "not set", "an address of yours"),
    "pages nowhere": ({"PAGES_DIR": Path("/proc/pages")}, "PAGES_DIR", "Nothing can be written", "Mount a folder"),
    "checks nowhere": ({"TRIAGE_ARTEFACTS": Path("/proc/x")}, "TRIAGE_ARTEFACTS", "Nothing can", "Mount a folder"),
    "files nowhere": ({"MEDIA_ROOT": "/proc/media"}, "MEDIA_DIR", "Nothing can be written", "Mount a folder"),
    "counts nowhere": ({"TRIAGE_COUNTS": Path("/proc/counts")}, "COUNTS_DIR", "Nothing can", "Mount a folder"),
}  # fmt: skip


@pytest.mark.parametrize("reason", UNSAFE)
def test_what_is_unsafe_is_refused_with_variable_and_remedy(safe, monkeypatch, capsys, reason):
    changed, variable, wrong, remedy = UNSAFE[reason]
    for name, value in changed.items():
        setattr(safe, name, value)
    if os.geteuid() == 0:
        # root may write anywhere; a folder of the kernel's is none that anybody can write to
        monkeypatch.setattr(os, "access", lambda place, mode: not str(place).startswith("/proc"))

    with pytest.raises(SystemExit) as refused:
        production.refuse_unsafe()

    (sentence,) = said(variable)
    assert wrong in sentence
    assert remedy in sentence
    assert refused.value.code == production.REFUSED
    assert f"REFUSED  {sentence}" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["SECRET_KEY", "RECEIPT_KEY", "EMERGENCY_NUMBER"])
def test_what_nobody_has_set_is_refused(safe, monkeypatch, name):
    monkeypatch.delenv(name)

    assert "not set" in said(name)[0]
    with pytest.raises(SystemExit):
        production.refuse_unsafe()


def test_sqlite_is_refused(safe, monkeypatch):
    monkeypatch.setattr(production, "connection", SimpleNamespace(vendor="sqlite"))

    assert "SQLite: one machine" in said("DATABASE_URL")[0]
    with pytest.raises(SystemExit):
        production.refuse_unsafe()


def test_some_things_are_only_said(safe, capsys):
    safe.SECURITY_CONTACTS, safe.KEEP_PAGES = [], False

    production.refuse_unsafe()

    assert re.findall(r"^(\w+) +(\w+):", capsys.readouterr().err, re.MULTILINE) == [
        ("Mind", "SECURITY_CONTACT"), ("Mind", "KEEP_PAGES"),
    ]  # fmt: skip


def test_a_site_that_is_tried_out_starts_as_it_is(safe):
    safe.IN_EARNEST, safe.DEBUG = False, True

    production.refuse_unsafe()


@pytest.mark.django_db
def test_open_demonstration_accounts_are_refused(safe, monkeypatch, django_user_model):
    make_people()
    django_user_model.objects.filter(username__in=ACCOUNTS).update(is_active=True)
    monkeypatch.setattr(production, "CHECKS", ALL)

    (sentence,) = said("Accounts")
    assert f"{len(ACCOUNTS)} demonstration accounts are open" in sentence
    assert "demo_accounts --remove" in sentence

    django_user_model.objects.filter(username__in=ACCOUNTS).update(is_active=False)
    assert production.faults() == []


def test_a_database_that_is_down_refuses_nothing(safe, monkeypatch):
    def down():
        raise OperationalError

    monkeypatch.setattr(production, "get_user_model", down)
    monkeypatch.setattr(production, "CHECKS", ALL)

    assert production.faults() == []


def environment(tmp_path, **more):
    given = dict(re.findall(r"^([A-Z_]+)=(.+)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | given | {"SECRET_KEY": KEY, "RECEIPT_KEY": OTHER, "GAITWAY_VAR": str(tmp_path)} | more


def test_the_example_passes_every_check_and_the_site_starts_with_it(tmp_path):
    start = (
        "from django.core.management import execute_from_command_line as run\n"
        "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])\n"
        "from portal import production; production.refuse_unsafe()\n"
    )
    command = [sys.executable, "-W", "error::DeprecationWarning:portal", "-c", start]
    # no server is there: neither the checks nor the start need one
    around = environment(tmp_path, DJANGO_SETTINGS_MODULE="portal.settings", DATABASE_URL="postgres://x@127.0.0.1:1/x")
    done = subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, check=False)  # noqa: S603

    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues (0 silenced)" in done.stdout


def test_both_doors_ask_before_they_open(tmp_path):
    unsafe = environment(tmp_path, DEBUG="1")
    command = [sys.executable, "-W", "ignore", "-c", "import portal.wsgi"]
    web = subprocess.run(command, cwd=ROOT, env=unsafe, capture_output=True, text=True, check=False)  # noqa: S603

    assert web.returncode == production.REFUSED
    assert "REFUSED  DEBUG: It is on" in web.stderr
    assert "Traceback" not in web.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["run_worker", "run_due_jobs"])
def test_the_worker_asks_as_well(safe, command):
    from django.core.management import call_command  # noqa: PLC0415  # beside its use

    safe.DEBUG = True

    with pytest.raises(SystemExit) as refused:
        call_command(command)

    assert refused.value.code == production.REFUSED


SEVERAL = {"emergency": [["999", ["Here"]]], "urgent": [], "elsewhere": "/who-to-see/#other-places"}


def test_with_several_places_a_number_without_its_place_is_said(safe, monkeypatch):
    shelf = SimpleNamespace(index={"services": {"dial": SEVERAL, "emergency_number": "999"}})
    monkeypatch.setattr(production, "shelf", lambda: shelf)
    monkeypatch.setattr(problems, "shelf", lambda: shelf)
    alone, told = said("EMERGENCY_PLACE"), problems.not_safe(500, "x").content.decode()
    safe.EMERGENCY_PLACE = "Here"

    assert "several places" in alone[0]
    assert "call 999 (Here) now" in told
    assert said("EMERGENCY_PLACE") == []
