"""The screen for whoever runs the site: what is so, how grave it is, what to do; for administrators alone."""

import os
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from portal.models import Work
from portal.observe import facts, state
from portal.observe.state import Level
from portal.work.jobs import JOBS
from tests.review import making

pytestmark = pytest.mark.django_db
PATH = "/admin/reports/state/"


@pytest.fixture
def well(kept, settings, monkeypatch, tmp_path):
    """A site on which all is well."""
    now = timezone.now()
    for job in JOBS:
        given = {
            "began_at": now,
            "ended_at": now,
            "next_at": now + timedelta(hours=1),
            "said": "384 pages: all proved.",
        }
        Work.objects.update_or_create(job=job.key, defaults=given)
    (tmp_path / "mark").touch()
    monkeypatch.setenv("BACKUP_MARK", str(tmp_path / "mark"))
    monkeypatch.setattr("portal.production.CHECKS", ())
    settings.IN_EARNEST = True
    monkeypatch.setattr(facts, "artefacts", SimpleNamespace(shelf=lambda: SimpleNamespace(newest=[1, 2])))
    kept.store.touch()
    return kept.store


def lines():
    return {line.name: line for group in state.groups(timezone.now()) for line in group.lines}


def test_all_is_well(well):
    found = lines()

    assert {name: line.said for name, line in found.items() if line.level != Level.GOOD} == {}
    assert found["Audit"].said.endswith("all proved.")
    assert found["Released checks"].said.startswith("2")


def worker(**values):
    Work.objects.filter(job=values.pop("job")).update(**values)


LONG_AGO = timedelta(days=3)
MAIL = "Mail to everybody for whom something waits"


@pytest.mark.parametrize(
    ("name", "level", "words", "change"),
    [
        ("Audit", Level.ACT, "Found a fault", lambda now: worker(job="audit", error="3 faults, of which the first: x")),
        ("Audit", Level.LOOK, "Last green 3", lambda now: worker(job="audit", ended_at=now - LONG_AGO)),
        ("Audit", Level.LOOK, "Has not run", lambda now: worker(job="audit", ended_at=None)),
        ("Worker", Level.ACT, "Late: Release", lambda now: worker(job="release", next_at=now - LONG_AGO)),
        ("Worker", Level.ACT, "Nothing that was due", lambda now: Work.objects.update(next_at=now - LONG_AGO)),
        (MAIL, Level.LOOK, "No server", lambda now: worker(job="digests", error="No server")),
    ],
)  # fmt: skip
def test_what_the_worker_has_to_say(well, name, level, words, change):
    change(timezone.now())
    line = lines()[name]

    assert line.level == level
    assert line.said.startswith(words)
    assert line.advice


def test_pages_that_are_not_in_step(well):
    then = time.time() - 3600
    os.utime(well.root / "applied", (then, then))

    assert lines()["Kept pages"].level == Level.ACT


def test_backups(well, monkeypatch, tmp_path):
    then = time.time() - 3 * 86_400
    os.utime(tmp_path / "mark", (then, then))
    assert (lines()["Backup"].level, lines()["Backup"].said) == (Level.ACT, "The last one ended 3\xa0days ago.")

    (tmp_path / "mark").unlink()
    assert lines()["Backup"].level == Level.ACT

    monkeypatch.delenv("BACKUP_MARK")
    assert lines()["Backup"].level == Level.LOOK


@pytest.mark.parametrize(("free", "level"), [(50, Level.GOOD), (15, Level.LOOK), (5, Level.ACT)])
def test_the_disk(well, monkeypatch, free, level):
    monkeypatch.setattr(facts.shutil, "disk_usage", lambda place: type("Usage", (), {"total": 100, "free": free}))

    assert lines()["Disk of MEDIA_DIR"].level == level


def test_clocks_that_differ(well, monkeypatch):
    monkeypatch.setattr(facts, "database_time", lambda: timezone.now() - timedelta(minutes=2))

    assert lines()["Clock"].level == Level.LOOK
    assert "120 seconds" in lines()["Clock"].said


def test_a_database_that_does_not_answer_as_it_should(well, monkeypatch):
    def broken():
        raise OperationalError

    monkeypatch.setattr(facts, "database_time", broken)
    found = lines()

    assert found["Database"].level == Level.ACT
    assert "Kept pages" in found
    assert "Audit" not in found


def test_what_is_unsafe_stands_there_too(well, monkeypatch, settings):
    fault = state.production.Fault("DEBUG", "It is on.", "Set it to 0.")
    monkeypatch.setattr("portal.production.CHECKS", (lambda: iter([fault]),))
    assert (lines()["DEBUG"].level, lines()["DEBUG"].advice) == (Level.ACT, "Set it to 0.")

    settings.IN_EARNEST = False
    assert "DEBUG" not in lines()
    assert lines()["Configuration"].level == Level.LOOK
    assert "DEBUG" in lines()["Configuration"].advice


def test_an_administrator_sees_the_gravest_first(well, client: Client, django_user_model):
    worker(job="audit", error="1 faults, of which the first: <b>Page 7</b>")
    admin = django_user_model.objects.create_superuser("root", password="a long and odd one")
    client.force_login(admin)
    html = client.get(PATH).content.decode()

    assert "Something has to be done now." in html
    assert "<b>Page 7</b>" not in html
    assert html.index("Found a fault") < html.index("Database and machine")
    assert "State of the site" in client.get("/admin/").content.decode()


def test_nobody_else_sees_it(well, client):
    assert client.get(PATH).status_code == 302
    client.force_login(making.reviewer())

    answer = client.get(PATH)
    assert answer.status_code in {302, 403}
    assert b"Kept pages" not in answer.content
