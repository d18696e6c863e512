"""Prints how fast pages are served: `python tools/bench_serving.py [--write] [--seconds N]`.

The site runs as in earnest: PostgreSQL, two processes of the application, alone and with nginx before them. All this is
compared, in turns, with nginx answering the same bytes from a file, and a page that is not kept in memory with a guide
of the same words on a plain Wagtail site (`tools/plain_wagtail`). What has no nginx or wrk here is left out and said
so. `--write` keeps the figures in docs/bench/serving.json.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from postgres import start as start_postgresql  # beside this file, not a package

os.environ.setdefault("DATABASE_URL", start_postgresql())
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings_test"

import django

django.setup()

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from serving_site import APP, EDGE, GUIDE, Processes, cpu_seconds, fetch, origin, running  # the same

from articles.blocks.references import references_of
from articles.editing.page_text import page_text
from articles.models import GuidePage
from tests import database

OUT = ROOT / "docs" / "bench" / "serving.json"
CHECK = "/check/calf/"
ROUNDS, STEP_ROUNDS = 3, 5
CONNECTIONS = (1, 8)
STEP_CONNECTIONS = (8, 16, 32)
# So many pages through the web server, for each that it serves from a file, at so many connections.
EDGE_LEAST = {1: 0.8, 8: 0.6}
KB = 1024
# Compressed bytes on the wire, by what is asked for.
SIZES = {GUIDE: 60 * KB, CHECK: 30 * KB}
LIMITS = {"css": 12 * KB, "js": 8 * KB}
REQUEST = "Accept-Encoding: gzip"


def plain_site() -> dict[str, Any]:
    """Return what a guide of the same words costs on a plain Wagtail site."""
    guide = GuidePage.objects.get(slug="calf-soreness")
    paragraphs = [line for line in page_text(guide).splitlines() if len(line.split()) > 3]  # noqa: PLR2004
    parts = [(model.objects.get(pk=pk).title, "Some words.") for model, pk in sorted(references_of([guide]), key=str)]
    given = json.dumps({"paragraphs": paragraphs, "parts": parts})
    command = [sys.executable, "-W", "ignore", "tools/plain_wagtail/measure.py"]
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def not_in_memory() -> dict[str, Any]:
    """Return what a guide costs that this process has never answered: kept at release, found in the database."""
    with tempfile.TemporaryDirectory() as folder, override_settings(KEEP_PAGES=True, PAGES_DIR=Path(folder)):
        client = Client()
        answer = client.get(GUIDE)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(GUIDE)
        queries, times = len(asked), []
        for _ in range(40):
            begun = time.process_time()
            client.get(GUIDE)
            times.append(1000 * (time.process_time() - begun))
        return {"cpu_ms": statistics.median(times), "queries": queries, "bytes": len(answer.content)}


def load(url: str, connections: int, seconds: int, script: Path | None = None) -> dict[str, float]:
    """Ask one address again and again; requests a second, and milliseconds of the median and the slowest 1 %."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", REQUEST]
    command += [f"-s{script}"] if script else []
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    total = re.search(r"(\d+) requests in", said)
    if rate is None or total is None:
        raise RuntimeError(said)
    slow = {name: _milli(said, name) for name in ("50%", "99%")}
    return {"rate": float(rate[1]), "requests": float(total[1]), "p50": slow["50%"], "p99": slow["99%"]}


def _milli(said: str, name: str) -> float:
    found = re.search(rf"{name}\s+([\d.]+)(us|ms|s)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


class _Form(HTMLParser):
    """The fields of a form as a browser would send them: hidden ones, and the last answer to each question."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.answers: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a field."""
        given = dict(attrs)
        if tag in ("input", "button") and given.get("name"):
            chosen = given.get("type") in ("radio", "checkbox")
            self.answers |= {str(given["name"])} if chosen else set()
            if chosen or given.get("type") == "hidden":
                self.fields[str(given["name"])] = str(given.get("value") or "")


def step_script(folder: Path, url: str) -> Path:
    """Return a script for wrk that posts the answers to the first questions of a check, as a browser does."""
    begun = _Form(fetch(url).decode())
    asked = _Form(fetch(url, begun.fields).decode())
    if not asked.answers:
        raise RuntimeError("The check asks nothing.")
    asked.fields["go"] = "next"
    following = _Form(fetch(url, asked.fields).decode())
    if not following.fields.keys() - asked.fields.keys():
        raise RuntimeError("The answers lead nowhere.")
    script = folder / "step.lua"
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = "{urllib.parse.urlencode(asked.fields)}"\n'
        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
        f'wrk.headers["Origin"] = "{origin(url)}"\n'
    )
    return script


