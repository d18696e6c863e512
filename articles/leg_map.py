"""The leg drawings as zones that can be links: the shapes come from the drawings that ship with the site."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DRAWINGS = Path(__file__).resolve().parent / "static" / "articles" / "drawings"
VIEWS = {"front": "From the front", "back": "From behind"}
# The drawings that the map is made of.
NAMES = frozenset(f"leg-{view}" for view in VIEWS)
_PATH = re.compile(r"<path\b[^>]*>")
_SHAPE = re.compile(r'\bd="([^"]+)"')
_ZONE = re.compile(r'\bdata-zone="([^"]+)"')


@dataclass(frozen=True)
class Zone:
    """One shape: where it leads; a shape without a page is drawn but is no link. A `line` has no inside."""

    shape: str
    page: Any = None
    line: bool = False


@dataclass(frozen=True)
class View:
    """The leg from one side."""

    name: str
    label: str
    zones: list[Zone]


def views(pages: Mapping[str, Any]) -> list[View]:
    """Return the views of the leg with each zone leading to its page, by zone key."""
    return [
        View(name, label, [Zone(shape, pages.get(key), line) for key, shape, line in _shapes(name)])
        for name, label in VIEWS.items()
    ]


@cache
def _shapes(view: str) -> tuple[tuple[str, str, bool], ...]:
    """Return (zone key or nothing, path, whether it is a line) of every path in a drawing."""
    text = (DRAWINGS / f"leg-{view}.svg").read_text(encoding="utf-8")
    found = []
    for path in _PATH.findall(text):
        zone, shape = _ZONE.search(path), _SHAPE.search(path)
        if shape:
            found.append((zone.group(1) if zone else "", shape.group(1), 'fill="none"' in path))
    return tuple(found)
