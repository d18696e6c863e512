"""Work that nobody waits for: done when it is due, once, and again when it was cut off."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections
from django.utils import timezone

from portal.management.commands import run_worker
from portal.models import Work
from portal.work import jobs as work
from portal.work import locks
from portal.work.jobs import JOBS, Daily, Every, FaultsError, Job
from portal.work.running import LATEST, SOONEST, run_due
from tests.review import making

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)

# A process that takes the lock and keeps it.
TAKE = """
import fcntl, sys, time
place = open(sys.argv[1], "w")
fcntl.flock(place, fcntl.LOCK_EX)
print("taken", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def job(what, *, when=None, key="a"):
    """Return a job that is due, and that notes in a list what it was run for."""
    Work.objects.update_or_create(job=key, defaults={"next_at": LONG_AGO})
    return Job(key, "Something", when or Every(timedelta(minutes=5)), what)


def at(moment=NOW):
    return {"clock": lambda: moment}


def row():
    return Work.objects.get(job="a")


def test_a_job_that_is_due_runs_once_and_is_due_again_after_its_time():
    ran = []
    one = job(lambda run: ran.append(run.now) or "Done so.")

    run_due(jobs=[one], **at())
    run_due(jobs=[one], **at())
    run_due(jobs=[one], **at(NOW + timedelta(minutes=6)))

    assert ran == [NOW, NOW + timedelta(minutes=6)]
    assert (row().said, row().error, row().is_cut_off_or_runs) == ("Done so.", "", False)
    assert row().next_at == NOW + timedelta(minutes=11)


def test_a_job_that_nobody_has_seen_yet_waits_for_its_time():
    ran = []

    run_due(jobs=[Job("a", "Something", Daily(6, 15), lambda run: ran.append(1) or "")], **at())

    assert (ran, row().next_at) == ([], NOW.replace(hour=6, minute=15))


def test_a_failure_is_kept_and_tried_again_less_and_less_often_and_stops_no_other():
    def broken(run):
        raise ValueError("No such thing")

    ran = []
    one, other = job(broken, when=Daily(6)), job(lambda run: ran.append(1) or "", key="b")

    run_due(jobs=[one, other], **at())
    first = row().next_at
    run_due(jobs=[one], **at(first))

    assert (row().error, row().failures, ran) == ("ValueError: No such thing", 2, [1])
    assert (first, row().next_at) == (NOW + SOONEST, first + 2 * SOONEST)
    Work.objects.filter(job="a").update(failures=60, next_at=LONG_AGO)
    run_due(jobs=[one], **at(NOW + timedelta(hours=2)))
    assert row().next_at == NOW + timedelta(hours=2) + LATEST


def test_what_a_person_has_to_look_at_is_told_once_and_delays_nothing(caplog):
    def found(run):
        raise FaultsError("Not released as scheduled: Leg")

    one = job(found)
    for minutes in (0, 5):
        run_due(jobs=[one], **at(NOW + timedelta(minutes=minutes)))

    assert [entry.levelname for entry in caplog.records] == ["CRITICAL"]
    assert (row().failures, row().next_at) == (0, NOW + timedelta(minutes=10))


def test_a_run_that_is_cut_off_is_taken_up_and_does_no_part_twice():
    done = []

    def in_parts(run):
        for part in "abc":
            if not run.is_done(part):
                done.append(part)
                run.done(part)
                if done == ["a", "b"]:
                    raise SystemExit
        return "All."

    one = job(in_parts)
    with pytest.raises(SystemExit):
        run_due(jobs=[one], **at())
    assert row().is_cut_off_or_runs

    run_due(jobs=[one], **at())

    assert (done, row().said, row().done_parts) == (["a", "b", "c"], "All.", [])


def test_a_job_whose_database_went_away_is_due_again():
    def gone(run):
        raise OperationalError("server closed the connection")

    one = job(gone)
    with pytest.raises(OperationalError):
        run_due(jobs=[one], **at())

    assert row().next_at == LONG_AGO


def test_a_job_is_left_alone_while_somebody_else_is_at_it(tmp_path):
    ran = []
    one = job(lambda run: ran.append(1) or "")
    if connection.vendor == "postgresql":
        other = connections.create_connection("default")
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [locks.OURS, locks.number_of("a")])
        run_due(jobs=[one], **at())
        assert ran == []
        other.close()
    else:
        (tmp_path / "work").mkdir()
        command = [sys.executable, "-S", "-c", TAKE, str(tmp_path / "work" / "a")]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as other:  # noqa: S603  # our own
            other.stdout.readline()
            run_due(jobs=[one], **at())
            assert ran == []
            other.kill()

    until = time.monotonic() + 5  # a server hears a little later that a session has ended
    while not ran and time.monotonic() < until:
        run_due(jobs=[one], **at())

    assert ran == [1]


