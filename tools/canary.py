"""Looks for what readers answered: `python tools/canary.py [--database sqlite|postgresql]` (`make canary`).

The site runs as in earnest: database, application server with two processes, nginx with the written configuration,
error mails on. Readers go through it with words that exist nowhere else: to the end, halfway, with an error in every
step, with a refused form, while the database refuses and while the application is gone, in Chromium with and without
JavaScript. Then every file that any of them wrote is searched, packed ones and every usual encoding included. First of
all the search itself is tried on planted words. Ends with 3 when something was found that need not be.
"""

import argparse
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from canary_readers import Readers, aborted, browsers, errors, normal, refused
from canary_sinks import collector, keep_counts, nothing_came
from postgres import DEFAULT as CLUSTER  # beside this file, not a package
from postgres import start as start_postgresql

from tests import canaries

# A browser without JavaScript keeps the last form of each tab, to show the page again after a crash: only the check's
# script prevents it, and the page on privacy says so.
KNOWN = ("Sessions",)
# What a run ends with that has found something; 1 is a run that broke off.
FOUND = 3


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """Give the address of a copy of the starter content."""
    from tests import database as templates  # noqa: PLC0415  # after Django's start

    kept = templates.store()
    with templates.fresh_copy(kept, templates.ready(kept), "canary") as made:
        from django.db import connection  # noqa: PLC0415  # the same

        connection.close()
        if name == "sqlite":
            shutil.copyfile(made, folder / "site.sqlite3")
            yield f"sqlite:///{folder / 'site.sqlite3'}"
            return
        with connection.cursor() as cursor:
            for line in (ROOT / "deploy/postgresql/gaitway.conf").read_text().splitlines():
                if line and not line.startswith("#"):
                    key, _, value = line.partition(" = ")
                    cursor.execute(f"ALTER DATABASE \"{made}\" SET {key} = '{value}'")
        connection.close()
        base, _, rest = os.environ["DATABASE_URL"].partition("?")
        yield f"{base.rpartition('/')[0]}/{made}" + (f"?{rest}" if rest else "")


def database_refuses(readers: Readers, address: str) -> None:
    """Search while PostgreSQL refuses every search: its own log would quote each."""
    import psycopg  # noqa: PLC0415  # only where it is needed

    with psycopg.connect(address, autocommit=True) as line:
        line.execute("ALTER TABLE portal_searchentry RENAME TO portal_searchentry_away")
        for _ in range(12):
            readers.send("GET", f"/search/?q={urllib.parse.quote(readers.word() + ' calf pain at night')}")
            readers.post("/check/calf/", {"go": "begin", "who": readers.word()})
        line.execute("ALTER TABLE portal_searchentry_away RENAME TO portal_searchentry")
        line.execute("CHECKPOINT")


class Site:
    """The processes of a site, with everything that they write below one folder."""

    def __init__(self, folder: Path, address: str, traces: str) -> None:
        self.folder, self.nginx = folder, None
        app, edge = _free_port(), _free_port()
        self.app, self.edge = f"127.0.0.1:{app}", f"127.0.0.1:{edge}"
        (folder / "tmp").mkdir()
        self.environment = {key: value for key, value in os.environ.items() if key != "GAITWAY_DATABASE_NAME"} | {
            "DJANGO_SETTINGS_MODULE": "tests.canary_settings", "DATABASE_URL": address, "GAITWAY_VAR": str(folder),
            "SITE_URL": f"http://127.0.0.1:{edge}", "DEBUG": "0", "SECRET_KEY": "for this run only",
            "LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json" if address.startswith("postgres") else "line",
            "OTEL_EXPORTER_OTLP_ENDPOINT": traces, "OTEL_BSP_SCHEDULE_DELAY": "500",
            "TMPDIR": str(folder / "tmp"), "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        for words in (["collectstatic", "--noinput", "-v0"], ["write_artefacts", "-v0"]):
            subprocess.run([sys.executable, "-W", "ignore", ROOT / "manage.py", *words], cwd=folder, check=True,
                           env=self.environment)  # fmt: skip
        self.log = (folder / "server.log").open("wb")
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(app),
                   "--workers", "2", "--blocking-threads", "4", "--access-log", "--log-level", "debug",
                   "--respawn-failed-workers", "portal.wsgi:application"]  # fmt: skip
        self.server = subprocess.Popen(
            command,
            cwd=folder,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        _until_up(f"http://{self.app}/check/", self.server)

    def start_nginx(self) -> None:
        """Start nginx with the written configuration; what it would put into a file for a while fails instead."""
        command = [sys.executable, "-W", "ignore", ROOT / "manage.py", "write_nginx", "--listen", self.edge,
                   "--application", self.app]  # fmt: skip
        made = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        )
        spool = self.folder / "spool"
        conf = self.folder / "nginx.conf"
        places = "".join(f"{kind}_temp_path {spool}/{kind};" for kind in
                         ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
        spool.mkdir()
        conf.write_text(
            f"worker_processes 1; daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log debug;"
            f" user root; events {{ worker_connections 64; }}\nhttp {{ {places}"
            f" access_log {self.folder}/access.log;\n{made.stdout}\n}}\n"
        )
        self.nginx = subprocess.Popen(
            ["nginx", "-e", f"{self.folder}/nginx.log", "-c", str(conf)], start_new_session=True
        )
        _until_up(f"http://{self.edge}/check/", self.nginx)
        for place in [*spool.iterdir()]:
            shutil.rmtree(place)
            place.write_text("no folder")

    def abort(self) -> None:
        """Let every worker of the application end as if it had crashed."""
        for pid in Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGABRT)

    def stop(self) -> None:
        """End what runs."""
        for process in filter(None, (self.nginx, self.server)):
            self.end(process)
        self.log.close()

    @staticmethod
    def end(process: Any) -> None:
        """End a process and its children; by force when it waits for children that have crashed."""
        for way in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, way)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
                return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_up(url: str, process: Any) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310  # our own
            return
        time.sleep(0.2)
    raise RuntimeError(f"{url} does not answer.")


