"""Asks Lighthouse about one page of each type: `make lighthouse`.

Fails below 100, when something on the screen moves while a page loads, and when a page weighs too much.

The site runs as in earnest, on a copy of the starter content. A question and a result of a check come by POST, so they
are looked at as they stand in the browser: what Lighthouse says of speed needs an address of its own. A page that asks
not to be listed has no marks for being found: of it, everything else is asked.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings_test"
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from django.apps import apps
from django.db import connection

from review.models import ReviewedPage
from tests import database

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PORT = 8476
BASE = f"http://127.0.0.1:{PORT}"
CHECK = "/check/calf/"
# What is asked again, so often at most and after so many seconds, is speed: it varies with what the machine does.
FULL, TRIES, PAUSE = 1, 6, 5
# How far what is on the screen may move while the page loads (a share of the screen), and bytes on the wire.
MOST_SHIFT, MOST_BYTES = 0.0, 150_000
# They ask search engines not to list them.
HIDDEN = {"one-page sheet of a check", "paper sheet of a check", "search"}
READY_SECONDS = 120
# Pages that are not Wagtail pages of their own.
BESIDES = {"one-page sheet of a check": "on-one-page/", "paper sheet of a check": "paper/", "accuracy": "accuracy/"}


def pages() -> list[dict[str, str]]:
    """Return the address of one released page of each public type, and of the other screens that readers see."""
    models = [model for model in apps.get_models() if issubclass(model, ReviewedPage)]
    first = [page for model in models if (page := model.objects.live().order_by("-pk").first())]
    found = [{"name": str(page._meta.verbose_name), "path": page.relative_url(page.get_site())} for page in first]
    found += [{"name": name, "path": CHECK + rest} for name, rest in BESIDES.items()]
    found.append({"name": "search", "path": "/search/?q=cramp"})
    return found


@contextmanager
def serving(folder: Path) -> Iterator[list[dict[str, str]]]:
    """Serve a copy of the starter content as `make run` does; gives the pages to look at."""
    kept = database.store()
    with database.fresh_copy(kept, database.ready(kept), "lighthouse") as name:
        wanted = pages()
        connection.close()
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings", "DATABASE_URL": f"sqlite:///{name}", "SITE_URL": BASE,
            "GAITWAY_VAR": str(folder), "DEBUG": "0", "SECRET_KEY": "for this measurement only",
        }  # fmt: skip
        for words in (["collectstatic", "--noinput", "-v0"], ["write_artefacts", "-v0"]):
            subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT),
                   "--blocking-threads", "2", "--log-level", "warning", "portal.wsgi:application"]  # fmt: skip
        server = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        try:
            _warm([page["path"] for page in wanted])
            yield wanted
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


def _warm(paths: list[str]) -> None:
    """Wait until the server answers, then let it make each page once, as readers find it."""
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{BASE}/robots.txt", timeout=5).close()  # noqa: S310  # our own
            break
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
    for path in paths:
        urllib.request.urlopen(BASE + path, timeout=30).close()  # noqa: S310  # our own


@contextmanager
def lighthouse() -> Iterator[Callable[[dict[str, str]], list[dict[str, Any]]]]:
    """Start Lighthouse and a browser once: both are slow until they have run for a while. Gives what asks about one."""
    with subprocess.Popen(
        ["node", "measure.mjs"], cwd=HERE, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as node:
        told, heard = node.stdin, node.stdout
        if told is None or heard is None:
            raise RuntimeError("No way to talk to node.")
        told.write(json.dumps({"base": BASE, "chromium": CHROMIUM}) + "\n")

        def ask(wanted: dict[str, str]) -> list[dict[str, Any]]:
            told.write(json.dumps(wanted) + "\n")
            if not (line := heard.readline()):
                raise RuntimeError("Lighthouse did not finish.")
            return json.loads(line)

        yield ask
        told.close()
    if node.returncode:
        raise RuntimeError("Lighthouse did not end well.")


def faults(row: dict[str, Any]) -> list[str]:
    """Return what is below the budget."""
    if row["error"]:
        return [row["error"]]
    scores = {name: score for name, score in row["scores"].items() if name != "seo" or row["name"] not in HIDDEN}
    found = [f"{name} {100 * (score or 0):.0f}" for name, score in scores.items() if (score or 0) < FULL]
    if (row["shift"] or 0) > MOST_SHIFT:
        found.append(f"moves by {row['shift']:.3f}")
    if (row["bytes"] or 0) > MOST_BYTES:
        found.append(f"{row['bytes']:.0f} bytes")
    return [*found, *row["failed"]] if found else []


def line(row: dict[str, Any]) -> str:
    """Return a row of the table."""
    scores = " / ".join(f"{100 * score:.0f}" if score is not None else "–" for score in row["scores"].values())
    weight = f"{row['bytes'] / 1000:.0f} kB" if row["bytes"] else "–"
    return f"{row['name']:<36} {scores:<22} {weight:>7}  {'; '.join(faults(row)) or 'ok'}"


def main() -> int:
    """Measure all; what misses its budget is asked again, for speed on a busy machine varies; print the table."""
    if CHROMIUM is None or shutil.which("node") is None:
        print("Lighthouse needs Node and Chromium; one of them is not on this machine. Nothing was measured.")
        return 3
    print(f"{'page':<36} {'speed/access/practice/found':<22}")
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as wanted, lighthouse() as ask:
        left = [*wanted, {"check": CHECK}]
        for attempt in range(1, TRIES + 1):
            again = []
            for one in left:
                rows = ask(one)
                if any(faults(row) for row in rows):
                    again.append(one)
                if one not in again or attempt == TRIES:
                    print("\n".join(map(line, rows)), flush=True)
            left = again
            if not left:
                return 0
            time.sleep(PAUSE if attempt < TRIES else 0)
    return 1


if __name__ == "__main__":
    sys.exit(main())
