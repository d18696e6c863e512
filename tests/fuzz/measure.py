"""Send inputs made from numbers to a target and write down what came of them."""

import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import connection, transaction

SLOWEST_QUERY = 1.0
MEMORY_MB = 300
# What an input may take of a process that sends nothing else: more ends in an error with its number, not with the
# machine. A file of 300 bytes took 13 GB before this was here.
MOST_MEMORY, LONGEST = 4 * 1024**3, 120
KEPT = 50
Send = Callable[[Random], Any]


@dataclass
class Row:
    """What one target made of its inputs; times in seconds, memory in MB."""

    target: str
    inputs: int = 0
    errors: list[str] = field(default_factory=list)
    error_count: int = 0
    slowest: float = 0.0
    slowest_number: int = 0
    slowest_query: float = 0.0
    memory: float = 0.0
    processor: float = 0.0
    answered: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing broke, no query was slow and memory stayed."""
        return not self.error_count and self.slowest_query < SLOWEST_QUERY and self.memory < MEMORY_MB

    def fault(self, number: int, what: str) -> None:
        """Write down that an input broke something; the number makes it again."""
        self.error_count += 1
        if len(self.errors) < KEPT:
            self.errors.append(f"{number}: {what}")


class SlowestQuery:
    """Measures every statement."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Let a statement through."""
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds = max(self.seconds, time.perf_counter() - begun)


def memory() -> float:
    """Return the most memory that this process has ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def limit() -> None:
    """Let this process have so much memory and no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


@contextmanager
def in_time() -> Iterator[None]:
    """Raise TimeoutError in what goes on for too long."""

    def stop(number: int, frame: Any) -> None:
        raise TimeoutError(f"{LONGEST} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run(name: str, send: Send, *, first: int, count: int) -> Row:
    """Send inputs `first` to `first + count - 1`; everything that they write is undone."""
    row, query = Row(name), SlowestQuery()
    before, begun_at = memory(), time.process_time()
    for number in range(first, first + count):
        dice = Random(f"{name} {number}")  # noqa: S311 - nothing secret
        begun = time.perf_counter()
        try:
            with in_time(), transaction.atomic(), connection.execute_wrapper(query):
                response = send(dice)
                transaction.set_rollback(True)
            word = str(getattr(response, "status_code", response))
            if word.startswith("5") and word != "503":
                row.fault(number, f"answered {word}")
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
            word = type(error).__name__
            frames = traceback.extract_tb(error.__traceback__)[-4:]
            way = " > ".join(f"{one.filename.rpartition('/')[2]}:{one.lineno} {one.name}" for one in frames)
            row.fault(number, f"{word}: {str(error)[:150]!r} at {way}")
        row.answered[word] = row.answered.get(word, 0) + 1
        row.inputs += 1
        taken = time.perf_counter() - begun
        if taken > row.slowest:
            row.slowest, row.slowest_number = taken, number
    row.slowest_query, row.memory = query.seconds, memory() - before
    row.processor = time.process_time() - begun_at
    return row
