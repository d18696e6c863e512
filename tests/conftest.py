"""What all tests share.

The database of a run is a copy of a template that holds all migrations and the starter content. SQLite unless
DATABASE_URL names a PostgreSQL server (`python tools/postgres.py start` prints one). `db` as always; `committed_db`
for tests that need real commits, threads or other processes: it gets a copy of its own and throws it away.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.db import transaction
from django.test import TransactionTestCase

from tests import database

# Who asks for none of these cannot reach the database: pytest-django refuses every query. What fixtures of a session
# read for all tests is read for those that stay as well.
WAYS_TO_THE_DATABASE = {"db", "transactional_db", "committed_db", "live_site", "on_postgresql"}

Unblocked = Callable[[], AbstractContextManager[None]]

# The browser of the journeys keeps an event loop in this thread; the tests beside it are as synchronous as ever.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a suite that runs on two databases be run in parts."""
    told = "run only the tests that can reach a database, or only the others: those are the same on every database"
    parser.addoption("--database", choices=("with", "without"), help=told)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to another part."""
    part = config.getoption("--database")
    out = {item for item in items if part and reaches_the_database(item) != (part == "with")}
    if out:
        config.hook.pytest_deselected(items=list(out))
        items[:] = [item for item in items if item not in out]
    if part == "without":
        # what reads the starter content waits for it; the rest need not
        items.sort(key=lambda item: "database_template" in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    """Look for garbage less often: what was imported and collected stays until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def reaches_the_database(item: pytest.Item) -> bool:
    """Whether a test may ask the database something of its own."""
    kind = getattr(item, "cls", None)
    if kind is not None and issubclass(kind, TransactionTestCase):
        return True
    asked = WAYS_TO_THE_DATABASE & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def database_template(django_test_environment: None, django_db_blocker: pytest.FixtureRequest) -> str:
    """Return the name of the template database, built when it is not there yet."""
    kept = database.store()
    with django_db_blocker.unblock():
        before = database._row()["NAME"]
        name = database.ready(kept)
        database._use(before)
    return name


@pytest.fixture(scope="session")
def django_db_setup(
    database_template: str, django_db_blocker: pytest.FixtureRequest, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Use one copy of the template for all tests that roll back."""
    label = getattr(request.config, "workerinput", {}).get("workerid", "main")
    kept = database.store()
    with django_db_blocker.unblock(), database.fresh_copy(kept, database_template, label), django_db_blocker.block():
        yield
    database.forget_files()


def _own_copy(template: str, blocker: pytest.FixtureRequest) -> Iterator[str]:
    kept = database.store()
    if isinstance(kept, database.PostgreSQLStore):
        kept.maintenance = "postgres"
    with blocker.unblock(), database.fresh_copy(kept, template, "own") as name:
        yield name


@pytest.fixture
def committed_db(
    django_db_setup: None, database_template: str, django_db_blocker: pytest.FixtureRequest
) -> Iterator[str]:
    """Use a database of this test's own, in which commits are real; gives its name."""
    yield from _own_copy(database_template, django_db_blocker)


@pytest.fixture(scope="module")
def committed_db_of_the_module(
    django_db_setup: None, database_template: str, django_db_blocker: pytest.FixtureRequest
) -> Iterator[str]:
    """The same for all tests of a module that leave each other alone: a copy takes seconds on a busy machine."""
    yield from _own_copy(database_template, django_db_blocker)


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Unblocked]:
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


@pytest.fixture
def on_postgresql() -> bool:
    """Whether this run is on PostgreSQL; skip on it what only one of the two can do."""
    return database.is_postgresql()


@pytest.fixture
def committed() -> Callable[[], None]:
    """Do what the end of a transaction does, inside of the one that a test rolls back."""
    return database.end_transaction
