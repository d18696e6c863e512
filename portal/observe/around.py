"""Around Django, behind what answers kept pages: numbers requests, counts them, and tells the operator of the site."""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import close_old_connections

from portal.observe import health, logs, metrics, scrape, traces

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
# For this machine and its platform: whatever came through a proxy is not told.
OURS = "/-/"
PROXIED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_VIA")
JSON, TEXT = "application/json", "text/plain; version=0.0.4; charset=utf-8"
Answer = tuple[str, str, bytes]


class Around:
    """A WSGI application around another one."""

    def __init__(self, application: Application) -> None:
        self.application = traces.around(application)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        path = environ["PATH_INFO"]
        if path.startswith(OURS) and (answer := _answer(path, environ)) is not None:
            status, kind, body = answer
            length = str(len(body))
            headers = [("Content-Type", kind), ("Content-Length", length), ("Cache-Control", "no-store")]
            start_response(status, headers)
            return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]
        return self._count(path, environ, start_response)

    def _count(self, path: str, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        said = "500"

        def noting(status: str, headers: Any, *more: Any) -> Any:
            nonlocal said
            said = status[:3]
            return start_response(status, headers, *more)

        token = logs.begin_request(environ.get("HTTP_X_REQUEST_ID", ""))
        began = time.perf_counter()
        try:
            return self.application(environ, noting)
        finally:
            metrics.answered(path, said, time.perf_counter() - began)
            logs.end_request(token)


def _answer(path: str, environ: Environ) -> Answer | None:
    """Return what somebody on this machine, or of its platform, is told; None for everybody and everything else."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or any(name in environ for name in PROXIED):
        return None
    answer = ANSWERS.get(path)
    if answer is None:
        return None
    try:
        return answer()
    finally:
        close_old_connections()


def _live() -> Answer:
    wrong = health.live()
    return _said(ok=not wrong, state="stuck" if wrong else "alive", missing=wrong)


def _ready() -> Answer:
    ok, missing = health.ready()
    return _said(ok=ok, state="not ready" if not ok else "degraded" if missing else "ready", missing=missing)


def _said(*, ok: bool, state: str, missing: list[str]) -> Answer:
    status = "200 OK" if ok else "503 Service Unavailable"
    return status, JSON, json.dumps({"state": state, "missing": missing}).encode()


def _metrics() -> Answer:
    return "200 OK", TEXT, scrape.text()


ANSWERS: dict[str, Callable[[], Answer]] = {
    f"{OURS}live": _live, f"{OURS}ready": _ready, f"{OURS}metrics": _metrics,
}  # fmt: skip
