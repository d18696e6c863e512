"""A lock of which a dead process lets go by itself: nothing has to run out before its job is done again."""

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import Error, connection

# Tells our locks from those that others may take on the same database.
OURS = 0x6761_6974


@contextmanager
def alone(key: str) -> Iterator[bool]:
    """Hold the lock of a job; gives False when somebody else holds it."""
    with (_in_database if connection.vendor == "postgresql" else _in_file)(key) as held:
        yield held


def number_of(key: str) -> int:
    """Return the number that the database knows a job by."""
    return zlib.crc32(key.encode()) - 2**31


@contextmanager
def waited_for(key: str) -> Iterator[None]:
    """Hold a lock of the database, however long somebody else holds it; nothing with SQLite, which locks by itself."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [OURS, number_of(key)])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [OURS, number_of(key)])


@contextmanager
def _in_database(key: str) -> Iterator[bool]:
    """On PostgreSQL the session holds the lock: it ends with the connection, so also with the process or machine."""
    number = number_of(key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [OURS, number])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        # a connection that broke has let go already; a new one must not try
        with suppress(Error):
            if held and connection.connection is not None:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [OURS, number])


@contextmanager
def _in_file(key: str) -> Iterator[bool]:
    """With SQLite every process is on this machine: the lock is a file's."""
    folder = settings.VAR_DIR / "work"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / key).open("w") as place:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
