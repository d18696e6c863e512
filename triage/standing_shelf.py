"""The releases on disk; put there from the database when this machine has none yet."""

import logging
import time

from django.utils.translation import get_language

from triage import artefacts
from triage.actions import write_artefacts
from triage.artefacts import Shelf
from triage.privacy import place_of

AGAIN_AFTER = 30.0
log = logging.getLogger(__name__)
_tried: dict[str, float] = {}


def shelf() -> Shelf:
    """Return what is on disk, in the language of the address.

    Only where nothing was ever written is the database asked, and not again for a while.
    """
    found = artefacts.shelf()
    if found is artefacts.NOTHING and _is_time(str(artefacts.folder())):
        try:
            write_artefacts()
        except Exception as error:  # noqa: BLE001  # without a database there is no check, and the page says so
            log.error("Released checks could not be put on disk: %s", place_of(error))  # noqa: TRY400
        found = artefacts.shelf()
    return found.in_language(get_language() or "en")


def _is_time(folder: str) -> bool:
    """Return whether it was not tried lately to fill a folder; notes that it is tried now."""
    now = time.monotonic()
    if now - _tried.get(folder, -AGAIN_AFTER) < AGAIN_AFTER:
        return False
    _tried[folder] = now
    return True
