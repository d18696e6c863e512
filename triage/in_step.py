"""Whether the released checks on this machine are those that hold: beside them stands up to which change they are made.

Whoever releases puts them on disk after the commit. When that process is cut off there, or works on another machine,
the number beside them stays behind the number of the last change.
"""

import os
import time
from pathlib import Path

from review.enums import PublicState
from review.models import Generation, Standing
from triage import artefacts

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


def take_away_withdrawn() -> list[str]:
    """Take checks away whose protocol is not released any more; return their slugs. One query, nothing is made anew."""
    shelf = artefacts.shelf()
    pages = {slug: kept[0].document["page"] for slug, kept in shelf.checks.items() if kept}
    rows = Standing.objects.filter(pk__in=pages.values(), state=PublicState.RELEASED)
    released = set(rows.values_list("pk", flat=True))
    if released.issuperset(pages.values()):
        return []
    kept = {slug: shelf.current(slug).document for slug, page in pages.items() if page in released}
    try:
        return artefacts.write(kept, shelf.index)
    except OSError:
        gone = sorted(pages.keys() - kept.keys())
        artefacts.drop(gone)
        return gone
