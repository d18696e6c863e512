"""The database without its triggers: for tests of what is found, or not shown, when somebody owns the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from review import triggers


@contextmanager
def past_the_triggers() -> Iterator[None]:
    """Let rows be changed as by the owner of the database; needs a transaction."""
    if connection.vendor == "postgresql":
        _say("SET LOCAL session_replication_role = replica")
        yield
        _say("SET LOCAL session_replication_role = origin")
    else:
        triggers.remove()
        yield
        triggers.install()


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
