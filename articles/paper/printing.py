"""The way to the press: one process that stands by, asked over pipes; nothing is written on the way."""

import contextlib
import ctypes
import json
import os
import re
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.utils.translation import gettext

from articles.paper import press

STYLE = Path(__file__).with_name("style")
KINDS = {
    ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}  # fmt: skip
# What has to be on the machine, by Debian's name and the library's.
LIBRARIES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
    "libfontconfig1": "libfontconfig.so.1",
}
PIECE = 1 << 16
# Fonts may have to be looked for before the first job.
TO_START = 20


class NotPrintedError(RuntimeError):
    """The press could not print a page, or not within its limits."""


class BusyError(NotPrintedError):
    """The press is printing something else at this moment."""


@dataclass(frozen=True)
class Job:
    """A page to print: its HTML, the pictures it shows by their path, and the two lines at the foot of each sheet."""

    html: bytes
    foot: str
    made: str
    pictures: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)


def missing() -> list[str]:
    """Return what the machine lacks for printing, as names that its administrator can install."""
    found = [] if find_spec("weasyprint") else ["weasyprint (requirements.txt)"]
    for package, library in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            found.append(package)
    return found


class Press:
    """One press; prints one page at a time. `seconds` of processor time and `memory` in MB for each page."""

    def __init__(self, *, seconds: int, memory: int) -> None:
        self.seconds, self.memory = seconds, memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def to_pdf(self, job: Job, *, wait: bool) -> bytes:
        """Return a page as PDF; raises BusyError at once when `wait` is not given, NotPrintedError when it fails."""
        if not self._lock.acquire(blocking=wait):
            raise BusyError
        try:
            return self._ask(_framed(job, seconds=self.seconds, memory=self.memory))
        except (OSError, ValueError) as error:
            self.stop()
            raise NotPrintedError(type(error).__name__) from None
        finally:
            self._lock.release()

    def stop(self) -> None:
        """End the process; the next page starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, framed: bytes) -> bytes:
        process = self._running()
        jobs, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        jobs.write(framed)
        jobs.flush()
        end = time.monotonic() + TO_START + 4 * self.seconds
        buffer = bytearray()
        while b"\n" not in buffer:
            buffer += _some(answers, end)
        line, _, rest = bytes(buffer).partition(b"\n")
        head = json.loads(line)
        pdf = bytearray(rest)
        while len(pdf) < head["pdf"]:
            pdf += _some(answers, end)
        if not pdf:
            raise NotPrintedError(head["error"])
        return bytes(pdf)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.stop()
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  # our own file
                [sys.executable, "-I", press.__file__],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_surroundings(), cwd="/",
            )  # fmt: skip
        return self._process


def _surroundings() -> dict[str, str]:
    """Return the environment of the press: nothing of ours but a place where fonts are remembered."""
    place = Path(settings.VAR_DIR) / "fonts"
    with contextlib.suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
    return {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "XDG_CACHE_HOME": str(place)}


def _some(answers: IO[bytes], end: float) -> bytes:
    """Return the next bytes; OSError when none come in time or the press has ended."""
    ready, _, _ = select.select([answers], [], [], max(0.0, end - time.monotonic()))
    data = os.read(answers.fileno(), PIECE) if ready else b""
    if not data:
        raise OSError
    return data


def _framed(job: Job, *, seconds: int, memory: int) -> bytes:
    assets = {**_style(), **job.pictures}
    head: dict[str, Any] = {
        "site": settings.SITE_URL, "html": len(job.html), "seconds": seconds, "memory": memory,
        "variables": {"foot": job.foot, "made": job.made, **_words()},
        "assets": [[address, kind, len(data)] for address, (kind, data) in assets.items()],
    }  # fmt: skip
    return json.dumps(head).encode() + b"\n" + job.html + b"".join(data for _, data in assets.values())


def _words() -> dict[str, str]:
    """Return the words that the style sheet adds, in the language that is being printed."""
    page, of, pages = re.split(r"%\(\w+\)s", gettext("Page %(number)s of %(all)s"))
    return {"page": page, "of": of, "pages": pages, "sources": gettext("Sources:")}


def _style() -> dict[str, tuple[str, bytes]]:
    folder = press.STYLE.rpartition("/")[0]
    return {f"{folder}/{one.name}": (KINDS[one.suffix], one.read_bytes()) for one in sorted(STYLE.iterdir())}
