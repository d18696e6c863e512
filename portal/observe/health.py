"""Whether this process is alive, and whether it should be asked: two questions with different answers.

Alive: it would not be mended by anything but a new start. That never depends on the database or on another part: when
PostgreSQL is down, new starts would only take away processes that go on serving what is kept.

Ready: readers get what they need. Without a database that is still so while released pages are on the disk, and the
database was asked within a day whether they hold. Taking such a process away would leave readers with nothing, so it
says that it is degraded, and answers 200 all the same.
"""

import threading
import time

from django.conf import settings
from django.db import Error, connection

from portal.delivery import keeper, older
from portal.delivery.store import BLIND
from portal.observe.facts import ASKED_LATELY
from triage import artefacts

# The thread that takes withdrawn pages away; a process without it must not go on.
THREAD = "pages"


def live() -> list[str]:
    """Return what only a new start would mend; nothing when the process is well."""
    there = not settings.KEEP_PAGES or any(one.name == THREAD and one.is_alive() for one in threading.enumerate())
    return [] if there else ["the thread that keeps pages in step has ended"]


def ready() -> tuple[bool, list[str]]:
    """Return whether readers get what they need from here, and what is missing all the same."""
    missing = [] if database_answers() else ["database"]
    if not artefacts.shelf().newest:
        missing.append("checks")
    if "database" not in missing:
        return True, missing
    if not settings.KEEP_PAGES:
        return False, missing
    store = keeper.store()
    there = store.mark("/") is not None or older.find(store, "/") is not None
    return there and time.time() - store.asked_at < BLIND, missing


def database_answers() -> bool:
    """Whether the database has answered a moment ago; the keeper of the pages asks it all the time."""
    if settings.KEEP_PAGES:
        return time.time() - keeper.store().asked_at < ASKED_LATELY
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
