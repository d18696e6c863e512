"""Send many inputs made from numbers to everything that reads some, and print what came of it.

    FUZZ=100000 make fuzz              so many to each target (default 2000); hours for the editors, see docs/testing.md
    FUZZ=20000 make fuzz ONLY=search   only the targets whose name holds a word
    FUZZ=1 FUZZ_FIRST=150 make fuzz    one input again, as a failure has named it

On PostgreSQL when DATABASE_URL names one, or when it can be started here; on SQLite else.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))


def environment() -> dict[str, str]:
    """Return where and how many."""
    found = dict(os.environ)
    found.setdefault("FUZZ", "2000")
    if "DATABASE_URL" not in found:
        try:
            from postgres import start  # noqa: PLC0415  # beside this file, not a package

            found["DATABASE_URL"] = start()
        except Exception as error:  # noqa: BLE001  # it is said below on what this ran
            print(f"PostgreSQL could not be started: {error}")
    return found


def pytest(environment: dict[str, str], *arguments: str) -> int:
    """Run some tests; return 0 when they passed."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-W", "ignore"]
    return subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False).returncode


def show(rows: list[dict]) -> None:
    """Print the table."""
    heading = ("target", "inputs", "5xx", "slowest, s", "slowest query, s", "memory, MB", "ms each", "ok")
    lines = [heading]
    for row in rows:
        each = f"{1000 * row['processor'] / max(row['inputs'], 1):.1f}"
        slowest = f"{row['slowest']:.2f} (no. {row['slowest_number']})"
        figures = (slowest, f"{row['slowest_query']:.2f}", f"{row['memory']:.0f}", each, "yes" if row["ok"] else "NO")
        lines.append((row["target"], str(row["inputs"]), str(row["error_count"]), *figures))
    widths = [max(len(line[place]) for line in lines) for place in range(len(heading))]
    print("\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines))


def main() -> int:
    """Run the targets, then the posts to the check; 0 when nothing broke."""
    around, only = environment(), os.environ.get("ONLY", "")
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "rows"
        words = " and ".join(only.split())
        broke = pytest(around | {"FUZZ_TOLD": str(told)}, "tests/fuzz", *(("-k", words) if words else ()))
        rows = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()] if told.exists() else []
    on = "PostgreSQL" if around.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    print(f"\nInputs from no. {around.get('FUZZ_FIRST', '1')} on, on {on}.")
    show(rows)
    if not only or only in "check":
        print("\nPosts to the check, each kind, none milder than the honest answers:", flush=True)
        broke = pytest(around | {"TRIAGE_POSTS": around["FUZZ"]}, "tests/triage/test_hostile.py") or broke
    return broke


if __name__ == "__main__":
    sys.exit(main())
