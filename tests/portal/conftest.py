"""Pages that are kept, in a directory of the test's own."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from portal.delivery import keeper


@pytest.fixture
def kept(settings, tmp_path) -> Iterator[keeper.Keeper]:
    """Keep pages, in the database and on disk; gives the keeper of this process."""
    settings.KEEP_PAGES, settings.PAGES_DIR = True, tmp_path / "pages"
    for made_once in (keeper.store, keeper.keeper, keeper._handler):
        made_once.cache_clear()
    own = keeper.keeper()
    own.follow()
    own.wanted.clear()
    yield own
    for made_once in (keeper.store, keeper.keeper, keeper._handler):
        made_once.cache_clear()


@pytest.fixture
def committed() -> Callable[[], None]:
    """Do what the end of a transaction does, inside of the one that a test rolls back."""

    def end() -> None:
        connection.check_constraints()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('gaitway.generation', '', true)")

    return end
