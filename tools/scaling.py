"""Calculates what ten million reads a day take, from the figures in docs/bench: `python tools/scaling.py [--write]`.

`--write` puts the table into docs/scaling.md; a test says when it is not what the figures give.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BENCH, DOC = ROOT / "docs" / "bench", ROOT / "docs" / "scaling.md"
BEGIN, END = "<!-- calculated -->\n", "<!-- end of what is calculated -->\n"
READS = 10_000_000
DAY = 86_400
# What is assumed, not measured: see the list in docs/scaling.md.
BUSY_HOUR, CRISIS, SEARCHES, CHECKS, STEPS, MISSES = 0.10, 10, 1 / 20, 1 / 50, 10, 1 / 100


def read(name: str) -> Any:
    """Return the figures of one benchmark."""
    return json.loads((BENCH / f"{name}.json").read_text(encoding="utf-8"))


def table() -> str:
    """Return the calculation as a table in Markdown."""
    serving, growth = read("serving"), read("growth")
    average, busy = READS / DAY, READS * BUSY_HOUR / 3600
    crisis = busy * CRISIS
    guide = next(row["bytes"] for row in serving["sizes"] if row["what"] == "/guides/calf-soreness/")
    edge = next(row for row in serving["rates"] if row["connections"] > 1)["edge"]
    search = next(row for row in growth["public"] if row["name"] == "search: calf pain")["large_ms"]
    kept, step, found = serving["kept"]["cpu_ms"], serving["step"]["cpu_ms"], serving["not_in_memory"]["cpu_ms"]

    def line(what: str, share: float, each: float, source: str) -> str:
        cells = [f"{a * share:.1f}/s x {each:.2f} ms = {a * share * each / 1000:.2f}" for a in (average, busy, crisis)]
        return f"| {what} | {' | '.join(cells)} | {source} |"

    def wire(rate: float) -> str:
        return f"{rate:.0f}/s x {guide / 1000:.1f} KB x 8 = {rate * guide * 8 / 1e6:.0f} Mbit/s"

    rows = [
        "| what | on average | in the busiest hour | in a crisis | from |",
        "| --- | --- | --- | --- | --- |",
        f"| reads | {average:.0f}/s | {busy:.0f}/s | {crisis:.0f}/s | {READS:,} a day |",
        line("kept pages, by the application", 1.0, kept, "serving.json, kept.cpu_ms"),
        line("pages found in the database", MISSES, found, "serving.json, not_in_memory.cpu_ms"),
        line("searches, 10,000 pages", SEARCHES, search, "growth.json, search: calf pain, large_ms"),
        line("steps of checks", CHECKS * STEPS, step, "serving.json, step.cpu_ms"),
        f"| the network, guides alone | {wire(average)} | {wire(busy)} | {wire(crisis)} | serving.json, sizes |",
        (
            f"| share of what nginx answered | {average / edge:.1%} | {busy / edge:.1%} | {crisis / edge:.1%} |"
            f" {edge}/s, serving.json, rates |"
        ),
    ]
    return "\n".join(rows) + "\n"


def written(text: str) -> str:
    """Return the document with the table as it is calculated now."""
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + table() + END + rest.partition(END)[2]


def main() -> int:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    if parser.parse_args().write:
        DOC.write_text(written(DOC.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stdout.write(table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
