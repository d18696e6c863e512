"""A QR code as one SVG path, made here: nothing is asked of anybody."""

from dataclasses import dataclass

import segno

QUIET = 4
MASK = 3
"""Every mask can be read; trying all eight for the prettiest takes longer than the rest of the page."""


@dataclass(frozen=True)
class QrPath:
    """Side length in modules, quiet zone included, and the path of the dark ones."""

    side: int
    path: str


def qr_path(text: str) -> QrPath:
    """Return the code for a text; runs of dark modules become one stroke each."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False, mask=MASK).matrix]
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                parts.append(f"M{x + QUIET} {y + QUIET}h{run - x}v1h-{run - x}z")
            x = max(run, x + 1)
    return QrPath(len(rows) + 2 * QUIET, "".join(parts))
