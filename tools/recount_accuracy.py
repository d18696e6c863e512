"""Count again how right a check is, from the results that it publishes. Needs nothing but Python.

    python tools/recount_accuracy.py accuracy.json
    python tools/recount_accuracy.py https://example.org/check/calf/accuracy.json

Prints the table that follows from the single results, and ends with 1 when the published one differs.
"""

import json
import sys
import urllib.request
from pathlib import Path

COLUMNS = ("stories", "right", "acceptable", "too_cautious", "too_risky", "forbidden_advice")


def fetched(address: str) -> dict:
    """Return the published file, from disk or from a site."""
    if address.startswith(("http://", "https://")):
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310  # only these two schemes
            return json.load(answer)
    return json.loads(Path(address).read_text(encoding="utf-8"))


def column(story: dict, order: list[str]) -> str:
    """Return where one story belongs; `order` holds the levels, most urgent first."""
    said, expected = story["result"], story["expected"]
    if said == expected:
        return "right"
    if said in story["acceptable"]:
        return "acceptable"
    if said in order and order.index(said) < order.index(expected):
        return "too_cautious"
    return "too_risky"


def recounted(data: dict) -> dict[str, dict[str, int]]:
    """Return the figures of each level and of all together."""
    found = {level: dict.fromkeys(COLUMNS, 0) for level in (*data["order"], "total")}
    for story in data["stories"]:
        for row in (found[story["expected"]], found["total"]):
            row["stories"] += 1
            row[column(story, data["order"])] += 1
            row["forbidden_advice"] += bool(story["forbidden_advice"])
    return found


def main(address: str) -> int:
    """Print the recount; return 1 when what was published differs from it."""
    data = fetched(address)
    found = recounted(data)
    published = {**data["levels"], "total": data["total"]}
    print(f"{data['check']}, version {data['version'][:8]}")
    print(f"{'level':<16}" + "".join(f"{name.replace('_', ' '):>18}" for name in COLUMNS))
    for level, row in found.items():
        print(f"{level:<16}" + "".join(f"{row[name]:>18}" for name in COLUMNS))
    names = [story["id"] for story in data["stories"]]
    twice = len(names) - len(set(names))
    if twice or published != found:
        print(f"The published table is NOT what its results say{f'; {twice} stories count twice' if twice else ''}.")
        return 1
    print("The published table is what its results say.")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  # the program and one address
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
