"""Run the whole suite on SQLite and on a real PostgreSQL, and say what ran on which.

TEST_DATABASES=sqlite leaves PostgreSQL out; without it a missing PostgreSQL is a failure. TEST_DATABASE_URL names a
server to use instead of one of our own.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KNOWN = ("sqlite", "postgresql")
# What cannot reach a database is the same on each: it runs once, while the databases are being made.
ALONE = "no database"
# A browser sees no database: its pages are asked for by the other tests on both.
JOURNEYS = "journeys"
# With so few processors each part runs in one process; with more, each is spread over some.
FEW = 3
NOTHING_CHOSEN = 5  # pytest's code


def wanted() -> list[str]:
    """Return the databases to run on."""
    named = [name.strip() for name in os.environ.get("TEST_DATABASES", ",".join(KNOWN)).split(",") if name.strip()]
    if unknown := set(named) - set(KNOWN):
        sys.exit(f"TEST_DATABASES names {', '.join(sorted(unknown))}; known are {', '.join(KNOWN)}.")
    return named


def postgresql_address() -> str:
    """Return the address of a PostgreSQL server, or end loudly."""
    if address := os.environ.get("TEST_DATABASE_URL"):
        return address
    sys.path.insert(0, str(ROOT / "tools"))
    from postgres import start  # noqa: PLC0415  # beside this file, not a package

    try:
        return start()
    except Exception as error:  # noqa: BLE001  # whatever it is, the person must read it
        sys.exit(
            f"PostgreSQL could not be started: {error}\n"
            "Give a server in TEST_DATABASE_URL, or run on SQLite alone with TEST_DATABASES=sqlite."
        )


def environment_of(name: str) -> dict[str, str]:
    """Return the environment in which the project uses one of the databases."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    if name == "postgresql":
        environment["DATABASE_URL"] = postgresql_address()
    return environment


def prepare(environments: dict[str, dict[str, str]]) -> None:
    """Build the template databases side by side, where they are missing."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.database"]
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings_test"}
    building = [subprocess.Popen(command, cwd=ROOT, env=env | settings) for env in environments.values()]
    ended = [process.wait() for process in building]
    if any(ended):
        sys.exit("The starter content could not be loaded into a test database; see above.")


def hazards(environment: dict[str, str]) -> int:
    """Look up the controls of the hazard log on the starter content; return 1 when a grave hazard has none."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.database", "check_hazards"]
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings_test"}
    return subprocess.run(command, cwd=ROOT, env=environment | settings, check=False).returncode


class Runs:
    """Parts of the suite that run side by side; each writes to a file of its own, printed when it has ended."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}
        self.ended: dict[str, tuple[int, float]] = {}

    def start(self, name: str, environment: dict[str, str], options: list[str]) -> None:
        """Start one part."""
        command = [
            sys.executable,
            "-m",
            "pytest",
            f"-ocache_dir={ROOT / '.pytest_cache' / log_of(name).stem}",
            *options,
        ]
        log_of(name).parent.mkdir(parents=True, exist_ok=True)
        self.started[name] = time.monotonic()
        with log_of(name).open("wb") as output:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )

    def finish(self) -> None:
        """Wait for all and print what each said."""
        while len(self.ended) < len(self.running):
            time.sleep(0.2)
            for name in self.running.keys() - self.ended.keys():
                if (code := self.running[name].poll()) is not None:
                    # a selection that leaves nothing of one part is no failure of that part
                    code = 0 if code == NOTHING_CHOSEN and len(self.running) > 1 else code
                    self.ended[name] = code, time.monotonic() - self.started[name]
                    print(f"\n=== {name} ===\n{log_of(name).read_text(errors='replace')}", flush=True)

    def summary(self) -> list[str]:
        """Return a line for each part."""
        return [
            f"  {name:<11} {'green' if code == 0 else f'RED ({code})'}  in {seconds:.0f} s"
            for name, (code, seconds) in self.ended.items()
        ]


def log_of(name: str) -> Path:
    """Return the file in which a part writes."""
    return ROOT / "var" / "tests" / f"{name.replace(' ', '-')}.log"


def workers() -> list[str]:
    """Return over how many processes each part is spread: TEST_WORKERS, or what the machine has for each."""
    processors = os.cpu_count() or 1
    number = int(os.environ.get("TEST_WORKERS", "1" if processors <= FEW else str(min(8, processors // 2))))
    return ["-n", str(number), "--dist", "worksteal"] if number > 1 else ["-p", "no:xdist"]


def marks(chosen: argparse.Namespace, *, browser: bool) -> str:
    """Return which tests are left in."""
    if chosen.journeys:
        return "journey"
    if chosen.fast:
        return "not journey and not long"
    return "not heavy" if browser else "not journey"


def main() -> int:
    """Run and summarise; 0 only when every run was green."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="SQLite, without the browser")
    parser.add_argument("--journeys", action="store_true", help="only the browser")
    chosen, rest = parser.parse_known_args()
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    databases = ["sqlite"] if chosen.fast or chosen.journeys else wanted()
    options = ["-q", "-m", marks(chosen, browser=bool(browser)), *rest]
    environments = {name: environment_of(name) for name in databases}
    runs = Runs()
    print(f"Running on {' and '.join(databases)}; the lines so far are in var/tests/*.log", flush=True)
    if not chosen.journeys:
        runs.start(ALONE, environments[databases[0]], [*options, "--database=without"])
    prepare(environments)
    prepared = time.monotonic() - runs.begun
    spread = workers()
    for name in databases if not chosen.journeys else []:
        runs.start(name, environments[name], [*options, *spread, "--database=with", "--ignore=tests/journeys"])
    if browser and not chosen.fast:
        runs.start(JOURNEYS, environments[databases[0]], [*options, *spread, "tests/journeys"])
    uncontrolled = 0 if chosen.journeys else hazards(environments[databases[0]])
    runs.finish()
    print(f"\nWhat ran, in {time.monotonic() - runs.begun:.0f} s:\n  templates   ready after {prepared:.0f} s")
    print("\n".join(runs.summary()))
    if JOURNEYS in runs.ended:
        print(f"  Journeys ran once, with {databases[0]}: a browser sees no database.")
    for name in set(KNOWN) - set(databases):
        print(f"  {name:<11} not run, as asked")
    if not browser:
        print("  The journeys did NOT run: no Chromium on this machine.")
    if uncontrolled:
        print("  hazards     RED: a grave hazard has no control that works; see above.")
    return max(uncontrolled, *(code for code, _ in runs.ended.values()))


if __name__ == "__main__":
    sys.exit(main())
