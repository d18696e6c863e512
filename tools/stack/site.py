"""The whole site on one machine: database, two processes of the application, worker, web server."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

from tools.stack.parts import ROOT, Part, until
from tools.stack.postgresql import PostgreSQL

APPLICATIONS = 2
READY_SECONDS = 60
# Answered as long as the application is there, whatever is released.
ALWAYS = "/robots.txt"
# So long an application needs to end what it is at.
LED = 0.5
NGINX_MISSING = (
    "nginx is not here. It stands before the application and answers released pages also while that is down.\n"
    "On Debian or Ubuntu: sudo apt-get install nginx-light (it need not be started). `make run` does without it."
)


class MissingError(RuntimeError):
    """Something that has to be installed first; the message says what and how."""


class Stack:
    """Every part of the site, with data below one directory and ports from one number on."""

    def __init__(self, folder: Path, *, port: int = 8080, database: str = "gaitway") -> None:
        self.folder, self.port, self.database = folder, port, database
        self.url = f"http://localhost:{port}"
        self.postgresql = PostgreSQL(folder / "postgres")
        self.given = os.environ.get("DATABASE_URL", "")
        self.applications = [self._application(number) for number in range(APPLICATIONS)]
        self.worker = self._part("worker", [sys.executable, "manage.py", "run_worker"])
        self.edge = self._part("nginx", ["nginx", "-c", str(folder / "nginx.conf")], self.url)

    def _part(self, name: str, command: list[str], address: str = "") -> Part:
        return Part(name, command, self.folder / "log" / f"{name}.log", address=address)

    def _application(self, number: int) -> Part:
        port = str(self.port + 1 + number)
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port,
            "--workers", "1", "--blocking-threads", "2", "--log-level", "warning", "portal.wsgi:application",
        ]  # fmt: skip
        return self._part(f"application-{number + 1}", command, f"http://127.0.0.1:{port}")

    @property
    def processes(self) -> list[Part]:
        """What is started once the database is there."""
        return [*self.applications, self.worker, self.edge]

    def environment(self, address: str = "") -> dict[str, str]:
        """Return what the parts read; `address` of the database when it is not the usual one."""
        return {
            "DJANGO_SETTINGS_MODULE": "portal.settings", "DATABASE_URL": address or self.given or self.address(),
            "GAITWAY_VAR": str(self.folder), "SITE_URL": self.url, "TRUSTED_PROXIES": "1", "DEBUG": "0",
            "KEEP_PAGES": "1", "SECRET_KEY": self._secret(),
        }  # fmt: skip

    def _secret(self) -> str:
        path = self.folder / "secret-key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50))
        return path.read_text()

    def address(self) -> str:
        """Return the address of the site's own database."""
        return self.postgresql.url(self.database)

    def prepare(self) -> str:
        """Start the database; bring it, files and configuration to where the code is; return what there is to say."""
        if shutil.which("nginx") is None:
            raise MissingError(NGINX_MISSING)
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.given:
            self.postgresql.start()
            there = self.postgresql.sql("SELECT datname FROM pg_database")
            if (self.database,) not in there:
                self.postgresql.sql(f'CREATE DATABASE "{self.database}"')
        said = self.command([sys.executable, "tools/run.py", "--prepare"])
        self.configure()
        return said

    def command(self, words: list[str], **extra: str) -> str:
        """Run one of the project's commands as the parts would; return what it printed, RuntimeError when it failed."""
        environment = {**os.environ, **self.environment(), **extra}
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words[1:])} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
        return done.stdout

    def manage(self, *words: str, **extra: str) -> str:
        """Run one of Django's commands."""
        return self.command([sys.executable, "manage.py", *words], **extra)

    def configure(self) -> None:
        """Write the configuration of the web server."""
        places = [part.address.removeprefix("http://") for part in self.applications]
        site = self.manage("write_nginx", "--listen", f"127.0.0.1:{self.port}", "--application", *places)
        folders = "".join(
            f"{kind}_temp_path {self.folder}/nginx/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx").mkdir(exist_ok=True)
        (self.folder / "nginx.conf").write_text(
            f"{_user()}worker_processes 2;\ndaemon off;\npid {self.folder}/nginx.pid;\nerror_log stderr warn;\n"
            f"events {{ worker_connections 1024; }}\nhttp {{\ninclude {_types()};\n{folders}{site}\n}}\n"
        )

    def lead_past(self, part: Part | None) -> None:
        """Let the web server ask every process of the application but one: that one is about to end, or starting."""
        conf = self.folder / "nginx.conf"
        text = conf.read_text().replace(" down;", ";")
        if part is not None:
            place = re.escape(part.address.removeprefix("http://"))
            text = re.sub(rf"(server {place} [^;]*);", r"\1 down;", text)
        conf.write_text(text)
        first = int((self.folder / "nginx.pid").read_text())
        workers = _children(first)
        os.kill(first, signal.SIGHUP)
        # until a worker has heard of it, it leads people to a process that is about to end
        until(lambda: not any(map(_takes_connections, workers)), 20, "The web server does not take it in.", every=0.05)
        time.sleep(LED)

    def start(self, *, address: str = "") -> None:
        """Start every part and wait until each answers; TimeoutError says which does not."""
        for part in self.processes:
            part.environment = self.environment(address)
            part.start()
        for part in [*self.applications, self.edge]:
            self.wait_for(part)

    def wait_for(self, part: Part) -> None:
        """Wait until a part answers: at an address that needs no database and that nobody can withdraw."""

        def answers() -> bool:
            if not part.runs:
                raise RuntimeError(f"{part.name} ended:\n{part.said()}")
            return status(f"{part.address}{ALWAYS}") == 200  # noqa: PLR2004

        until(answers, READY_SECONDS, f"{part.name} does not answer.")

    def stop(self) -> None:
        """Stop everything that was started here, readers' part first."""
        for part in reversed(self.processes):
            part.stop()
        if not self.given:
            self.postgresql.stop()

    def table(self) -> str:
        """Return the parts with address, process and state."""
        return "\n".join(f"  {name:<15} {where:<44} {pid:>8}  {state}" for name, where, pid, state in self._rows())

    def _rows(self) -> Iterator[tuple[str, str, str, str]]:
        yield "part", "address", "process", "state"
        if self.given:
            yield "postgresql", "as DATABASE_URL says", "-", "not ours"
        else:
            yield "postgresql", self.postgresql.socket, str(self.postgresql.pid), _state(runs=self.postgresql.runs)
        for part in self.processes:
            yield part.name, part.address or "-", str(part.pid or "-"), _state(runs=part.runs)


def status(url: str) -> int:
    """Return the status of an answer; 0 when there is none."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _takes_connections(worker: int) -> bool:
    """Whether a process of nginx takes new connections still; one that goes says so in its name."""
    try:
        said = Path(f"/proc/{worker}/cmdline").read_bytes()
    except OSError:
        return False
    return bool(said) and b"shutting down" not in said


def _state(*, runs: bool) -> str:
    return "runs" if runs else "STOPPED"


def _user() -> str:
    """Return the line that lets the web server read the files of whoever starts it; needed by the superuser alone."""
    return "user root;\n" if os.geteuid() == 0 else ""


def _types() -> str:
    found = [path for path in ("/etc/nginx/mime.types", "/usr/local/etc/nginx/mime.types") if Path(path).is_file()]
    if not found:
        raise MissingError("The list of file types of nginx (mime.types) is not here.")
    return found[0]
