"""The releases on disk; put there from the database when this machine has none yet."""

import logging
import time

from django.utils.translation import get_language

from triage import artefacts
from triage.actions import write_artefacts
from triage.artefacts import POINTER, Shelf
from triage.privacy import place_of

AGAIN_AFTER = 30.0
log = logging.getLogger(__name__)
_tried: dict[str, float] = {}


def shelf() -> Shelf:
    """Return what is on disk, in the language of the address.

    Only where nothing was ever written is the database asked, and not again for a while.
    """
    path = artefacts.folder() / POINTER
    if not path.exists() and time.monotonic() - _tried.get(str(path), -AGAIN_AFTER) >= AGAIN_AFTER:
        _tried[str(path)] = time.monotonic()
        try:
            write_artefacts()
        except Exception as error:  # noqa: BLE001  # without a database there is no check, and the page says so
            log.error("Released checks could not be put on disk: %s", place_of(error))  # noqa: TRY400
    return artefacts.shelf().in_language(get_language() or "en")
