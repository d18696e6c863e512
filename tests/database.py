"""Template databases for the tests: built once for each state of the code, then copied.

Two templates: one with all migrations, one with the starter content on top. A run copies the second, so the
migrations run once for each change of the code and database, not once for each run, worker or committing test. The
starter content is loaded once, on SQLite, and copied to PostgreSQL row by row (see `tests.copied_rows`).
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings

from portal.settings import WAGTAILSEARCH_BACKENDS
from tests.copied_rows import copy_rows

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / "var" / "tests"
MIGRATED = ("*/migrations/*.py", "review/triggers*.py", "review/freshness.py", "requirements.txt")
# What decides which rows a load writes. Code that only reads them leaves a template as it is.
CODE = (
    "articles/content/*.py",
    "articles/models/*.py",
    "review/models/*.py",
    "review/fingerprint.py",
    "review/demo.py",
    "review/roles.py",
    "review/uses.py",
    "articles/asked.py",
    "triage/actions.py",
    "triage/models/*.py",
    "triage/vignettes/actions.py",
    "triage/hazards/files.py",
    "portal/search/index.py",
    "tests/copied_rows.py",
)
LOADED = (
    *MIGRATED,
    *CODE,
    "tests/copied_rows.py",
    "articles/starter/**/*.yaml",
    "triage/protocols/*",
    "triage/starter/*",
)
KEEP = 6


def _key(patterns: Iterable[str]) -> str:
    """Return a short hash of the files that a template depends on."""
    digest = hashlib.sha256()
    for path in sorted({p for pattern in patterns for p in ROOT.glob(pattern) if p.is_file()}):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _row() -> dict[str, Any]:
    """Return the settings of the default connection, shared by all threads."""
    return connections.databases["default"]


def _use(name: str) -> None:
    """Point every future connection at another database."""
    connections["default"].close()
    _row()["NAME"] = name


@contextmanager
def _one_builder(kept: "SQLiteStore | PostgreSQLStore") -> Iterator[None]:
    """Hold the lock under which templates of one kind of database are built."""
    STORE.mkdir(parents=True, exist_ok=True)
    with (STORE / f"{type(kept).__name__}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class SQLiteStore:
    """Templates as files; a copy is a file copy."""

    def exists(self, name: str) -> bool:
        """Whether a template is there."""
        return (STORE / f"{name}.sqlite3").exists()

    def build(self, name: str, source: str | None, fill: Any) -> None:
        """Make a template from another one (or from nothing)."""
        path = STORE / f"building-{os.getpid()}.sqlite3"
        path.unlink(missing_ok=True)
        if source:
            shutil.copyfile(STORE / f"{source}.sqlite3", path)
        _use(str(path))
        fill()
        connections["default"].close()
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        path.rename(STORE / f"{name}.sqlite3")
        self._forget_old()

    def copy(self, source: str, name: str) -> None:
        """Copy a template and use the copy."""
        path = STORE / f"{name}.sqlite3"
        shutil.copyfile(STORE / f"{source}.sqlite3", path)
        _use(str(path))

    def drop(self, name: str) -> None:
        """Remove a copy."""
        connections["default"].close()
        for suffix in ("", "-wal", "-shm"):
            (STORE / f"{name}.sqlite3{suffix}").unlink(missing_ok=True)

    def _forget_old(self) -> None:
        old = sorted(STORE.glob("template-*.sqlite3"), key=lambda p: p.stat().st_mtime)
        for path in old[:-KEEP]:
            path.unlink(missing_ok=True)


class PostgreSQLStore:
    """Templates as databases; a copy is CREATE DATABASE … TEMPLATE."""

    def __init__(self) -> None:
        self.maintenance = _row()["NAME"]

    def _sql(self, *statements: str) -> list[Any]:
        import psycopg  # noqa: PLC0415  # only where PostgreSQL is used

        row = _row()
        known = {"user": row["USER"], "password": row["PASSWORD"], "host": row["HOST"], "port": row["PORT"]}
        options = {k: v for k, v in row.get("OPTIONS", {}).items() if k in {"host", "port"}}
        given = {k: v for k, v in known.items() if v} | options
        with psycopg.connect(dbname=self.maintenance, autocommit=True, **given) as connection:
            answers = []
            for statement in statements:
                cursor = connection.execute(statement.encode())
                answers = cursor.fetchall() if cursor.description else []
            return answers

    def is_superuser(self) -> bool:
        """Whether the account may write rows past the triggers, as a copy of proved rows must."""
        return bool(self._sql("SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper"))

    def exists(self, name: str) -> bool:
        """Whether a template is there."""
        return bool(self._sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))  # noqa: S608

    def build(self, name: str, source: str | None, fill: Any) -> None:
        """Make a template from another one (or from nothing)."""
        building = f"building_{os.getpid()}"
        template = f' TEMPLATE "{source}"' if source else ""
        self._sql(f'DROP DATABASE IF EXISTS "{building}"', f'CREATE DATABASE "{building}"{template}')
        _use(building)
        fill()
        connections["default"].close()
        self._sql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
        self._forget_old()

    def copy(self, source: str, name: str) -> None:
        """Copy a template and use the copy."""
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        _use(name)

    def drop(self, name: str) -> None:
        """Remove a copy."""
        connections["default"].close()
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _forget_old(self) -> None:
        rows = self._sql("SELECT datname FROM pg_database WHERE datname LIKE 'template-%' ORDER BY oid")
        for (name,) in rows[:-KEEP]:
            self._sql(f'DROP DATABASE IF EXISTS "{name}"')


def store() -> SQLiteStore | PostgreSQLStore:
    """Return the store for the database that the settings name."""
    return PostgreSQLStore() if _row()["ENGINE"].endswith("postgresql") else SQLiteStore()


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _load() -> None:
    with override_settings(WAGTAILSEARCH_BACKENDS=WAGTAILSEARCH_BACKENDS):
        call_command("load_starter_content", verbosity=0)
        call_command("load_protocols", verbosity=0)


def ready(kept: SQLiteStore | PostgreSQLStore) -> str:
    """Build what is missing and return the name of the template with the starter content."""
    migrated, loaded = f"template-m-{_key(MIGRATED)}", f"template-c-{_key(LOADED)}"
    with _one_builder(kept):
        if not kept.exists(loaded):
            if not kept.exists(migrated):
                kept.build(migrated, None, _migrate)
            copies = isinstance(kept, PostgreSQLStore) and kept.is_superuser()
            kept.build(loaded, migrated, partial(_copy, loaded) if copies else _load)
    return loaded


def _copy(template: str) -> None:
    """Take the starter content from the SQLite template, which is built when it is not there."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "GAITWAY_DATABASE_NAME")}
    subprocess.run([sys.executable, "-W", "ignore", "-m", "tests.database"], cwd=ROOT, env=environment, check=True)
    copy_rows(STORE / f"{template}.sqlite3")


@contextmanager
def fresh_copy(kept: SQLiteStore | PostgreSQLStore, template: str, label: str) -> Iterator[str]:
    """Use a copy of the template for a while, then go back to the database used before."""
    before = _row()["NAME"]
    name = f"run-{label}-{os.getpid()}"
    kept.copy(template, name)
    try:
        yield str(_row()["NAME"])
    finally:
        connections.close_all()
        kept.drop(name)
        _row()["NAME"] = before


def forget_files() -> None:
    """Remove the files that the tests of this process have written beside the database."""
    for folder in (settings.TRIAGE_ARTEFACTS, settings.TRIAGE_COUNTS):
        shutil.rmtree(folder, ignore_errors=True)


def is_postgresql() -> bool:
    """Whether this run is on PostgreSQL."""
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


if __name__ == "__main__":
    import django

    django.setup()
    kept = store()
    template = ready(kept)
    if words := sys.argv[1:]:
        # one of our own commands, on a copy of the database with the starter content
        with fresh_copy(kept, template, "command"):
            call_command(*words)
    forget_files()


def end_transaction() -> None:
    """Do what the end of a transaction does, inside of the one that a test rolls back."""
    connection.check_constraints()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('gaitway.generation', '', true)")
