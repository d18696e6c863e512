"""Reading from a copy of the database that follows it, where that can show nobody anything older.

Only what every reader gets alike is read there: pages while they are made, and search. The copy is asked for nothing
else, and for these only once it has every change that the database itself had counted a moment before
(`review.freshness`): otherwise, or when it does not answer, the database is read. So a copy that lags, or whose replay
stands still, is simply not used; what was withdrawn never comes back from it. Whether a kept page still holds is always
asked of the database.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, connections, transaction

from review.models import Generation

ALIAS = "replica"
# After it did not answer, nobody waits for it again for so long.
PAUSE_SECONDS = 10.0
# Who is who, and what they may do, is asked of the database whatever is being made.
NEVER = frozenset({"auth", "sessions", "axes", "otp_totp", "otp_static", "admin"})

T = TypeVar("T")
logger = logging.getLogger(__name__)
_inside: ContextVar[bool] = ContextVar("reads_from_the_replica", default=False)
_silent_until = 0.0


class Router:
    """Sends reads to the copy while something is made from it; everything else goes to the database."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return where to read a model."""
        return ALIAS if _inside.get() and model._meta.app_label not in NEVER else "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Nothing is written to the copy."""
        return "default"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        """Both hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The copy gets its tables from the database."""
        return db != ALIAS


class BehindError(Exception):
    """The copy does not have all changes yet."""


def there() -> bool:
    """Return whether the settings name a copy."""
    return ALIAS in settings.DATABASES


def read(make: Callable[[], T], *, generation: int) -> T:
    """Return what `make` makes, from the copy when it has all changes up to a generation, else from the database.

    `make` only reads, and may be called twice.
    """
    if not there() or time.monotonic() < _silent_until:
        return make()
    try:
        with _snapshot(generation):
            return make()
    except BehindError:
        return make()
    except DatabaseError as error:
        _be_silent(error)
        return make()


@contextmanager
def _snapshot(generation: int) -> Iterator[None]:
    """Read one state of the copy, all in all, that is no older than a generation."""
    with transaction.atomic(using=ALIAS):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        there = Generation.objects.using(ALIAS).values_list("number", flat=True).first() or 0
        if there < generation:
            raise BehindError
        token = _inside.set(True)
        try:
            yield
        finally:
            _inside.reset(token)


def _be_silent(error: DatabaseError) -> None:
    global _silent_until  # noqa: PLW0603  # one for all requests of a process
    _silent_until = time.monotonic() + PAUSE_SECONDS
    logger.warning("The replica did not answer: %s. The database is read instead.", type(error).__name__)
    connections[ALIAS].close()


def read_now(make: Callable[[], T]) -> T:
    """The same for what is not kept: nothing older than what the database has now."""
    if not there():
        return make()
    return read(make, generation=Generation.objects.using("default").values_list("number", flat=True).first() or 0)
