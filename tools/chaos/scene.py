"""The stage: the whole site with a relay before its database, readers, an editor, and what must hold afterwards."""

import http.client
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tools.chaos.load import Ask, Load, fetch, posted
from tools.chaos.relay import Relay
from tools.stack.parts import Part, until
from tools.stack.site import Stack
from tools.stack.smoke import CHECK, GUIDE, Site, calm, worst

RATE = 30.0
PAGES = 14
FILLED = 60
TMPFS_MB = 64
# What a fault adds to the name of a page for a while.
RENAMED = " (renamed)"


# A result says until which day to wait.
DAY = re.compile(rb"\b(?:[A-Z][a-z]+day )?\d{1,2} [A-Z][a-z]+(?: \d{4})?\b")


def _today() -> date:
    """Return the day as the site counts it."""
    return datetime.now(UTC).date()


@dataclass
class Outcome:
    """What came of a fault, beside what readers and the editor saw."""

    said: str = ""
    faults: list[str] = field(default_factory=list)
    longest_allowed: float = 3.0
    failed_allowed: int = 0
    tried: bool = True


class Scene:
    """Everything that a fault may touch."""

    def __init__(self, folder: Path, *, port: int) -> None:
        self.stack = Stack(folder, port=port)
        self.small = folder / "small"
        os.environ |= {"PAGES_DIR": str(self.small / "pages"), "TRIAGE_ARTEFACTS": str(self.small / "artefacts")}
        self.is_small = False
        self._relay: Relay | None = None
        self.asks: list[Ask] = []
        self.day = _today()
        self.editor: Any = None

    def open(self) -> None:
        """Start everything; wait until the pages that readers will ask for are kept."""
        self.stack.folder.mkdir(parents=True, exist_ok=True)
        self._mount()
        self.stack.prepare()
        os.environ |= self.stack.environment()
        import django  # noqa: PLC0415  # the settings are known only now

        django.setup()
        self._relay = Relay(Path(self.stack.postgresql.socket) / ".s.PGSQL.5432")
        way = self.stack.postgresql.url(self.stack.database, host="127.0.0.1", port=self.relay.port)
        self.stack.start(address=way)
        until(lambda: self._kept() >= FILLED, 300, "The pages were not kept in time.", every=0.5)
        self.asks = list(self._asks())

    def close(self) -> None:
        """Stop everything."""
        if self._relay is not None:
            self._relay.go_on()
        self.stack.stop()
        if self._relay is not None:
            self._relay.close()
        if self.is_small:
            subprocess.run(["umount", str(self.small)], check=False)

    @property
    def relay(self) -> Relay:
        """The way of the site's processes to the database."""
        if self._relay is None:
            raise RuntimeError("The site was not started.")
        return self._relay

    def _mount(self) -> None:
        """Give kept pages and checks a small file system of their own, where we may; a disk is full sooner then."""
        self.small.mkdir(exist_ok=True)
        if self.small.is_mount():
            subprocess.run(["umount", str(self.small)], check=False)
        shutil.rmtree(self.small, ignore_errors=True)
        self.small.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            command = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_MB}m", "tmpfs", str(self.small)]
            self.is_small = subprocess.run(command, check=False, capture_output=True).returncode == 0

    def _pages(self) -> Path:
        return self.kept_in("pages")

    def kept_in(self, place: str) -> Path:
        """Return a folder of the build that the web server reads."""
        return self.small / "pages" / "current" / place

    def _kept(self) -> int:
        there = {path.parent for path in self._pages().rglob("index.html")}
        return len(there) if self._pages() / GUIDE.strip("/") in there else 0

    def _asks(self) -> Iterator[Ask]:
        """Yield what readers ask for, with what is answered now, while everything is well."""
        kept = sorted(f"/{path.parent.relative_to(self._pages())}/" for path in self._pages().rglob("*/index.html"))
        urgent = [path for path in kept if "help" in path][:4]
        others = random.Random(11).sample([path for path in kept if path not in urgent], PAGES - len(urgent))  # noqa: S311
        for path in ["/", GUIDE, *urgent, *others]:
            yield self._asked(path, None)
        for path in (CHECK, "/check/"):
            yield self._asked(path, None)
        for choose in (calm, worst):
            steps = list(Site(self.stack.url).steps(CHECK, choose))
            for fields, _ in [*steps[:3], *steps[-2:]]:
                yield self._asked(CHECK, posted(fields))

    def _asked(self, path: str, body: bytes | None) -> Ask:
        found = {fetch(self.stack.port, path, body) for _ in range(2)}
        if {status for status, _ in found} != {http.client.OK} or len(found) != 1:
            raise RuntimeError(f"{path} does not give the same page twice.")
        return Ask(path, body, frozenset(body for _, body in found))

    def pages(self) -> list[str]:
        """Return the addresses of the released pages that readers ask for."""
        return [ask.path for ask in self.asks if ask.body is None and not ask.path.startswith("/check/")]

    def of_today(self) -> None:
        """Note what is right today, when a night fell."""
        if self.day != _today():
            self.asks, self.day = [self._of_today(ask) for ask in self.asks], _today()

    def _of_today(self, ask: Ask) -> Ask:
        """Return a question with the answer of a new day, where nothing but days has changed in it."""
        if ask.body is None:
            return ask
        now = self._asked(ask.path, ask.body)
        same = {DAY.sub(b"", body) for body in now.right} == {DAY.sub(b"", body) for body in ask.right}
        return now if same else ask

    def load(self, rate: float = RATE) -> Load:
        """Return readers."""
        return Load(self.stack.port, self.asks, rate, lambda body: body.replace(RENAMED.encode(), b""))

    def password(self, name: str) -> str:
        """Return the password of a demonstration account."""
        return str(json.loads((self.stack.folder / "demo-accounts.json").read_text())[name])

    def audit(self) -> str:
        """Return what the audit says is wrong."""
        from review import audit  # noqa: PLC0415  # needs the settings

        self.reconnect()
        return "; ".join(audit.faults())[:200]

    @staticmethod
    def reconnect() -> None:
        """Let go of a connection that a fault may have broken."""
        from django.db import connection  # noqa: PLC0415  # needs the settings

        connection.close()

    def restart(self, part: Part, address: str | None = None) -> None:
        """Start a part anew and wait until it answers."""
        if address is not None:
            part.environment = {**part.environment, "DATABASE_URL": address}
        part.start()
        if part.address:
            self.stack.wait_for(part)

    def helper(self, *words: str, prefix: tuple[str, ...] = ()) -> str:
        """Run a helper of ours as a process of its own; return the last line that it prints, after mails to people."""
        said = self.stack.command([*prefix, sys.executable, "-W", "ignore", "-m", "tools.chaos.deeds", *words])
        return said.rstrip().rpartition("\n")[2]

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Fill the small file system to the last byte."""
        ballast = self.small / "ballast"
        try:
            with ballast.open("wb", buffering=0) as file:
                for size in (1 << 20, 1 << 12, 1):
                    try:
                        while file.write(b"x" * size) == size:
                            pass
                    except OSError:
                        continue
            yield
        finally:
            ballast.unlink(missing_ok=True)
