"""The site as it runs in earnest, for those who measure it: on PostgreSQL, alone, and behind nginx in two processes.

Whoever imports this has set up Django on a test database.
"""

import gzip
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from tests import database

ROOT = Path(__file__).resolve().parents[1]
APP, EDGE = 8471, 8472
BEHIND = (8474, 8475)
GUIDE = "/guides/calf-soreness/"
READY_SECONDS = 120
# Measured is a site at rest: one that takes this share of a processor, looked at for so long, with nobody asking.
RESTING, LOOK_SECONDS, SETTLED_SECONDS = 0.05, 4, 600


@dataclass(frozen=True)
class Processes:
    """The processes of the application server alone, of those behind the web server, and of that; none: not here."""

    alone: list[int]
    behind: list[int]
    edge: list[int]


@contextmanager
def running(folder: Path, kept: Any, template: str) -> Iterator[Processes]:
    """Run the site on a copy of the starter content, twice.

    As `make run` starts it, an application server alone, and as `make stack` does: nginx before two processes.
    """
    with database.fresh_copy(kept, template, "serving") as name:
        connection.close()
        base, _, rest = os.environ["DATABASE_URL"].partition("?")
        address = f"{base.rpartition('/')[0]}/{name}" + (f"?{rest}" if rest else "")
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings", "DATABASE_URL": address, "GAITWAY_VAR": str(folder),
            "SITE_URL": f"http://127.0.0.1:{APP}", "DEBUG": "0", "SECRET_KEY": "for the benchmark only",
        }  # fmt: skip
        for words in (["collectstatic", "--noinput", "-v0"], ["write_artefacts", "-v0"]):
            subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True)
        started = [_granian(APP, 2, environment)]
        try:
            if shutil.which("nginx"):
                started += [_granian(port, 1, environment) for port in BEHIND]
            for port in (APP, *BEHIND)[: len(started)]:
                _wait(f"http://127.0.0.1:{port}{GUIDE}")
            _until((folder / "pages" / "current" / "pages" / GUIDE.strip("/") / "index.html").exists)
            servers = list(started)
            if shutil.which("nginx"):
                started.append(_nginx(folder, environment))
            for server in servers:
                _rest(server.pid)
            alone, *behind = (_children(server.pid) for server in servers)
            edge = [pid for web in started[len(servers) :] for pid in _children(web.pid)]
            yield Processes(alone, [pid for pids in behind for pid in pids], edge)
        finally:
            for process in reversed(started):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                process.wait()


def _granian(port: int, workers: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "2", "--log-level", "warning", "portal.wsgi:application",
    ]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)


def _nginx(folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start nginx with the project's own configuration, and a page from a plain file beside it."""
    command = [sys.executable, "manage.py", "write_nginx", "--listen", f"127.0.0.1:{EDGE}",
               "--application", *(f"127.0.0.1:{port}" for port in BEHIND)]  # fmt: skip
    site = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    plain = folder / "plain"
    plain.mkdir()
    body = fetch(f"http://127.0.0.1:{APP}{GUIDE}")
    (plain / "page.html").write_bytes(body)
    (plain / "page.html.gz").write_bytes(gzip.compress(body, 9))
    own = f"server {{ listen 127.0.0.1:{EDGE + 1}; root {plain}; charset utf-8; gzip_static on; access_log off; }}"
    conf = folder / "nginx.conf"
    conf.write_text(
        f"worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; user root;\n"
        f"events {{ worker_connections 512; }}\nhttp {{ types {{ text/html html; }} keepalive_requests 1000000;\n"
        f"{site}\n{own}\n}}\n"
    )
    started = subprocess.Popen(["nginx", "-c", str(conf)], start_new_session=True)
    _wait(f"http://127.0.0.1:{EDGE + 1}/page.html")
    return started


def fetch(url: str, fields: dict[str, str] | None = None, *, compressed: bool = False) -> bytes:
    """Return the answer to a question, or to a form with some fields."""
    said = {"Origin": origin(url)} | ({"Accept-Encoding": "gzip"} if compressed else {})
    asked = urllib.request.Request(  # noqa: S310  # our own
        url, urllib.parse.urlencode(fields).encode() if fields else None, said
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310  # our own
        return bytes(answer.read())


def origin(url: str) -> str:
    """Return an address without its path."""
    return url[: url.index("/", len("http://"))]


def _wait(url: str) -> None:
    def answers() -> bool:
        try:
            return bool(fetch(url))
        except OSError:
            return False

    _until(answers)


def _until(holds: Any) -> None:
    end = time.monotonic() + READY_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("The site did not come up.")
        time.sleep(0.1)


def _rest(pid: int) -> None:
    """Wait until a server has made, in the background, what nobody has asked for yet: pages, documents, prints."""
    end = time.monotonic() + SETTLED_SECONDS
    used = float("inf")
    while used > RESTING * LOOK_SECONDS:
        if time.monotonic() > end:
            raise TimeoutError("The site is still making pages.")
        begun = cpu_seconds(_all_below(pid))
        time.sleep(LOOK_SECONDS)
        used = abs(cpu_seconds(_all_below(pid)) - begun)


def _all_below(pid: int) -> list[int]:
    """Return the processes that a process has started, and theirs."""
    own = _children(pid)
    return own + [one for child in own for one in _all_below(child)]


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(one) for task in tasks for one in task.read_text().split()]


def cpu_seconds(pids: list[int]) -> float:
    """Return the seconds of the processor that some processes have used."""
    ticks = 0
    for pid in pids:
        with suppress(FileNotFoundError):  # it has ended
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
