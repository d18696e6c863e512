"""Pages that are kept, in a directory of the test's own."""

from collections.abc import Iterator

import pytest

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
