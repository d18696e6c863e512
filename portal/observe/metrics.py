"""Counts and times of this machine's processes. Labels are classes of addresses and numbers, never an address.

What is about the review, the worker and the database is asked for when somebody looks (`portal.observe.facts`).
"""

import os
import threading
import time
from functools import cache
from typing import Any

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from portal.observe.shared import PLACE

# Places are named by what an address begins with; whatever is not named is a page.
ROUTES = {
    "check": "check", "search": "search", "admin": "admin", "static": "static", "media": "files", "documents": "files",
    "unsafe": "concern", "ledger": "ledger", "api": "api", "feeds": "feed",
}  # fmt: skip
LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
PUBLISH_EVERY = 2.0

own = CollectorRegistry()
requests = Counter("gaitway_requests", "Requests that Django answered.", ["route", "status"], registry=own)
duration = Histogram(
    "gaitway_request_seconds", "How long Django took for them.", ["route"], buckets=SECONDS, registry=own
)
pages = Counter("gaitway_pages", "Released pages by where they were found.", ["found"], registry=own)
refusals = Counter("gaitway_gate_refusals", "Requests of the admin that the gate refused.", registry=own)
withheld = Counter("gaitway_pages_withheld", "Pages not shown because they are not what was signed.", registry=own)


@cache
def _request(route: str, status: str) -> Any:
    return requests.labels(route, status)


@cache
def _duration(route: str) -> Any:
    return duration.labels(route)


def route_of(path: str) -> str:
    """Return which class of addresses one belongs to, in whatever language."""
    first, _, rest = path[1:].partition("/")
    if first in LANGUAGES:
        first = rest.partition("/")[0]
    return ROUTES.get(first, "page")


def answered(path: str, status: str, seconds: float) -> None:
    """Count an answer. `status` is the three digits that it begins with."""
    route = route_of(path)
    _request(route, status if status.isdecimal() else "other").inc()
    _duration(route).observe(seconds)


def found(where: str) -> None:
    """Count a released page: from `memory`, from the `database`, `made` for who waits, or made `ahead` of everybody."""
    pages.labels(where).inc()


class Publisher:
    """Takes over what the fast path has counted: there a count is one addition in memory and nothing else."""

    def __init__(self, front: Any) -> None:
        self.front, self.before, self.pid = front, 0, 0

    def start(self) -> None:
        """Start the thread of this process, once."""
        if self.pid != os.getpid():
            self.pid, self.before = os.getpid(), self.front.hits
            threading.Thread(target=self._run, name="counts", daemon=True).start()

    def publish(self) -> None:
        """Take over what came since the last time."""
        now = self.front.hits
        pages.labels("memory").inc(now - self.before)
        self.before = now

    def _run(self) -> None:
        while True:
            time.sleep(PUBLISH_EVERY)
            self.publish()


def written(*collectors: Any) -> bytes:
    """Return everything in the text format of Prometheus; of all processes of this server, where they share counts."""
    registry = CollectorRegistry()
    if os.environ.get(PLACE):
        MultiProcessCollector(registry)
    else:
        registry.register(own)  # type: ignore[arg-type]  # a registry collects like a collector
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)
