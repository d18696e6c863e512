"""Whether the released checks on this machine are those that hold: beside them stands up to which change they are made.

Whoever releases puts them on disk after the commit. When that process is cut off there, or works on another machine,
the number beside them stays behind the number of the last change.
"""

import os
import time
from pathlib import Path

from articles.models import TechniquePage
from review.enums import PublicState
from review.models import Generation, Standing
from triage import artefacts
from triage.package import on_hold, sealed

MARK = "made-at"
# Since when this process has seen them behind, and behind which change.
_behind: dict[Path, tuple[int, float]] = {}


def newest() -> int:
    """Return the number of the last change that readers see."""
    return Generation.objects.values_list("number", flat=True).first() or 0


def made_at() -> int | None:
    """Return up to which change the checks on disk are made; None when nobody has said."""
    try:
        return int((artefacts.folder() / MARK).read_text())
    except (OSError, ValueError):
        return None


def note(generation: int) -> None:
    """Say up to which change the checks on disk are made."""
    beside = artefacts.folder() / f".{MARK}.{os.getpid()}"
    try:
        beside.write_text(str(generation))
        beside.replace(artefacts.folder() / MARK)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def are_behind(*, for_seconds: float = 0.0) -> bool:
    """Whether there was a change that they do not know of, for so long already."""
    last, made = newest(), made_at()
    if made == last:
        _behind.pop(artefacts.folder(), None)
        return False
    known = _behind.get(artefacts.folder())
    if known is None or known[0] != last:
        known = _behind[artefacts.folder()] = (last, time.monotonic())
    return time.monotonic() - known[1] >= for_seconds


def follow_at_once() -> list[str]:
    """Carry out what must not wait for releases to be made anew: what was withdrawn, and what was put on hold."""
    return [*take_away_withdrawn(), *put_on_hold()]


def put_on_hold() -> list[str]:
    """Let exactly the techniques that are on hold now be so in each check; return the slugs that changed.

    Where that cannot be written, a check that would go on giving what is on hold is taken away: that needs no room.
    Raises OSError when nothing but lifted holds could not be written.
    """
    documents = {check.document["slug"]: check.document for check in artefacts.shelf().newest}
    held = on_hold(code for document in documents.values() for code in document["techniques"])
    wanted = {slug: [code for code in held if code in one["techniques"]] for slug, one in documents.items()}
    try:
        return artefacts.hold(wanted)
    except OSError:
        gives = sorted(slug for slug, one in documents.items() if not set(wanted[slug]) <= set(one.get("on_hold", ())))
        if not gives:
            raise
        artefacts.drop(gives)
        return gives


def take_away_withdrawn() -> list[str]:
    """Take checks away whose protocol, or a technique in it, is not released any more; return their slugs."""
    shelf = artefacts.shelf()
    documents = {check.document["slug"]: check.document for check in shelf.newest}
    pages = {slug: document["page"] for slug, document in documents.items()}
    rows = Standing.objects.filter(pk__in=pages.values(), state=PublicState.RELEASED)
    released = set(rows.values_list("pk", flat=True))
    codes = {code for document in documents.values() for code in document["techniques"]}
    live = set(TechniquePage.objects.live().filter(code__in=codes).values_list("code", flat=True))
    kept = {
        slug: sealed(document)
        for slug, document in documents.items()
        if document["page"] in released and live.issuperset(document["techniques"])
    }
    if kept.keys() == pages.keys():
        return []
    try:
        return artefacts.write(kept, shelf.index)
    except OSError:
        gone = sorted(pages.keys() - kept.keys())
        artefacts.drop(gone)
        return gone
