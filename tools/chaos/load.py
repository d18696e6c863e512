"""Readers: questions at a fixed pace whatever the site does (an open loop), each answer compared with what is right."""

import http.client
import queue
import random
import threading
import time
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from tools.stack.smoke import Fields

TIMEOUT = 15.0
THREADS = 24
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Ask:
    """What a reader asks for, and every answer that is right."""

    path: str
    body: bytes | None
    right: frozenset[bytes]

    @property
    def what(self) -> str:
        """Say it in words."""
        return f"{'POST' if self.body is not None else 'GET'} {self.path}"


@dataclass(frozen=True)
class Answer:
    """How a question fared; `seconds` from the moment at which it was due, so that a stuck site hides nothing."""

    ask: Ask
    at: float
    seconds: float
    status: int
    right: bool


def fetch(port: int, path: str, body: bytes | None = None, *, timeout: float = TIMEOUT) -> tuple[int, bytes]:
    """Return status and bytes of one answer; status 0 when the connection fails."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    headers = {"Host": f"localhost:{port}", "Connection": "close"} | (
        {"Content-Type": FORM} if body is not None else {}
    )
    try:
        connection.request("POST" if body is not None else "GET", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def posted(fields: Fields) -> bytes:
    """Return a form as a browser sends it."""
    return urllib.parse.urlencode(fields, doseq=True).encode()


@dataclass
class Load:
    """Readers who come at a fixed rate until they are told to stop."""

    port: int
    asks: Sequence[Ask]
    rate: float
    read_as: Callable[[bytes], bytes] = bytes
    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._due: queue.Queue[tuple[float, Ask] | None] = queue.Queue()
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(THREADS)]
        self._clock = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        for thread in (*self._threads, self._clock):
            thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._ending.set()
        self._clock.join()
        for _ in self._threads:
            self._due.put(None)
        for thread in self._threads:
            thread.join(2 * TIMEOUT)

    def _tick(self) -> None:
        choose, at = random.Random(7), time.monotonic()  # noqa: S311  # the same readers in every run
        while not self._ending.is_set():
            self._due.put((at, choose.choice(self.asks)))
            at += 1 / self.rate
            time.sleep(max(0.0, at - time.monotonic()))

    def _work(self) -> None:
        while (found := self._due.get()) is not None:
            at, ask = found
            status, body = fetch(self.port, ask.path, ask.body)
            right = status == http.client.OK and self.read_as(body) in ask.right
            self.answers.append(Answer(ask, at, time.monotonic() - at, status, right))

    @property
    def failed(self) -> list[Answer]:
        """What was not answered with a page."""
        return [one for one in self.answers if one.status != http.client.OK]

    @property
    def wrong(self) -> list[Answer]:
        """What was answered with a page that is not the right one."""
        return [one for one in self.answers if one.status == http.client.OK and not one.right]

    @property
    def longest(self) -> float:
        """How long the slowest answer took, in seconds."""
        return max((one.seconds for one in self.answers), default=0.0)

    def slowest(self, share: float = 0.99) -> float:
        """Return the seconds within which so many were answered."""
        times = sorted(one.seconds for one in self.answers)
        return times[min(len(times) - 1, int(len(times) * share))] if times else 0.0
