"""The figures of growth as a table, and what of them passes its limit: a part of `bench_growth.py`."""

from typing import Any

LIMIT = 2.0
PAGED_MS = 1000.0
GROUPS = ("public", "lists", "admin", "files", "changes")
# A file has a line for each page: each may cost twice as much, no more.
LONGER = {"files"}


def _more(row: dict[str, Any]) -> float:
    """Return how many times more there is to read on the large site."""
    return max(1.0, row["large_lines"] / max(row["small_lines"], 1))


def too_much(figures: dict[str, Any]) -> list[str]:
    """Return what passes the limit."""
    found = []
    for group in GROUPS:
        for row in figures.get(group, []):
            allowed = LIMIT * (_more(row) if group in LONGER else 1.0)
            bounded = row.get("paged") and row["large_ms"] <= PAGED_MS
            asks_more = row["large_queries"] > LIMIT * row["small_queries"]
            if asks_more or (row["ratio"] > allowed and not bounded):
                found.append(row["name"])
    return found


def report(figures: dict[str, Any]) -> str:
    """Return the figures as a table."""
    small, large = figures["sites"]["small"], figures["sites"]["large"]
    lines = [f"{key}: {small[key]} and {large[key]}" for key in small]
    lines += [f"made in {figures['seconds_to_make']} s", "", f"{'':34}{'queries':>12}{'ms':>18}{'times':>8}"]
    bad = too_much(figures)
    for group in GROUPS:
        for row in figures.get(group, []):
            queries = f"{row['small_queries']}, {row['large_queries']}"
            cost = f"{row['small_ms']:.1f}, {row['large_ms']:.1f}"
            more = f"  for {_more(row):.1f} times the lines" if group in LONGER else ""
            more += "  one page of a list" if row.get("paged") else ""
            mark = "  TOO MUCH" if row["name"] in bad else ""
            lines.append(f"{row['name']:34}{queries:>12}{cost:>18}{row['ratio']:>8.2f}{more}{mark}")
    if proof := figures.get("audit"):
        lines.append(
            f"audit of everything: {proof['small_seconds']} s for {proof['small_pages']} pages, "
            f"{proof['large_seconds']} s for {proof['large_pages']}"
        )
    return "\n".join([*lines, "", f"Limit {LIMIT}: " + (f"passed by {', '.join(bad)}" if bad else "kept by all.")])