def rates(seconds: int) -> list[dict[str, Any]]:
    """Return requests a second of the application, of nginx before it, and of nginx with a plain file, in turns."""
    where = {
        "application": f"http://127.0.0.1:{APP}{GUIDE}",
        "edge": f"http://127.0.0.1:{EDGE}{GUIDE}",
        "file": f"http://127.0.0.1:{EDGE + 1}/page.html",
    }
    rows = []
    for count in CONNECTIONS:
        found: dict[str, list[float]] = {name: [] for name in where}
        for _ in range(ROUNDS):
            for name, url in where.items():
                found[name].append(load(url, count, seconds)["rate"])
        row: dict[str, Any] = {"connections": count}
        for name, values in found.items():
            row[name] = round(statistics.median(values))
            row[f"{name}_spread"] = round(max(values) - min(values))
        for name in ("application", "edge"):
            row[f"{name}_ratio"] = round(statistics.median(found[name]) / statistics.median(found["file"]), 3)
        rows.append(row)
    return rows


def sizes(folder: Path) -> list[dict[str, Any]]:
    """Return compressed bytes of pages, and of all styles and all scripts that one of them loads."""
    rows = []
    for path, limit in SIZES.items():
        small = fetch(f"http://127.0.0.1:{APP}{path}", compressed=True)
        html = gzip.decompress(small)
        rows.append({"what": path, "bytes": len(small), "limit": limit})
        for kind, most in LIMITS.items():
            names = set(re.findall(rf'(?:href|src)="/static/([^"]+\.{kind})"', html.decode()))
            files = [(folder / "static" / name).read_bytes() for name in names]
            total = sum(len(gzip.compress(file, 9)) for file in files)
            rows.append({"what": f"{path} {kind}", "bytes": total, "limit": most})
    return rows


def step(folder: Path, site: Processes, seconds: int) -> dict[str, Any]:
    """Return what a step costs and how long the slowest take, through the web server where there is one.

    There it goes to the process that has least to do; alone, the system deals connections out to processes by chance.
    """
    url = f"http://127.0.0.1:{EDGE if site.edge else APP}{CHECK}"
    script, asked = step_script(folder, url), site.behind or site.alone
    load(url, CONNECTIONS[-1], 1, script)
    begun, begun_edge = cpu_seconds(asked), cpu_seconds(site.edge)
    rounds = {count: [load(url, count, seconds, script) for _ in range(STEP_ROUNDS)] for count in STEP_CONNECTIONS}
    total = sum(one["requests"] for many in rounds.values() for one in many)
    loads = [_in_the_middle(count, many) for count, many in rounds.items()]
    # full is the load at which most steps come out: with fewer connections the processes wait, with more the steps do
    full = max(loads, key=lambda one: one["rate"])
    return full | {
        "cpu_ms": 1000 * (cpu_seconds(asked) - begun) / total,
        "edge_cpu_ms": 1000 * (cpu_seconds(site.edge) - begun_edge) / total,
        "loads": loads,
    }


