"""Whether the worker turns: `python -m portal.work.alive [SECONDS]` ends with 0 when it did within so many seconds.

Reads the age of one file and loads nothing else, so that a platform may ask often. A worker that has no database turns
all the same: a new start would not bring the database back.
"""

import sys
import time
from pathlib import Path

from portal.configuration import path

# The longest job is the audit; a large site takes a quarter of a minute for it, a release some seconds.
PATIENCE = 600.0


def mark() -> Path:
    """Return the file that the worker touches."""
    return path("GAITWAY_VAR") / "work" / "alive"


def beat() -> None:
    """Say that the worker turns; nothing happens when the disk is full."""
    try:
        mark().parent.mkdir(parents=True, exist_ok=True)
        mark().touch()
    except OSError:
        return


def age() -> float:
    """Return since how many seconds it has not said so; infinite when never."""
    try:
        return time.time() - mark().stat().st_mtime
    except OSError:
        return float("inf")


if __name__ == "__main__":
    patience = float(sys.argv[1]) if len(sys.argv) > 1 else PATIENCE
    found = age()
    said = "never" if found == float("inf") else f"{found:.0f} s ago"
    sys.stdout.write(f"The worker last turned: {said}.\n")
    sys.exit(int(found > patience))
