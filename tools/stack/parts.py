"""A part of the running site: one process of its own, with its log, that can be ended in every way there is."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15.0


@dataclass
class Part:
    """A process: what runs, where it listens, where it writes."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    folder: Path = ROOT
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, in a group of its own, so that Ctrl-C here does not reach it first."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command), cwd=self.folder, env={**os.environ, **self.environment},
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int | None:
        """The number of the process; None before the start."""
        return self.process.pid if self.process else None

    @property
    def runs(self) -> bool:
        """Whether it is there."""
        return self.process is not None and self.process.poll() is None

    def send(self, number: int) -> None:
        """Send a signal to the process and its children."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End it and its children without a word of warning."""
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self) -> int | None:
        """Ask it to end; kill what does not. Return what it ended with, None when it was not there."""
        if self.process is None:
            return None
        with suppress(ProcessLookupError):
            self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        self.kill()
        return self.process.returncode

    def said(self, characters: int = 1500) -> str:
        """Return the end of its log."""
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""


def until(holds: Callable[[], object], seconds: float, told: str, *, every: float = 0.1) -> None:
    """Wait until something holds; TimeoutError with `told` when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(told)
        time.sleep(every)
