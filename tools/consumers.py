"""Hands what Gaitway exports to programs that others wrote, and compares what they make of it with the engine.

Needs node, npm and Chromium. `python tools/consumers.py --runs 300 --forms 15`: random runs of each starter protocol
that are evaluated, and runs of each that are clicked in a browser. Exit 1 when one of them differs.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.consumers import runs  # noqa: E402  # found only from the root of the project
from tests.triage.engine import small, starter  # noqa: E402
from triage.engine.compiled import Machine  # noqa: E402

HERE = ROOT / "tests" / "consumers"
MODULES = HERE / "node_modules"
SEED = 20
FOR_TESTS = {"DJANGO_SETTINGS_MODULE": "portal.settings_test"}
RUNS_OF_OTHERS = 20
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def install() -> None:
    """Install exactly what the lock names, unless it is there already."""
    lock = HERE / "package-lock.json"
    there = MODULES / ".package-lock.json"
    if not there.exists() or there.stat().st_mtime < lock.stat().st_mtime:
        print("Installing the programs of others …", flush=True)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=True)
        there.touch()


def main() -> int:
    """Run them one after the other; return how many failed."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--runs", type=int, default=300)
    wanted.add_argument("--forms", type=int, default=15)
    wanted.add_argument("--invented", type=int, default=40, help="random small protocols besides")
    options = wanted.parse_args()
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    browser = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if missing or browser is None:
        sys.exit(f"Not found: {', '.join(missing or ['chromium'])}. On Debian: apt-get install nodejs npm chromium.")
    install()
    with tempfile.TemporaryDirectory() as folder:
        machines = [*(starter.machine(name) for name in starter.NAMES), Machine.of(small.LEG)]
        files = [str(runs.write(Path(folder), machine, options.runs, SEED)) for machine in machines]
        others = runs.invented(options.invented)
        files += [str(runs.write(Path(folder), one, RUNS_OF_OTHERS, SEED, "invented protocols")) for one in others]
        node = [["node", str(HERE / name), *files] for name in ("fhirpath.mjs", "validate.mjs", "dmn.mjs")]
        forms = [sys.executable, "-m", "tests.consumers.lhc_forms", str(MODULES), str(options.forms), browser]
        structured = [sys.executable, "-W", "ignore", "-m", "tests.consumers.schema_org"]
        failed = 0
        began = time.perf_counter()
        # most of the time goes to the browser: it works beside the others, one for each protocol
        clicked = [
            subprocess.Popen([*forms, file], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for file in files[: len(starter.NAMES)]
        ]
        for command in node:
            print(f"== {Path(command[1]).name}", flush=True)
            failed += subprocess.run(command, cwd=ROOT, check=False).returncode != 0
        print("== schema.org", flush=True)
        failed += subprocess.run(structured, cwd=ROOT, env=os.environ | FOR_TESTS, check=False).returncode != 0
        print("== LHC-Forms", flush=True)
        for one in clicked:
            print(one.communicate()[0].rstrip())
            failed += one.returncode != 0
    print(f"Everything took {time.perf_counter() - began:.0f} s.")
    return failed


if __name__ == "__main__":
    sys.exit(main())
