"""Reads a Dockerfile into stages, as far as ours goes; what it does not know it refuses."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

KNOWN = frozenset({"ARG", "FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD",
                   "ENTRYPOINT"})  # fmt: skip


@dataclass
class Stage:
    """One image: its name, what it begins from, its instructions in order."""

    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def last(self, name: str) -> str:
        """Return what the last instruction of a kind says; empty when there is none."""
        return next((said for kind, said in reversed(self.steps) if kind == name), "")

    def words(self, name: str) -> list[str]:
        """Return the command that an instruction names; it stands there as a list."""
        said = self.last(name)
        return list(json.loads(said[said.index("[") :])) if "[" in said else []

    @property
    def user(self) -> tuple[int, int]:
        """Number of the account and of its group."""
        account, _, group = self.last("USER").partition(":")
        return int(account), int(group)


def read(path: Path) -> dict[str, Stage]:
    """Return the stages by name. ValueError names an instruction that is not known here."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    stages: dict[str, Stage] = {}
    current: Stage | None = None
    for line in filter(None, map(str.strip, whole.splitlines())):
        kind, _, said = line.partition(" ")
        if kind not in KNOWN:
            raise ValueError(f"{path.name}: {kind} is not known here")
        if kind == "FROM":
            base, _, name = said.partition(" AS ")
            current = stages[name] = Stage(name, base)
        elif current is not None:
            current.steps.append((kind, said.strip()))
    return stages


def allowed(path: Path) -> set[str]:
    """Return what a .dockerignore lets into the build, where it begins by leaving everything out."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    if "*" not in lines:
        raise ValueError(f"{path.name} does not begin by leaving everything out")
    return {line[1:] for line in lines if line.startswith("!")}
