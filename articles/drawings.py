"""The drawings that ship with the site: names, what they show, where the files are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from review.static_files import digest_of

HERE = Path(__file__).resolve().parent
VIEW_BOX = re.compile(r'<svg\b[^>]*\bviewBox="0 0 (\d+) (\d+)"')


@dataclass(frozen=True)
class Drawing:
    """A drawing; `alt` says in one sentence what it shows; `path` is its static file; sizes in CSS pixels."""

    name: str
    alt: str
    path: str
    width: int
    height: int


@cache
def drawings() -> dict[str, Drawing]:
    """Return every drawing by name, from `drawings.yaml` beside this file."""
    rows = yaml.safe_load((HERE / "drawings.yaml").read_text(encoding="utf-8")) or {}
    return {name: _drawing(name, row["alt"]) for name, row in sorted(rows.items())}


def _drawing(name: str, alt: str) -> Drawing:
    """Return a drawing with the size that its file states: pages keep room for it before it is there."""
    path = f"articles/drawings/{name}.svg"
    sizes = VIEW_BOX.search((HERE / "static" / path).read_text(encoding="utf-8"))
    if sizes is None:
        raise ValueError(f"{path} does not say how large it is: it needs a viewBox.")
    return Drawing(name, alt, path, int(sizes[1]), int(sizes[2]))


def digests(names: Iterable[str]) -> dict[str, str]:
    """Return the static file and its SHA-256 of each drawing, as review asks for them."""
    paths = (drawings()[name].path for name in names if name in drawings())
    return {path: digest_of(path) for path in paths}


def drawing_choices() -> list[tuple[str, str]]:
    """Return (name, what it shows) for a choice in the editor."""
    return [(d.name, f"{d.name}: {d.alt}") for d in drawings().values()]
