"""Where the processes of one application server put their counts, so that any of them can tell the sum.

Imported before `prometheus_client`, which reads the place when it is imported. Room on the disk is taken at once: the
library writes through mapped memory, where a full disk would end the process.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from portal.configuration import path

PLACE = "PROMETHEUS_MULTIPROC_DIR"
# Each label set takes some hundred bytes, and there are a few dozen.
ROOM = 1 << 18
KINDS = ("counter", "histogram")


def begin() -> None:
    """Share counts with the other processes of the same server; without room on the disk each counts for itself."""
    if os.environ.get(PLACE):
        return
    root = path("GAITWAY_VAR") / "metrics"
    own = root / _group()
    try:
        own.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            with (own / f"{kind}_{os.getpid()}.db").open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, ROOM)
    except OSError:
        return
    _remove_ended(root)
    os.environ[PLACE] = str(own)


def _group() -> str:
    """Return a name for the processes that one server has started: none that ever runs again has the same."""
    return f"{os.getppid()}-{_began(os.getppid())}"


def _began(pid: int) -> str:
    """Return when a process began, in ticks since the machine did; nothing where that cannot be known."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _remove_ended(root: Path) -> None:
    """Remove what servers that have ended left behind."""
    for folder in root.iterdir():
        pid, _, began = folder.name.partition("-")
        if pid.isdecimal() and _began(int(pid)) != began:
            with suppress(OSError):
                shutil.rmtree(folder)