def _in_the_middle(count: int, rounds: list[dict[str, float]]) -> dict[str, Any]:
    """Return the round in the middle, by how slow its slowest are."""
    by_tail = sorted(rounds, key=lambda one: one["p99"] / one["p50"])
    slowest = [one["p99"] / one["p50"] for one in rounds]
    rate = statistics.median(one["rate"] for one in rounds)
    return by_tail[len(rounds) // 2] | {"connections": count, "rate": rate, "slowest": slowest}


def run(seconds: int) -> dict[str, Any]:
    """Measure everything; return the figures."""
    kept = database.store()
    template = database.ready(kept)
    with database.fresh_copy(kept, template, "words"):
        plain, ours = plain_site(), not_in_memory()
    figures: dict[str, Any] = {"plain": plain, "not_in_memory": ours}
    with tempfile.TemporaryDirectory() as name, running(Path(name), kept, template) as site:
        folder = Path(name)
        figures["sizes"] = sizes(folder)
        if shutil.which("wrk"):
            figures["step"] = step(folder, site, seconds)
            begun = cpu_seconds(site.alone)
            page = load(f"http://127.0.0.1:{APP}{GUIDE}", 8, seconds)
            figures["kept"] = page | {"cpu_ms": 1000 * (cpu_seconds(site.alone) - begun) / page["requests"]}
            if shutil.which("nginx"):
                figures["rates"] = rates(seconds)
    return figures


def _tail(one: dict[str, Any]) -> str:
    """Return in words how slow the slowest steps of a load were."""
    tails = ", ".join(f"{times:.1f}" for times in one["slowest"])
    slow = f"slowest 1 % {one['p99']:.1f} ms, median {one['p50']:.1f} ms (times, by rounds: {tails})"
    return f"{one['connections']} connections: {one['rate']:.0f} steps a second, {slow}."


def report(figures: dict[str, Any]) -> str:
    """Return the figures in words."""
    ours, plain = figures["not_in_memory"], figures["plain"]
    lines = [
        f"Guide, not in memory: {ours['cpu_ms']:.2f} ms, {ours['queries']} queries.",
        f"Plain Wagtail: {plain['cpu_ms']:.2f} ms, {plain['queries']} queries.",
    ]
    lines += [f"{row['what']}: {row['bytes']} bytes compressed (limit {row['limit']})." for row in figures["sizes"]]
    if step := figures.get("step"):
        kept = figures["kept"]
        lines += [
            f"Step of a check: {step['rate']:.0f} a second, {step['cpu_ms']:.2f} ms of processor.",
            f"What nginx adds: {step['edge_cpu_ms']:.2f} ms.",
            *map(_tail, step["loads"]),
            f"Kept guide from the application: {kept['cpu_ms']:.3f} ms, {kept['rate']:.0f} a second.",
        ]
    else:
        lines.append("wrk is not here: nothing was measured under load.")
    for row in figures.get("rates", []):
        lines.append(
            f"{row['connections']} connections: file {row['file']} (spread {row['file_spread']}), edge {row['edge']}"
            f" = {row['edge_ratio']}, application {row['application']} = {row['application_ratio']} requests a second."
        )
    if "rates" not in figures:
        lines.append("nginx or wrk is not here: nothing was compared with it.")
    return "\n".join(lines)


def limits(figures: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Return what is held to a limit: its name, what was measured, and the most it may be."""
    ours, plain = figures["not_in_memory"], figures["plain"]
    found: list[tuple[str, float, float]] = [(row["what"], row["bytes"], row["limit"]) for row in figures["sizes"]]
    found += [
        ("guide not in memory, queries", ours["queries"], 4),
        ("guide not in memory, ms", ours["cpu_ms"], 8),
        ("guide not in memory, share of what plain Wagtail takes", ours["cpu_ms"] / plain["cpu_ms"], 1 / 5),
    ]
    if step := figures.get("step"):
        found += [
            ("step of a check, ms", step["cpu_ms"], 1),
            ("slowest 1 % of steps, times the median", step["p99"] / step["p50"], 4),
            ("kept guide, ms", figures["kept"]["cpu_ms"], 0.3),
        ]
    for row in figures.get("rates", []):
        count = row["connections"]
        found += [
            (f"file from nginx, times the edge, {count} connections", 1 / row["edge_ratio"], 1 / EDGE_LEAST[count]),
            (f"file from nginx, times the application, {count} connections", 1 / row["application_ratio"], 1 / 0.15),
        ]
    return found


def main() -> int:
    """Measure, print, keep when asked; 1 when something passes its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seconds", type=int, default=4)
    chosen = parser.parse_args()
    figures = run(chosen.seconds)
    print(report(figures))
    if chosen.write:
        OUT.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    passed = [f"{name}: {value:.3g} (limit {most:.3g})" for name, value, most in limits(figures) if value > most]
    print(f"Too much: {'; '.join(passed)}" if passed else "Everything is within its limits.")
    return int(bool(passed))


if __name__ == "__main__":
    sys.exit(main())
