"""The rows of a SQLite template, written into a PostgreSQL database with the same migrations.

The starter content is loaded once, on SQLite. PostgreSQL gets the same rows, byte for byte where it keeps text, so that
what was signed on one database is proved on the other.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction

# PostgreSQL's own: which migrations it has, and an index whose words it stems itself.
OWN = {"django_migrations", "wagtailsearch_indexentry"}


def copy_rows(source: Path) -> None:
    """Replace all rows of the PostgreSQL database in use by those of a SQLite database; needs a superuser."""
    models_ = [model for model in apps.get_models(include_auto_created=True) if _is_copied(model)]
    read = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Triggers and foreign keys were kept where the rows were made.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
            cursor.execute(f"TRUNCATE {', '.join(_quoted(model._meta.db_table) for model in models_)} CASCADE")
            for model in models_:
                _copy_table(cursor, read, model)
            for statement in connection.ops.sequence_reset_sql(no_style(), models_):
                cursor.execute(statement)
    finally:
        read.close()
    from review import freshness  # noqa: PLC0415  # its models need the apps, which are not there yet above

    # which triggers count is noted in a row, and SQLite's are others
    freshness.install(key=freshness.REMADE)
    call_command("update_index", verbosity=0)


def _is_copied(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy and model._meta.db_table not in OWN


def _copy_table(cursor: Any, read: sqlite3.Connection, model: type[models.Model]) -> None:
    columns = ", ".join(_quoted(field.column) for field in model._meta.local_concrete_fields)
    table = _quoted(model._meta.db_table)
    with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in _rows(read, table, columns):
            copy.write_row(row)


def _rows(read: sqlite3.Connection, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
    yield from read.execute(f"SELECT {columns} FROM {table}")  # noqa: S608  # names of our own tables


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
