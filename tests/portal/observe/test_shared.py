"""Counts of several processes add up, and a server that has ended leaves nothing that is added to the next one's."""

import os
import re
import subprocess
import sys
from pathlib import Path

from portal.observe import shared

ROOT = Path(__file__).resolve().parents[3]
# A process of a server: counts twice, and tells the sum when it is told to.
PROCESS = """
import sys
import os
from portal.observe import shared
shared.begin()
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
from portal.observe import metrics
metrics.answered("/check/", "200", 0.01)
metrics.found("memory")
print("counted", flush=True)
sys.stdin.readline()
print(metrics.written().decode(), flush=True)
"""


def server(folder):
    """Start two processes of one server; return what the first one tells."""
    environment = os.environ | {"GAITWAY_VAR": str(folder), "PYTHONPATH": str(ROOT)}
    environment.pop(shared.PLACE, None)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
    both = [subprocess.Popen([sys.executable, "-c", PROCESS], **pipes) for _ in range(2)]  # noqa: S603
    assert [one.stdout.readline() for one in both] == ["counted\n"] * 2
    return [one.communicate("\n")[0] for one in both]


def test_two_processes_are_added_up_and_take_their_room_at_once(tmp_path):
    told = server(tmp_path)

    for text in told:
        assert 'gaitway_requests_total{route="check",status="200"} 2.0' in text
        assert 'gaitway_pages_total{found="memory"} 2.0' in text
        assert 'gaitway_request_seconds_count{route="check"} 2.0' in text
    files = list((tmp_path / "metrics").glob("*/*.db"))
    assert {re.sub(r"\d+", "", file.name) for file in files} == {"counter_.db", "histogram_.db"}
    assert {file.stat().st_size for file in files} == {shared.ROOM}
    assert min(file.stat().st_blocks * 512 for file in files) >= shared.ROOM


def test_what_an_ended_server_left_is_removed_and_a_running_one_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("GAITWAY_VAR", str(tmp_path))
    monkeypatch.setenv(shared.PLACE, "")  # as good as none, and what `begin` sets goes with the test
    root = tmp_path / "metrics"
    ended, other = root / "1-12345", root / f"{os.getpid()}-{shared._began(os.getpid())}"
    for folder in (ended, other):
        folder.mkdir(parents=True)

    shared.begin()

    assert Path(os.environ[shared.PLACE]).is_dir()
    assert other.is_dir()
    assert not ended.exists()


def test_a_full_disk_lets_each_process_count_for_itself(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("GAITWAY_VAR", str(tmp_path))
    monkeypatch.setenv(shared.PLACE, "")  # as good as none, and what `begin` sets goes with the test
    monkeypatch.setattr(shared.os, "posix_fallocate", full)

    shared.begin()

    assert not os.environ[shared.PLACE]
