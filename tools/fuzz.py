"""Send many inputs made from numbers to everything that reads some, and print what came of it.

    FUZZ=100000 make fuzz              so many to each target in all (default 2000); see docs/testing.md
    FUZZ=20000 make fuzz ONLY=search   only the targets whose name holds a word
    JOBS=1 make fuzz                   so many processes beside each other (default 2)
    AGAIN=1 make fuzz                  only the inputs that failed before, as var/fuzz/failures.jsonl names them
    FRESH=1 make fuzz                  forget what was sent before
    make fuzz-ci                       5,000 to each target, all of them in one go, as CI does

A run that is stopped goes on where it was: what was sent is kept in var/fuzz/rows.jsonl (FUZZ_STORE names another
folder), block by block, with the commit that it was sent to. On PostgreSQL when DATABASE_URL names one, or when it can
be started here; on SQLite else. Ctrl-C or a TERM to this process ends those that it has started.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT)]
STORE = Path(os.environ.get("FUZZ_STORE", ROOT / "var" / "fuzz"))
ROWS, FAILURES = STORE / "rows.jsonl", STORE / "failures.jsonl"
BLOCK = 500
Row = dict[str, Any]


def environment() -> dict[str, str]:
    """Return where the inputs are sent to."""
    found = dict(os.environ)
    if "DATABASE_URL" not in found:
        try:
            from postgres import start  # noqa: PLC0415  # beside this file, not a package

            found["DATABASE_URL"] = start()
        except Exception as error:  # noqa: BLE001  # it is said below on what this ran
            print(f"PostgreSQL could not be started: {error}")
    return found


def code() -> str:
    """Return the commit that is sent to, and whether something was changed since."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


def targets(only: str) -> list[str]:
    """Return the names of the targets that hold a word."""
    code = "import tests.fuzz.targets as t; print('\\n'.join(t.TARGETS))"
    around = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings_test"}
    code = f"import django; django.setup(); {code}"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=around, check=True, capture_output=True, text=True
    )
    return [name for name in told.stdout.splitlines() if only in name]


def kept(file: Path) -> list[Row]:
    """Return the rows of a file; a last line that was cut off when somebody stopped the run is left out."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def missing(rows: Iterable[Row], name: str, count: int) -> Iterator[list[int]]:
    """Yield the blocks of numbers that were not sent to a target yet."""
    sent = {row["first"] for row in rows if row["target"] == name}
    for first in range(1, count + 1, BLOCK):
        if first not in sent:
            yield [first, min(BLOCK, count + 1 - first)]


def shared(plan: dict[str, list[list[int]]], jobs: int) -> list[dict[str, list[list[int]]]]:
    """Return a plan for each process: every so manieth block."""
    parts = [{name: blocks[job::jobs] for name, blocks in plan.items()} for job in range(jobs)]
    return [{name: blocks for name, blocks in part.items() if blocks} for part in parts]


def send(plans: list[dict[str, list[list[int]]]], around: dict[str, str], told: Path) -> int:
    """Send all of it, each plan in a process of its own; return 0 when nothing broke."""
    command = [sys.executable, "-m", "pytest", "tests/fuzz", "-q", "-p", "no:cacheprovider", "-p", "no:randomly",
               "-W", "ignore", "--tb=no", "--show-capture=no"]  # fmt: skip
    state = code()
    with tempfile.TemporaryDirectory() as folder:
        running: list[subprocess.Popen[bytes]] = []
        for number, plan in enumerate(plans):
            file = Path(folder) / f"plan-{number}.json"
            file.write_text(json.dumps(plan), encoding="utf-8")
            own = around | {"FUZZ_PLAN": str(file), "FUZZ_TOLD": str(told), "FUZZ_CODE": state}
            running.append(subprocess.Popen(command, cwd=ROOT, env=own))
        try:
            return max([process.wait() for process in running], default=0)
        except KeyboardInterrupt:
            for process in running:
                process.send_signal(signal.SIGINT)
                process.wait()
            raise


def remember(rows: Iterable[Row]) -> int:
    """Keep which inputs have failed, so that they can be sent again; return how many."""
    found = []
    for row in rows:
        for error in row["errors"]:
            number, _, what = error.partition(": ")
            found.append({"target": row["target"], "number": int(number), "what": what})
    FAILURES.write_text("".join(json.dumps(one) + "\n" for one in found), encoding="utf-8")
    return len(found)


def show(rows: Iterable[Row]) -> None:
    """Print a line for each target, of all that was ever sent to it."""
    lines = [("target", "inputs", "5xx", "slowest, s", "slowest query, s", "memory, MB", "ms each", "ok")]
    by_target: dict[str, list[Row]] = {}
    for row in rows:
        by_target.setdefault(row["target"], []).append(row)
    for name, some in by_target.items():
        inputs = sum(row["inputs"] for row in some)
        slow = max(some, key=lambda row: row["slowest"])
        lines.append((
            name, str(inputs), str(sum(row["error_count"] for row in some)),
            f"{slow['slowest']:.2f} (no. {slow['slowest_number']})", f"{max(row['slowest_query'] for row in some):.2f}",
            f"{max(row['memory'] for row in some):.0f}",
            f"{1000 * sum(row['processor'] for row in some) / max(inputs, 1):.1f}",
            "yes" if all(row["ok"] for row in some) else "NO",
        ))  # fmt: skip
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    print("\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines))


def again(around: dict[str, str]) -> int:
    """Send what failed before once more, and forget what does not fail any longer."""
    failed = kept(FAILURES)
    plan: dict[str, list[list[int]]] = {}
    for one in failed:
        plan.setdefault(one["target"], []).append([one["number"], 1])
    told = STORE / "again.jsonl"
    told.unlink(missing_ok=True)
    broke = send([plan] if plan else [], around, told)
    print(f"{len(failed)} inputs sent again, {remember(kept(told))} still fail: {FAILURES}")
    return broke


def main() -> int:
    """Send what is missing; 0 when nothing broke."""
    around, only = environment(), os.environ.get("ONLY", "")
    STORE.mkdir(parents=True, exist_ok=True)
    # also where it was started in the background, which would have left it, and those that it starts, deaf to Ctrl-C
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.default_int_handler)
    if os.environ.get("AGAIN"):
        return again(around)
    if os.environ.get("FRESH"):
        ROWS.unlink(missing_ok=True)
    count, jobs = int(os.environ.get("FUZZ", "2000")), int(os.environ.get("JOBS", "2"))
    broke, names = 0, targets(only)
    # one target after the other, so that a run that is stopped has finished some; at once where nobody will stop it
    steps = [names] if os.environ.get("AT_ONCE") else [[name] for name in names]
    try:
        for step in steps:
            rows = kept(ROWS)
            plan = {name: blocks for name in step if (blocks := list(missing(rows, name, count)))}
            if plan:
                broke = send(shared(plan, jobs), around, ROWS) or broke
    except KeyboardInterrupt:
        print("Stopped; the next run goes on from here.")
        broke = 1
    rows = kept(ROWS)
    on = "PostgreSQL" if around.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    print(f"\nAll that was sent so far; this run on {on}. {remember(rows)} failures: {FAILURES}")
    show(rows)
    return broke


if __name__ == "__main__":
    sys.exit(main())
