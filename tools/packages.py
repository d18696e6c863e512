"""What the site is made of: `python tools/packages.py sbom|licences|audit` (`make sbom`, `make audit-packages`).

sbom      writes var/sbom.json, a bill of materials (CycloneDX) of every locked package with its hashes
licences  writes docs/licences.md from what is installed
audit     asks for known faults of what is locked: 0 none, 1 some, 3 when a package could not be asked about
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"site": ROOT / "requirements.txt", "work": ROOT / "requirements-dev.txt"}
SBOM, PAGE = ROOT / "var" / "sbom.json", ROOT / "docs" / "licences.md"
LOCKED = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)([^\\\n]*)\\?$((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)*)",
    re.MULTILINE,
)
# Licences that let anybody use, change and pass on; of the last four, changes to the package itself are shared.
ALLOWED = (
    "MIT", "MIT-0", "MIT-CMU", "BSD", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Apache-2.0", "Apache", "PSF-2.0",
    "Python Software Foundation", "Unlicense", "Zlib", "MPL-2.0", "Mozilla Public", "LGPL-3.0-only", "LGPLv2+",
)  # fmt: skip
# Packages that say it in a file alone.
IN_THEIR_FILES = {"axe-playwright-python": "MIT"}
UNASKED = 3


def locked(lock: Path) -> dict[tuple[str, str], tuple[str, int]]:
    """Return marker and number of hashes of every package of a lock file, by its plain name and version."""
    found = LOCKED.findall(lock.read_text(encoding="utf-8"))
    return {
        (_plain(name), version): (rest.strip(" ;"), hashes.count("sha256:")) for name, version, rest, hashes in found
    }


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def licences() -> dict[str, str]:
    """Return the licence of every installed package that is locked."""
    names = {name for lock in LOCKS.values() for name, _ in locked(lock)}
    command = [sys.executable, "-m", "piplicenses", "--format=json", "--with-system", "--from=mixed"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {_plain(row["Name"]): row["License"].replace("\n", " ") for row in json.loads(said)}
    found |= {name: licence for name, licence in IN_THEIR_FILES.items() if found.get(name) == "UNKNOWN"}
    return {name: licence for name, licence in sorted(found.items()) if name in names}


def is_allowed(licence: str) -> bool:
    """Whether a package may be used: where there is a choice, one licence is enough."""
    choices = re.split(r" OR |;", licence)
    return any(all(_known(part) for part in choice.split(" AND ")) for choice in choices)


def _known(part: str) -> bool:
    words = part.strip(" ()")
    return any(re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", words) for one in ALLOWED) or words.endswith(
        "(LGPLv2+)"
    )


def page(found: dict[str, str]) -> str:
    """Return the page of licences."""
    site = {name for name, _ in locked(LOCKS["site"])}
    lines = [
        "# Licences of packages", "",
        "Made by `tools/packages.py licences`. What the site needs is named *site*; the rest is for working on it and",
        "is no part of what is run. A package with a choice of licences is used under the first of them that",
        "`tools/packages.py` allows. Packages for other systems, locked but not installed here, are left out.", "",
        "| package | licence | for |", "| --- | --- | --- |",
    ]  # fmt: skip
    lines += [f"| {name} | {licence} | {'site' if name in site else 'work'} |" for name, licence in found.items()]
    return "\n".join(lines) + "\n"


def sbom(to: Path = SBOM, *, validate: bool = True) -> dict[str, Any]:
    """Write the bill of materials of the site; return it. Holding it against the schema takes most of the time."""
    to.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(LOCKS["site"]), "--pyproject",
               str(ROOT / "pyproject.toml"), "--output-reproducible", "--of", "JSON", "-o", str(to)]  # fmt: skip
    command.append("--validate" if validate else "--no-validate")
    subprocess.run(command, check=True, capture_output=True)
    made: dict[str, Any] = json.loads(to.read_text(encoding="utf-8"))
    return made


def verdict(said: dict[str, Any] | None) -> tuple[int, list[str]]:
    """Return the exit code for what the audit said, and lines that tell why; None is no answer at all."""
    if said is None:
        return UNASKED, ["Nobody could be asked: there is no network, or no answer. Nothing is known of any package."]
    rows = said["dependencies"]
    faults = [f"{row['name']} {row['version']}: {one['id']}" for row in rows for one in row.get("vulns", [])]
    unasked = [row["name"] for row in rows if "skip_reason" in row]
    lines = [f"{len(rows) - len(unasked)} packages were asked about: {len(faults)} known faults.", *faults]
    if unasked or not rows:
        lines.append(f"{len(unasked)} could NOT be asked about, so nothing is known of them: {', '.join(unasked)}")
    return (1 if faults else UNASKED if unasked or not rows else 0), lines


def audit() -> int:
    """Ask for known faults of everything that is locked; return the exit code."""
    worst = 0
    for lock in LOCKS.values():
        command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--require-hashes", "--disable-pip", "-f",
                   "json", "--progress-spinner", "off", "--timeout", "20"]  # fmt: skip
        try:
            said = json.loads(subprocess.run(command, capture_output=True, text=True, check=False, timeout=300).stdout)
        except (ValueError, subprocess.TimeoutExpired):
            said = None
        code, lines = verdict(said)
        print(f"{lock.name}: " + "\n  ".join(lines))
        worst = code if code == 1 or (worst != 1 and code) else worst
    return worst


def main() -> int:
    """Do what is asked for."""
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what == "audit":
        return audit()
    if what == "sbom":
        print(f"{SBOM}: {len(sbom()['components'])} packages")
    elif what == "licences":
        PAGE.write_text(page(licences()), encoding="utf-8")
    else:
        print(__doc__)
    return int(what not in {"sbom", "licences"})


if __name__ == "__main__":
    sys.exit(main())
