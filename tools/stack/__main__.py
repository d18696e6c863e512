"""Start the whole site natively and keep it up until Ctrl-C: `make stack`, or with --smoke only for a walk through it.

    python -m tools.stack [--smoke] [--port 8080]

Data is below var/stack (GAITWAY_VAR moves it); DATABASE_URL names another PostgreSQL than the one from the wheel.
"""

import argparse
import os
import signal
import sys
import time
from itertools import chain
from pathlib import Path
from types import FrameType

from tools.stack.parts import ROOT
from tools.stack.site import MissingError, Stack
from tools.stack.smoke import faults, operator_faults

FOLDER = Path(os.environ.get("GAITWAY_VAR", ROOT / "var")) / "stack"


def walk(stack: Stack) -> int:
    """Walk through the site, say what holds; return how much does not."""

    def audit() -> str:
        try:
            stack.manage("audit_releases")
        except RuntimeError as error:
            return str(error)
        return ""

    def turns() -> str:
        try:
            stack.command([sys.executable, "-m", "portal.work.alive", "30"])
        except RuntimeError as error:
            return str(error)
        return ""

    wrong = 0
    places = [part.address for part in stack.applications]
    looked = chain(faults(stack.url, audit), operator_faults(stack.url, places), [("the worker turns", turns())])
    for name, fault in looked:
        print(f"  {'FAILS' if fault else 'ok':<6} {name}{': ' if fault else ''}{fault}", flush=True)
        wrong += bool(fault)
    return wrong


def stay(stack: Stack) -> int:
    """Stay until Ctrl-C or until a part has ended; return what to end with."""
    print(f"\n  {stack.url}/ – stop with Ctrl-C. Logs: {stack.folder / 'log'}\n", flush=True)
    while all(part.runs for part in stack.processes):
        time.sleep(1)
    ended = [part for part in stack.processes if not part.runs]
    for part in ended:
        print(f"{part.name} has ended:\n{part.said()}")
    return 1


def leave(number: int, frame: FrameType | None) -> None:
    """Stop the parts also when a service manager ends us."""
    raise KeyboardInterrupt


def main() -> int:
    """Start, show, walk, stay, stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="stop after the walk; ends with 1 when something fails")
    parser.add_argument("--port", type=int, default=8080, help="of the web server; the two after it are taken as well")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, leave)
    stack = Stack(FOLDER.resolve(), port=chosen.port)
    try:
        print("Starting the database, preparing what is not there yet …", flush=True)
        print(stack.prepare())
        stack.start()
        print(f"\n{stack.table()}\n", flush=True)
        wrong = walk(stack)
        return int(bool(wrong)) if chosen.smoke else stay(stack)
    except (MissingError, RuntimeError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0 if not chosen.smoke else 130
    finally:
        stack.stop()
        print("Everything is stopped.")


if __name__ == "__main__":
    sys.exit(main())
