"""Prints what the gate costs: `python tools/bench_gate.py [--write]`; on the database of the tests, or DATABASE_URL's.

A page is rendered with the check at serving and, in this benchmark alone, without it, in turns. The time is that of
the processor, so that other work on the machine does not count. Exit 1 if a figure passes its limit. `--write` keeps
the figures in docs/bench/gate.json.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings_test")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site
from wagtail.views import serve

from portal.delivery.front import Front
from portal.delivery.keeper import Keeper
from portal.delivery.store import Store
from review import audit, doors, serving
from review.models import SignOff
from tests import database

OUT = ROOT / "docs" / "bench" / "gate.json"
SIGNED = 1000
SIGNED_LIMIT = 10.0
QUERIES_LIMIT = 2
SHARE_LIMIT = 10.0
ROUNDS = 15
ANSWERS = 200
PATHS = ("guides/calf-soreness", "causes/deep-vein-thrombosis", "words/muscle-cramp")


@dataclass(frozen=True)
class Row:
    """What one page costs in milliseconds, with and without the check; and when the check has forgotten all."""

    page: str
    with_check: float
    without: float
    spread: float
    first_time: float
    queries: int
    queries_without: int

    @property
    def share(self) -> float:
        """What the check adds, in per cent."""
        return 100 * (self.with_check / self.without - 1)

    @property
    def is_late(self) -> bool:
        """Whether a figure passes its limit."""
        return self.share > SHARE_LIMIT or self.queries - self.queries_without > QUERIES_LIMIT


@contextmanager
def without_the_check() -> Iterator[None]:
    """Let pages through unseen: here, to see what the check costs, and nowhere else.

    What holds for a page is read all the same: readers are told of it at the end of each page.
    """
    with (
        mock.patch.object(serving, "_is_right", return_value=True),
        mock.patch.object(serving, "_fault_inside", return_value=None),
        mock.patch.object(serving, "read_members"),
    ):
        yield


def request_of(path: str) -> Callable[[], object]:
    """Return what renders a page as a reader gets it, through Wagtail's own view and its hooks."""
    site = Site.objects.get(is_default_site=True)

    def ask() -> object:
        request = RequestFactory().get(f"/{path}/", HTTP_HOST=site.hostname)
        request.user = AnonymousUser()
        response = serve(request, path)
        response = response.render() if getattr(response, "is_rendered", True) is False else response
        if response.status_code != 200:  # noqa: PLR2004  # the page is there
            raise RuntimeError(f"{path}: {response.status_code}")
        return response

    return ask


