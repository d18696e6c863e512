"""The drawings that ship with the site: names, what they show, where the files are."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from review.static_files import digest_of

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Drawing:
    """A drawing; `alt` says in one sentence what it shows; `path` is its static file."""

    name: str
    alt: str
    path: str


@cache
def drawings() -> dict[str, Drawing]:
    """Return every drawing by name, from `drawings.yaml` beside this file."""
    rows = yaml.safe_load((HERE / "drawings.yaml").read_text(encoding="utf-8")) or {}
    return {name: Drawing(name, row["alt"], f"articles/drawings/{name}.svg") for name, row in sorted(rows.items())}


def digests(names: Iterable[str]) -> dict[str, str]:
    """Return the static file and its SHA-256 of each drawing, as review asks for them."""
    paths = (drawings()[name].path for name in names if name in drawings())
    return {path: digest_of(path) for path in paths}


def drawing_choices() -> list[tuple[str, str]]:
    """Return (name, what it shows) for a choice in the editor."""
    return [(d.name, f"{d.name}: {d.alt}") for d in drawings().values()]