def test_a_clock_that_was_put_back_stops_nothing():
    ran = []
    one = job(lambda run: ran.append(1) or "")
    run_due(jobs=[one], **at(NOW + timedelta(days=400)))

    run_due(jobs=[one], **at())

    assert ran == [1, 1]


def test_times_of_day():
    assert Daily(6, 15).after(NOW) == NOW.replace(hour=6, minute=15)
    assert Daily(5).after(NOW) == NOW.replace(day=21)
    assert (str(Daily(6, 5)), str(Every(timedelta(minutes=1))), str(Every(timedelta(seconds=20)))) == (
        "every day at 06:05", "every minute", "every 20 seconds",
    )  # fmt: skip


def test_every_job_there_is_runs_on_the_starter_content(kept, mailoutbox):
    Work.objects.bulk_create(Work(job=one.key, next_at=LONG_AGO) for one in JOBS)

    call_command("run_due_jobs")

    rows = Work.objects.in_bulk()
    assert {key: found.error for key, found in rows.items()} == {one.key: "" for one in JOBS}
    assert rows["audit"].said.endswith("all proved.")


def test_the_timer_of_the_machine_hears_of_a_fault(monkeypatch):
    monkeypatch.setattr(work.audit, "faults", lambda: iter(["Page 3: not the text that was signed."]))
    Work.objects.create(job="audit", next_at=LONG_AGO)

    with pytest.raises(CommandError):
        call_command("run_due_jobs")

    assert "not the text that was signed" in Work.objects.get(job="audit").error


def test_pages_of_earlier_builds_are_removed_and_those_that_are_shown_are_not(kept, settings):
    for name in ("old", "young"):
        (settings.PAGES_DIR / name / "pages").mkdir(parents=True)
        (settings.PAGES_DIR / name / "applied").write_text("1")
    for folder in ("old", kept.store.root.name):
        os.utime(settings.PAGES_DIR / folder / "applied", (1, 1))

    work._tidy_folders()

    assert {path.name for path in settings.PAGES_DIR.iterdir()} == {"young", kept.store.root.name}


def test_administrators_see_what_is_done_by_itself_and_what_is_late(client):
    Work.objects.create(job="audit", next_at=timezone.now() - timedelta(hours=1), ended_at=NOW, error="2 faults.")
    client.force_login(making.superuser())
    html = client.get("/admin/reports/work/").content.decode()

    assert "Something that is due has not run." in html
    assert "2 faults." in html
    assert "20 November 2026 05:00:00" in html
    assert "Scheduled work" in client.get("/admin/").content.decode()


def test_nobody_else_sees_it(client):
    client.force_login(making.reviewer())

    assert client.get("/admin/reports/work/").status_code == 302
    assert "Scheduled work" not in client.get("/admin/").content.decode()


def test_a_worker_ends_when_whoever_it_works_beside_has(monkeypatch):
    parents, ran = iter([7, 7]), []
    monkeypatch.setattr(run_worker.os, "getppid", lambda: next(parents, 1))
    monkeypatch.setattr(run_worker.signal, "signal", lambda *_: None)
    monkeypatch.setattr(run_worker, "run_due", lambda **_: ran.append("a look") or [])

    call_command("run_worker", beside=7, every=60)

    assert ran == ["a look"]