def seconds(work: Callable[[], object]) -> float:
    """Return the processor's time for one call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def queries(work: Callable[[], object]) -> int:
    """Return how many queries one call makes."""
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def measure(path: str) -> Row:
    """Render one page in turns with and without the check."""
    ask = request_of(path)
    ask()
    found: dict[bool, list[float]] = {True: [], False: []}
    first = []
    for turn in range(ROUNDS):
        for checked in (turn % 2 == 0, turn % 2 == 1):
            if checked:
                found[True].append(seconds(ask))
            else:
                with without_the_check():
                    found[False].append(seconds(ask))
        serving._RIGHT.clear()  # as after a start of the server
        first.append(seconds(ask))
    counted = queries(ask)
    with without_the_check():
        bare = queries(ask)
    print(f"{path}: {ROUNDS} rounds", file=sys.stderr, flush=True)
    low, _, high = statistics.quantiles(found[True], n=4)
    milli = [round(1000 * statistics.median(times), 2) for times in (found[True], found[False], first)]
    return Row(path, milli[0], milli[1], round(1000 * (high - low), 2), milli[2], counted, bare)


@contextmanager
def kept_pages() -> Iterator[Callable[[str], Callable[[], object]]]:
    """Keep pages in a folder that is thrown away; gives what answers one of them as the server does, before Django."""

    def django_asked(*_: Any) -> Any:
        raise RuntimeError("A kept page is answered without Django, so without the check.")

    with TemporaryDirectory() as folder, override_settings(KEEP_PAGES=True):
        own = Keeper(Store(Path(folder)))
        own.follow()
        front = Front(django_asked, own.store)

        def answering(path: str) -> Callable[[], object]:
            if not own.fill(f"/{path}/"):
                raise RuntimeError(f"{path} is not kept.")
            host = settings.SITE_URL.partition("://")[2]
            environ = {"REQUEST_METHOD": "GET", "PATH_INFO": f"/{path}/", "HTTP_HOST": host}
            return lambda: b"".join(front(dict(environ), lambda *_: None))

        yield answering


def measure_kept(path: str) -> dict[str, Any]:
    """Answer a kept page in turns with and without the check: milliseconds for one answer, and its queries."""
    with kept_pages() as answering:
        ask = answering(path)
        ask()

        def many() -> None:
            for _ in range(ANSWERS):
                ask()

        found: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(ROUNDS):
            for checked in (turn % 2 == 0, turn % 2 == 1):
                if checked:
                    found[True].append(seconds(many))
                else:
                    with without_the_check():
                        found[False].append(seconds(many))
        milli = {name: round(1000 * statistics.median(times) / ANSWERS, 4) for name, times in found.items()}
        return {"page": path, "with_check": milli[True], "without": milli[False], "queries": queries(ask)}


def enough_sign_offs() -> None:
    """Lengthen the chain by copies of its last signature until it has as many as the limit speaks of."""
    row = SignOff.objects.latest("number")
    for number in range(SIGNED - SignOff.objects.count()):
        row.pk, row.submission_id, row._state.adding = None, -1 - number, True
        with doors.open_for():
            row.append()


def run() -> dict[str, Any]:
    """Measure everything; return the figures."""
    with transaction.atomic():
        enough_sign_offs()
    count = SignOff.objects.count()
    faults: list[str] = []
    chain = seconds(lambda: faults.extend(audit.chain_faults(SignOff)))
    whole = seconds(lambda: faults.extend(audit.faults()))
    if faults:
        raise RuntimeError(f"What is measured must be right: {faults[:3]}")
    print(f"{count} sign-offs: {chain:.2f} s; the whole audit: {whole:.2f} s", file=sys.stderr, flush=True)
    rows = [measure(path) for path in PATHS]
    kept = [measure_kept(path) for path in PATHS]
    pages = Page.objects.live().count()
    return {
        "database": connection.vendor, "rounds": ROUNDS,
        "pages": [asdict(row) | {"share": round(row.share, 1), "is_late": row.is_late} for row in rows],
        "kept": kept,
        "sign_offs": {"number": count, "seconds": round(chain, 2), "limit": SIGNED_LIMIT},
        "audit": {"pages": pages, "seconds": round(whole, 2)},
    }  # fmt: skip


def table(figures: dict[str, Any]) -> str:
    """Return the figures as a table for people."""
    lines = [
        f"| page ({figures['database']}) | without, ms | with, ms | spread, ms | adds | queries | first time, ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row['page']} | {row['without']} | {row['with_check']} | {row['spread']} | {row['share']} % |"
        f" {row['queries_without']} → {row['queries']} | {row['first_time']} |"
        for row in figures["pages"]
    ]
    lines += ["", "| kept page | without, ms | with, ms | queries |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {r['page']} | {r['without']} | {r['with_check']} | {r['queries']} |" for r in figures["kept"]]
    signed, audited = figures["sign_offs"], figures["audit"]
    verified = f"{signed['number']} sign-offs verified in {signed['seconds']} s (limit {SIGNED_LIMIT:.0f} s);"
    return "\n".join([*lines, "", f"{verified} the whole audit of {audited['pages']} pages in {audited['seconds']} s."])


def main(arguments: list[str]) -> int:
    """Measure on a database of its own, print, and keep the figures when asked; 1 when a limit is passed."""
    kept = database.store()
    template = database.ready(kept)
    with database.fresh_copy(kept, template, "bench"):
        figures = run()
    print(table(figures))
    if "--write" in arguments:
        OUT.parent.mkdir(parents=True, exist_ok=True)
        OUT.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    late = [row["page"] for row in figures["pages"] if row["is_late"]]
    late += [f"kept {row['page']}" for row in figures["kept"] if row["queries"]]
    if late:
        print(f"Over the limit: {', '.join(late)}.", file=sys.stderr)
    return int(bool(late) or figures["sign_offs"]["seconds"] > SIGNED_LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
