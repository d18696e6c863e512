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


def run(name: str, options: list[str]) -> tuple[int, float]:
    """Run the suite on one database; return pytest's exit code and the seconds it took."""
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    if name == "postgresql":
        environment["DATABASE_URL"] = postgresql_address()
    print(f"\n=== {name} ===", flush=True)
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "pytest", *options], cwd=ROOT, env=environment, check=False)
    return done.returncode, time.monotonic() - begun


def main() -> int:
    """Run and summarise; 0 only when every run was green."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="SQLite, without the browser")
    parser.add_argument("--journeys", action="store_true", help="only the browser")
    chosen, rest = parser.parse_known_args()
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    databases = ["sqlite"] if chosen.fast or chosen.journeys else wanted()
    options = ["-q", "-n", os.environ.get("TEST_WORKERS", "2"), *rest]
    if chosen.journeys:
        options += ["-m", "journey"]
    elif chosen.fast:
        options += ["-m", "not journey and not long"]
    elif not browser:
        options += ["-m", "not journey"]
    results = {}
    for name in databases:
        # The engine knows no database: once is enough.
        again = ["--ignore=tests/triage/engine"] if results else []
        results[name] = run(name, [*options, *again])
    print("\nWhat ran:")
    for name, (code, seconds) in results.items():
        print(f"  {name:<11} {'green' if code == 0 else f'RED ({code})'}  in {seconds:.0f} s")
    if len(results) > 1:
        print(f"  The tests of the engine use no database and ran once, with {databases[0]}.")
    for name in set(KNOWN) - set(databases):
        print(f"  {name:<11} not run, as asked")
    if not browser:
        print("  The journeys did NOT run: no Chromium on this machine.")
    return max(code for code, _ in results.values())


if __name__ == "__main__":
    sys.exit(main())
