"""Break one part of the running site after the other, under load; see what readers and editors notice: `make chaos`.

    python -m tools.chaos [--only NAME …] [--port 8090]

Real processes, a real PostgreSQL, a real web server. Bars: no read of a released page, of emergency advice or of a step
of a check fails or differs from what is right, none waits longer than 3 s; each save of the editor that was confirmed
is there, and each that was not said so; the audit is green after each fault. Ends with 1 when a bar is missed.
"""

import argparse
import itertools
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools.chaos import breaking, deploying, releasing
from tools.chaos.load import Load
from tools.chaos.scene import Outcome, Scene
from tools.chaos.writer import Browser, Writer
from tools.stack.parts import ROOT
from tools.stack.site import MissingError

FOLDER = Path(os.environ.get("GAITWAY_VAR", ROOT / "var")) / "chaos"
Fault = Callable[[Scene], Outcome]
FAULTS: dict[str, Fault] = {
    "database-stopped": breaking.database_stopped,
    "database-restarted": breaking.database_restarted,
    "database-hangs": breaking.database_hangs,
    "application-killed": breaking.application_killed,
    "worker-killed": releasing.worker_killed,
    "worker-told-to-end": releasing.worker_told_to_end,
    "edge-reloaded": breaking.edge_reloaded,
    "disk-full": breaking.disk_full,
    "deploy": deploying.deploy,
    "deploy-database": deploying.deploy_database,
    "menus": deploying.menus,
    "migrate-killed": breaking.migrate_killed,
    "withdrawal": releasing.withdrawal,
    "crash-sweep": releasing.crash_sweep,
    "two-schedulers": releasing.two_schedulers,
    "decisions": releasing.decisions,
    "double-submits": releasing.double_submits,
    "slow-clients": breaking.slow_clients,
    "clocks": releasing.clocks,
}


class Row:
    """What came of one fault."""

    def __init__(self, name: str, load: Load, writer: Writer, outcome: Outcome, seconds: float) -> None:
        self.name, self.outcome, self.seconds = name, outcome, seconds
        self.reads, self.failed, self.wrong = len(load.answers), load.failed, load.wrong
        self.longest = load.longest
        self.writer = writer
        self.faults = list(outcome.faults)

    def judge(self, lost: list[str], audit: str) -> None:
        """Add every bar that is missed."""
        samples = [f"{one.ask.what}: {one.status}" for one in itertools.islice(self.failed, 3)]
        if len(self.failed) > self.outcome.failed_allowed:
            self.faults.append(f"{len(self.failed)} reads failed ({'; '.join(samples)})")
        if self.wrong:
            self.faults.append(f"{len(self.wrong)} wrong answers ({self.wrong[0].ask.what})")
        if self.longest > self.outcome.longest_allowed:
            self.faults.append(f"a reader waited {self.longest:.1f} s")
        if lost:
            self.faults.append(f"{len(lost)} confirmed saves are lost")
        if not self.writer.honest():
            self.faults.append(f"a save was neither confirmed nor refused: {self.writer.refused[:2]}")
        if audit:
            self.faults.append(f"audit: {audit}")
        if not self.reads:
            self.faults.append("nobody read")

    def __str__(self) -> str:
        saved = f"{len(self.writer.confirmed)} saved, {len(self.writer.refused)} told not"
        start = f"{self.name:<19} {self.reads:>5} {len(self.failed):>6} {len(self.wrong):>5} {self.longest:>6.2f} s"
        bar = "MISSED" if self.faults else "ok" if self.outcome.tried else "-"
        return f"{start}  {saved:<24} {bar:<7} {'' if self.outcome.tried else 'NOT TRIED: '}{self.outcome.said}"


HEAD = f"{'fault':<19} {'reads':>5} {'failed':>6} {'wrong':>5} {'longest':>8}  {'editor':<24} {'bar':<7} what was done"


def run(scene: Scene, name: str) -> Row:
    """Let one fault happen, between readers and an editor; return what came of it."""
    from tools.chaos import deeds  # noqa: PLC0415  # needs the settings

    begun = time.monotonic()
    scene.of_today()
    page = deeds.editor_page("demo-author")
    scene.editor = Writer(Browser(scene.stack.url, "demo-author", scene.password("demo-author")), page)
    scene.reconnect()
    load = scene.load()
    with scene.editor, load:
        try:
            outcome = FAULTS[name](scene)
        except Exception as error:  # noqa: BLE001  # whatever it was, it is what this fault led to
            outcome = Outcome(faults=[f"{type(error).__name__}: {str(error)[:300]}"])
        time.sleep(1)
    scene.reconnect()
    row = Row(name, load, scene.editor, outcome, time.monotonic() - begun)
    row.judge(deeds.lost(page, scene.editor.confirmed), scene.audit())
    return row


def main() -> int:
    """Start the site, let each fault happen, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=FAULTS, metavar="NAME", help=", ".join(FAULTS))
    parser.add_argument("--port", type=int, default=8090)
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    scene, rows = Scene(FOLDER.resolve(), port=chosen.port), []
    begun = time.monotonic()
    try:
        print("Starting the site; the first time this takes a minute or two …", flush=True)
        scene.open()
        print(f"Ready after {time.monotonic() - begun:.0f} s.\n\n{HEAD}", flush=True)
        for name in chosen.only or FAULTS:
            rows.append(run(scene, name))
            print(rows[-1], *(f"    ! {fault}" for fault in rows[-1].faults), sep="\n", flush=True)
    except (MissingError, RuntimeError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        scene.close()
    missed = sum(bool(row.faults) for row in rows)
    untried = sum(not row.outcome.tried for row in rows)
    print(f"\n{len(rows)} faults, {missed} bars missed, {untried} not tried, {time.monotonic() - begun:.0f} s.")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
