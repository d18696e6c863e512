"""Ask the search what people type in each language; print what it misses. Needs a site with the starter translations.

With a PostgreSQL or SQLite site prepared (`make run`): `python tools/search_queries.py`.
"""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
QUERIES = sorted((ROOT / "tests" / "portal").glob("queries_*.txt"))
FIRST = 5


def queries(file: Path) -> list[tuple[str, str]]:
    """Return what is typed and the path of the page that must be found."""
    lines = (line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return [(typed.strip(), path.strip()) for typed, _, path in (line.partition("|") for line in lines)]


def first_paths(typed: str) -> list[str]:
    """Return the paths of the best pages, with kinds weighed as on the page, and of the advice above all hits."""
    from portal.search import find  # noqa: PLC0415  # not before the settings are known

    results = find.search(typed)
    warned = [one.page for one in results.warnings]
    every = (hit for group in results.groups for hit in group.hits)
    hits = sorted(every, key=lambda hit: -hit.score * find.LESSER.get(hit.kind, 1))
    best = [page.url_path for page in (*warned, *(hit.page for hit in hits[:FIRST]))]
    return [path.split("/", 2)[2].strip("/") for path in best]


def misses(file: Path) -> tuple[int, int]:
    """Print every query of a file that misses its page; return how many do, and how many there are."""
    asked = queries(file)
    missed = [(typed, path, found) for typed, path in asked if path not in (found := first_paths(typed))]
    for typed, path, found in missed:
        print(f"{typed}: {path} is not among {found}")
    print(f"{file.stem}: {len(asked) - len(missed)} of {len(asked)} found")
    return len(missed), len(asked)


def main() -> None:
    """Ask everything; end with an error when more than one in ten misses in any language."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    counts = [misses(file) for file in QUERIES]
    sys.exit(any(missed * 10 > asked for missed, asked in counts))


if __name__ == "__main__":
    main()
