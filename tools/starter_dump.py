"""Writes the starter content as the tests have it into a folder: `starter.dump` (PostgreSQL), `starter.sqlite3`."""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from clusters import USER, run  # beside this file, not a package
from postgres import start as start_postgresql

os.environ.setdefault("DATABASE_URL", start_postgresql())
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings_test"

import django

django.setup()

from tests import database


def main() -> None:
    """Write both."""
    where = Path(sys.argv[1])
    template = database.ready(database.store())
    host = os.environ["DATABASE_URL"].partition("host=")[2]
    run("pg_dump", "-Fc", "-h", host, "-U", USER, "-d", template, "-f", str(where / "starter.dump"))
    shutil.copyfile(database.STORE / f"{template}.sqlite3", where / "starter.sqlite3")


if __name__ == "__main__":
    main()
