"""What the tests of the review share."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction

Unblocked = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Unblocked]:
    """Keep what the fixtures of a module write until its last test, then undo it; each test undoes its own on top.

    Gives the context in which such a fixture may write.
    """
    whole = transaction.atomic()
    with django_db_blocker.unblock():
        whole.__enter__()
    yield django_db_blocker.unblock
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)
