"""Carries out the steps of the Dockerfile natively, and starts what comes of it with a read-only root and without root.

The base image is this machine's own system: a layer over it takes what the steps write (an overlay in memory), so that
nothing here is changed. Runs as root in a mount namespace of its own (`unshare --mount`); what it cannot show is that
the base images named in the Dockerfile have what this system has.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.deploy_check.dockerfile import Stage, allowed

ROOT = Path(__file__).resolve().parents[2]
# Where this machine's own Python is, and what of the environment a package client needs.
PYTHON = Path(sys.base_prefix)
CLIENT = ("PIP_", "SSL_", "REQUESTS_", "HTTP", "http", "NO_PROXY", "no_proxy")


def _run(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True)


@dataclass
class Image:
    """A file system made by the steps of a stage."""

    stage: Stage
    place: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"

    def begin(self) -> None:
        """Lay an empty layer over this machine's system, and hide what no image would have."""
        layer = self.place.with_name(f"{self.place.name}-layer")
        for part in (self.place, layer / "up", layer / "work"):
            part.mkdir(parents=True)
        _run("mount", "-t", "overlay", "overlay", "-o",
             f"lowerdir=/,upperdir={layer}/up,workdir={layer}/work", self.place)  # fmt: skip
        for hidden in ("tmp", "work", "srv", "home", "mnt", "opt/venv"):
            if (self.place / hidden).exists():
                _run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.place / hidden)
        for parent in PYTHON.parents:
            inside = self.place / parent.relative_to("/")
            inside.chmod(inside.stat().st_mode | 0o055)
        self.environment["PATH"] = f"{PYTHON}/bin:{os.environ['PATH']}"
        self.environment |= {name: value for name, value in os.environ.items() if name.startswith(CLIENT)}
        self.environment["PIP_QUIET"] = "2"

    def build(self, others: Mapping[str, "Image"]) -> None:
        """Carry out the steps of the stage. CalledProcessError when one fails."""
        for kind, said in self.stage.steps:
            if kind == "ENV":
                self.environment |= {name: self.filled(value) for name, value in _pairs(said)}
            elif kind == "ARG":
                name, _, value = said.partition("=")
                self.environment.setdefault(name, value)
            elif kind == "WORKDIR":
                self.folder = said
                (self.place / said.lstrip("/")).mkdir(parents=True, exist_ok=True)
            elif kind == "COPY":
                self._copy(said, others)
            elif kind == "RUN":
                self.inside(["sh", "-c", said])

    def filled(self, text: str) -> str:
        """Return a text with the variables of the image filled in."""
        for name in sorted(self.environment, key=len, reverse=True):
            text = text.replace(f"${name}", self.environment[name])
        return text

    def _copy(self, said: str, others: Mapping[str, "Image"]) -> None:
        words = said.split()
        source = others[words.pop(0).removeprefix("--from=")].place if words[0].startswith("--from=") else None
        *names, target = words
        to = self.place / self.folder.lstrip("/") / target if not target.startswith("/") else self.place / target[1:]
        for name in names:
            if source is not None:
                to.parent.mkdir(parents=True, exist_ok=True)
                _run("cp", "-a", source / name.lstrip("/"), to)
            else:
                _from_the_repository(name, to, many=len(names) > 1 or target.endswith("/"))

    def inside(self, words: list[str], *, account: tuple[int, int] | None = None, **more: str) -> None:
        """Run a command in the image."""
        subprocess.run(self.command(words, account=account), env=self.environment | more, check=True)

    def command(self, words: list[str], *, account: tuple[int, int] | None = None) -> list[str]:
        """Return the command that runs one in the image; as an account it has no rights beyond that account's."""
        less = []
        if account is not None:
            less = ["setpriv", f"--reuid={account[0]}", f"--regid={account[1]}", "--clear-groups", "--no-new-privs",
                    "--bounding-set=-all", "--inh-caps=-all"]  # fmt: skip
        step = f"cd {shlex.quote(self.folder)} && exec {shlex.join(words)}"
        return ["chroot", str(self.place), *less, "sh", "-c", step]

    def close(self, *writable: tuple[str, int, int]) -> None:
        """Make the root read-only, but for folders in memory that belong to an account and group."""
        (self.place / "dev" / "shm").mkdir(exist_ok=True)
        for name in ("dev", "proc"):
            _run("mount", "--rbind", f"/{name}", self.place / name)
        for folder, *_ in writable:
            (self.place / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        _run("mount", "-o", "remount,ro", self.place)
        for folder, account, group in writable:
            options = f"mode=0770,uid={account},gid={group}"
            _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", self.place / folder.lstrip("/"))


def _pairs(said: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (pair.partition("=") for pair in shlex.split(said))]


def _from_the_repository(name: str, to: Path, *, many: bool) -> None:
    """Copy what git knows of, if the build would be given it."""
    if not any(name == one or name.startswith(f"{one}/") for one in allowed(ROOT / ".dockerignore")):
        raise ValueError(f"COPY {name}: .dockerignore leaves it out")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", name]
    files = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    if not files:
        raise ValueError(f"COPY {name}: there is no such file")
    for file in files:
        inside = Path(file).relative_to(name)
        target = to / Path(file).name if many and file == name else to if file == name else to / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / file).exists():
            shutil.copy(ROOT / file, target)
