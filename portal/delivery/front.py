"""Answers of released pages before Django is asked: no query, no middleware, some hundredths of a millisecond.

Only what is the same for everybody is answered here. Everything else goes on to Django: another method, a query, a
session cookie, a host that is not ours, an address that is not kept.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http.request import validate_host

from portal.delivery.renderings import marks_of
from portal.delivery.store import BLIND, Kept, Store

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
HOSTS = 64


@dataclass(frozen=True)
class Ready:
    """An answer ready to be sent, by encoding."""

    mark: tuple[int, int, int]
    until: float | None
    files: dict[str, list[int]]
    paths: tuple[Path, ...]
    answers: dict[str, tuple[Headers, Headers, bytes]]
    size: int


class Front:
    """A WSGI application before another one."""

    def __init__(self, application: Application, store: Store, *, started: Callable[[], None] = lambda: None) -> None:
        self.application, self.store, self.started = application, store, started
        self._ready: OrderedDict[str, Ready] = OrderedDict()
        self._size = 0
        self._hosts: set[str] = set()
        self._cookie = f"{settings.SESSION_COOKIE_NAME}="
        self._asked = (0.0, False)
        # how many answers came from here; `portal.observe.metrics` takes it over, so that counting costs nothing here
        self.hits = 0

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        self.started()
        if self._is_for_everybody(environ) and (ready := self._get(environ["PATH_INFO"])) is not None:
            self.hits += 1
            return self._send(ready, environ, start_response)
        return self.application(environ, start_response)

    def _is_for_everybody(self, environ: Environ) -> bool:
        """Whether the answer is the same whoever asks."""
        return (
            environ["REQUEST_METHOD"] in {"GET", "HEAD"}
            and not environ.get("QUERY_STRING")
            and self._cookie not in environ.get("HTTP_COOKIE", "")
            and self._is_ours(environ.get("HTTP_HOST", ""))
            and (not settings.SECURE_SSL_REDIRECT or self._is_secure(environ))
        )

    def _is_ours(self, host: str) -> bool:
        if host in self._hosts:
            return True
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if not validate_host(name.lower(), settings.ALLOWED_HOSTS):
            return False
        if len(self._hosts) < HOSTS:
            self._hosts.add(host)
        return True

    @staticmethod
    def _is_secure(environ: Environ) -> bool:
        header, value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
        return environ.get(header) == value if header else environ.get("wsgi.url_scheme") == "https"

    def _get(self, path: str) -> Ready | None:
        """Return the answer for an address while it holds; looks at its file each time."""
        mark = self.store.mark(path)
        if mark is None:
            self._forget(path)
            return None
        ready = self._ready.get(path)
        if ready is None or ready.mark != mark:
            ready = self._read(path, mark)
        if ready is None or (ready.until is not None and time.time() >= ready.until) or not self._sees():
            return None
        if ready.files and marks_of(ready.paths) != ready.files:
            return None
        return ready

    def _sees(self) -> bool:
        """Whether the database was asked lately enough; looked up once a second."""
        now = time.monotonic()
        if now - self._asked[0] > 1:
            self._asked = (now, time.time() - self.store.asked_at < BLIND)
        return self._asked[1]

    def _read(self, path: str, mark: tuple[int, int, int]) -> Ready | None:
        self._forget(path)
        try:
            kept = self.store.read(path)
        except ValueError:
            return None
        if kept is None or self.store.mark(path) != mark:
            return None
        ready = ready_of(kept, mark)
        self._ready[path] = ready
        self._size += ready.size
        while self._size > settings.KEEP_PAGES_BYTES and self._ready:
            self._size -= self._ready.popitem(last=False)[1].size
        return ready

    def _forget(self, path: str) -> None:
        if (ready := self._ready.pop(path, None)) is not None:
            self._size -= ready.size

    def _send(self, ready: Ready, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        name = "br" if "br" in accepted and "br" in ready.answers else "gzip" if "gzip" in accepted else ""
        whole, short, body = ready.answers[name]
        if self._is_known(environ, short):
            start_response("304 Not Modified", short)
            return [b""]
        start_response("200 OK", whole)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    @staticmethod
    def _is_known(environ: Environ, headers: Headers) -> bool:
        """Whether who asks has this answer already."""
        if (tags := environ.get("HTTP_IF_NONE_MATCH")) is not None:
            return headers[0][1] in tags or tags.strip() == "*"
        return environ.get("HTTP_IF_MODIFIED_SINCE") == headers[1][1]


def held(store: Store, path: str) -> Kept | None:
    """Return the answer for an address while it holds: what the front would send, read anew."""
    try:
        kept = store.read(path) if store.mark(path) is not None else None
    except ValueError:
        return None
    if kept is None or (kept.until is not None and time.time() >= kept.until) or time.time() - store.asked_at >= BLIND:
        return None
    return kept if marks_of(map(Path, kept.files)) == kept.files else None


def ready_of(kept: Kept, mark: tuple[int, int, int]) -> Ready:
    """Return an answer ready to be sent."""
    answers = {}
    for name, body in kept.bodies.items():
        tag = f'"{kept.etag}{"-" + name if name else ""}"'
        short = [("ETag", tag), ("Last-Modified", formatdate(kept.made_at, usegmt=True)), *kept.headers.items()]
        coded = [("Content-Encoding", name)] if name else []
        answers[name] = ([*short, *coded, ("Content-Length", str(len(body)))], short, body)
    return Ready(mark, kept.until, dict(kept.files), tuple(map(Path, kept.files)), answers, kept.size)
