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
# What knows no database, or meets it only through pages that the other tests ask for on both: once is enough.
ONCE = ["--ignore=tests/triage/engine", "--ignore=tests/journeys"]


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


def prepare(environments: dict[str, dict[str, str]]) -> float:
    """Build the template databases side by side, where they are missing; return the seconds it took."""
    begun = time.monotonic()
    command = [sys.executable, "-W", "ignore", "-m", "tests.database"]
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings_test"}
    building = [subprocess.Popen(command, cwd=ROOT, env=env | settings) for env in environments.values()]
    ended = [process.wait() for process in building]
    if any(ended):
        sys.exit("The starter content could not be loaded into a test database; see above.")
    return time.monotonic() - begun


def hazards(environment: dict[str, str]) -> int:
    """Look up the controls of the hazard log on the starter content; return 1 when a grave hazard has none."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.database", "check_hazards"]
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings_test"}
    return subprocess.run(command, cwd=ROOT, env=environment | settings, check=False).returncode


def start(name: str, environment: dict[str, str], options: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start the suite on one database; what it prints goes to a file."""
    command = [sys.executable, "-m", "pytest", f"-ocache_dir={ROOT / '.pytest_cache' / name}", *options]
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)


def follow(running: dict[str, subprocess.Popen[bytes]], logs: dict[str, Path]) -> dict[str, tuple[int, float]]:
    """Print what each run said when it has ended; return exit codes and the seconds each took."""
    begun, results = time.monotonic(), {}
    while len(results) < len(running):
        time.sleep(0.2)
        for name in running.keys() - results.keys():
            if (code := running[name].poll()) is not None:
                results[name] = code, time.monotonic() - begun
                print(f"\n=== {name} ===\n{logs[name].read_text(errors='replace')}", flush=True)
    return results


def main() -> int:
    """Run and summarise; 0 only when every run was green."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="SQLite, without the browser")
    parser.add_argument("--journeys", action="store_true", help="only the browser")
    chosen, rest = parser.parse_known_args()
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    databases = ["sqlite"] if chosen.fast or chosen.journeys else wanted()
    workers = os.environ.get("TEST_WORKERS", str(max(2, min(8, os.cpu_count() or 2))))
    options = ["-q", "-n", workers, "--dist", "worksteal", *rest]
    if chosen.journeys:
        options += ["-m", "journey"]
    elif chosen.fast:
        options += ["-m", "not journey and not long"]
    elif not browser:
        options += ["-m", "not journey"]
    else:
        options += ["-m", "not heavy"]
    environments = {name: environment_of(name) for name in databases}
    seconds = prepare(environments)
    uncontrolled = 0 if chosen.journeys else hazards(environments[databases[0]])
    # Side by side: while one waits for a browser or a server, the other computes.
    logs = {name: ROOT / "var" / "tests" / f"{name}.log" for name in databases}
    print(f"Running on {' and '.join(databases)}; the lines so far are in var/tests/*.log", flush=True)
    running = {
        name: start(name, environments[name], [*options, *(ONCE if name != databases[0] else [])], logs[name])
        for name in databases
    }
    results = follow(running, logs)
    print(f"\nWhat ran:\n  templates   {' and '.join(databases)}  in {seconds:.0f} s")
    for name, (code, seconds) in results.items():
        print(f"  {name:<11} {'green' if code == 0 else f'RED ({code})'}  in {seconds:.0f} s")
    if len(results) > 1:
        print(f"  The engine uses no database, and a browser sees none: those tests ran once, with {databases[0]}.")
    for name in set(KNOWN) - set(databases):
        print(f"  {name:<11} not run, as asked")
    if not browser:
        print("  The journeys did NOT run: no Chromium on this machine.")
    if uncontrolled:
        print("  hazards     RED: a grave hazard has no control that works; see above.")
    return max(uncontrolled, *(code for code, _ in results.values()))


if __name__ == "__main__":
    sys.exit(main())
