"""PostgreSQL as a part: started from the wheel without an administrator, stopped in every way there is."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

from tools.stack.parts import ROOT, until

TRIES = 6
WAYS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}


class PostgreSQL:
    """A server of our own in one directory, reached by a socket in the file system."""

    name = "postgresql"

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket = ""

    def start(self) -> None:
        """Start it, made when there is none; RuntimeError says what is missing."""
        # in a process of its own: the library remembers what it started and would not start it again
        command = [sys.executable, "tools/postgres.py", "start", str(self.directory)]
        for _ in range(TRIES):
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            # it gives the server 10 s to come back from a crash; one that is at it is found running the next time
            if not done.returncode or "TimeoutExpired" not in done.stderr:
                break
        if done.returncode:
            raise RuntimeError(
                f"PostgreSQL did not start: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"
            )
        self.socket = urlsplit(done.stdout.strip()).query.removeprefix("host=")

    def url(self, database: str, *, host: str = "", port: int = 5432) -> str:
        """Return the address of a database; `host` of another way to the server, such as a relay."""
        return f"postgresql://postgres:@/{database}?host={quote(host or self.socket, safe='/')}&port={port}"

    @property
    def pid(self) -> int | None:
        """The number of the first process; None when it does not run."""
        try:
            pid = int((self.directory / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid

    @property
    def runs(self) -> bool:
        """Whether it is there."""
        return self.pid is not None

    def stop(self, way: str = "fast") -> None:
        """Stop it: `fast` ends every session, `immediate` is a crash."""
        if (pid := self.pid) is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, WAYS[way])
            until(lambda: not self.runs, 30, "PostgreSQL did not stop.", every=0.05)

    def sql(self, *statements: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Carry out statements, each by itself; return the rows of the last one."""
        import psycopg  # noqa: PLC0415  # the words for a machine without it come first

        with psycopg.connect(dbname=database, user="postgres", host=self.socket, autocommit=True) as connection:
            rows: list[tuple[object, ...]] = []
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
            return rows