def try_the_search() -> int:
    """Plant every canary in every spelling and find each; return how many there were."""
    of = canaries.stem()
    for name, spelling in canaries.SPELLINGS.items():
        for word in canaries.canaries(of):
            if not any(canaries.in_bytes(b"\0" * 9 * (name not in {"deflate", "brotli", "zip"}) + spelling(word), of)):
                raise SystemExit(f"The search does not find {word!r} as {name}.")
    return len(canaries.SPELLINGS) * canaries.COUNT


def run(name: str) -> int:
    """Run everything on one database; return how much was found that need not be."""
    import django  # noqa: PLC0415  # the environment is complete only now

    django.setup()
    of = canaries.stem()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # as deploy/systemd does; every process below takes it over
    with tempfile.TemporaryDirectory(prefix="canary-") as made, database(name, Path(made)) as address:
        folder = Path(made)
        with collector(folder / "traces") as traces:
            site = Site(folder, address, traces)
            try:
                print(f"\n{name}: what was sent")
                for phase, readers in _phases(site, name, address, canaries.canaries(of)):
                    print(
                        f"  {phase:42} {readers.sent:5} requests  {dict(sorted(readers.statuses.items()))}", flush=True
                    )
            finally:
                site.stop()
        if empty := nothing_came(folder):
            raise SystemExit(f"Nothing came to {', '.join(empty)}: nothing was looked at there.")
        return report({"site, logs, counts, traces, mails, pages, nginx": [folder], **_elsewhere(name)}, folder, of)


def _elsewhere(name: str) -> dict[str, list[Path]]:
    return {"PostgreSQL: data, pg_wal, log": [CLUSTER]} if name == "postgresql" else {}


def _phases(site: Site, name: str, address: str, words: list[str]) -> Iterator[tuple[str, Readers]]:
    """Send everything; gives what was sent, part by part."""
    places = [("application", f"http://{site.app}")]
    if shutil.which("nginx"):
        site.start_nginx()
        places.append(("nginx", f"http://{site.edge}"))
    else:
        print("  nginx is not here: nothing was sent through it.")
    for where, url in places:
        for phase in (normal, aborted, errors, refused):
            phase(readers := Readers(url, words))
            yield f"{phase.__name__}, to the {where}", readers
            keep_counts(f"http://{site.app}", site.folder / "metrics.txt")
    if name == "postgresql":
        database_refuses(readers := Readers(places[-1][1], words), address)
        yield "while the database refuses", readers
    if shutil.which("chromium"):
        browsers(readers := Readers(places[-1][1], words), site.folder)
        yield "in Chromium, with JavaScript and without", readers
    else:
        print("  Chromium is not here: no profile of a browser was looked at.")
    site.abort()
    normal(readers := Readers(places[-1][1], words))
    yield "right after every worker had crashed", readers
    site.end(site.server)
    if site.nginx:
        normal(readers := Readers(places[-1][1], words))
        refused(readers)
        yield "while the application is gone", readers


def report(places: dict[str, list[Path]], folder: Path, of: str) -> int:
    """Search everything that was written; print what was found, return how much of it need not be there."""
    bad = 0
    for place, folders in places.items():
        files = canaries.below(*folders)
        hits = canaries.in_files(files, of)
        known = [hit for hit in hits if set(KNOWN) & set(hit.path.parts) and "profile-without" in str(hit.path)]
        found = [hit for hit in hits if hit not in known]
        size = sum(path.stat().st_size for path in files if path.exists()) / 1e6
        print(
            f"  {place}: {len(files)} files, {size:.0f} MB: {len(found)} traces"
            + (f" (and {len(known)} in the session files of the browser without JavaScript)" if known else "")
        )
        for hit in found[:20]:
            print(f"    {hit.path.relative_to(folders[0])}: {hit.spelling}: {hit.around}")
        bad += len(found)
    if cores := [path for path in folder.rglob("core*") if path.is_file() and path.suffix in {"", ".dump"}]:
        print(f"  core files: {cores}")
        bad += len(cores)
    return bad


def main() -> int:
    """Run on each database in a process of its own; 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        return FOUND if run(chosen.one) else 0
    print(f"The search finds {try_the_search()} of {len(canaries.SPELLINGS) * canaries.COUNT} planted words.")
    codes = []
    for name in chosen.database or ["sqlite", "postgresql"]:
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings_test"}
        if name == "postgresql":
            environment["DATABASE_URL"] = start_postgresql()
        command = [sys.executable, "-W", "ignore", __file__, "--one", name]
        codes.append(subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode)
    told = "Traces were found." if FOUND in codes else "A run broke off." if any(codes) else "No trace of any answer."
    print(f"\n{told}")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
