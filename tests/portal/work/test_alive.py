"""The worker's probe: it tells whether the worker turns, without a database and in a moment."""

import os
import subprocess
import sys
import time

import pytest
from django.core.management import call_command

from portal.management.commands import run_worker
from portal.work import alive


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("GAITWAY_VAR", str(tmp_path))
    return tmp_path


def probe(*words):
    command = [sys.executable, "-m", "portal.work.alive", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def test_a_worker_that_has_never_turned_is_not_alive():
    done = probe()

    assert (done.returncode, done.stdout) == (1, "The worker last turned: never.\n")


def test_one_that_turned_lately_is_and_one_that_hangs_is_not():
    alive.beat()
    assert probe().returncode == 0

    then = time.time() - alive.PATIENCE - 30
    os.utime(alive.mark(), (then, then))
    assert probe().returncode == 1
    assert probe("2000").returncode == 0


def test_the_probe_loads_neither_django_nor_the_settings():
    asked = "import sys, portal.work.alive; print([m for m in sys.modules if m.startswith(('django', 'portal.set'))])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout == "[]\n"


def test_a_full_disk_does_not_end_the_worker(own_folder):
    (own_folder / "work").write_text("no folder")

    alive.beat()

    assert alive.age() == float("inf")


def test_the_worker_says_so_between_two_jobs_and_at_each_turn(monkeypatch):
    beats = []

    def turns(*, goes_on):
        assert beats
        assert goes_on()
        before = len(beats)
        goes_on()
        assert len(beats) == before + 1
        raise KeyboardInterrupt

    monkeypatch.setattr(alive, "beat", lambda: beats.append(1))
    monkeypatch.setattr(run_worker, "run_due", turns)
    monkeypatch.setattr(run_worker.signal, "signal", lambda *_: None)

    with pytest.raises(KeyboardInterrupt):
        call_command("run_worker")
