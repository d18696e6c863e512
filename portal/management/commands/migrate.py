"""Django's `migrate`, safe to be killed: a migration and the note that it was carried out are one transaction.

Django writes the note down afterwards. A kill between the two leaves a database on which every later run fails.
"""

from typing import Any

from django.core.management.commands import migrate
from django.db import transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration

from portal.work.locks import waited_for


class WholeExecutor(MigrationExecutor):
    """Carries each migration out whole, where the database can."""

    def apply_migration(self, state: Any, migration: Migration, *args: Any, **options: Any) -> Any:
        """Do it forwards."""
        if not self._can_be_whole(migration):
            return super().apply_migration(state, migration, *args, **options)
        with transaction.atomic(self.connection.alias):
            return super().apply_migration(state, migration, *args, **options)

    def unapply_migration(self, state: Any, migration: Migration, *args: Any, **options: Any) -> Any:
        """Do it backwards."""
        if not self._can_be_whole(migration):
            return super().unapply_migration(state, migration, *args, **options)
        with transaction.atomic(self.connection.alias):
            return super().unapply_migration(state, migration, *args, **options)

    def _can_be_whole(self, migration: Migration) -> bool:
        """SQLite changes tables only outside of a transaction of others; some migrations ask for none."""
        return bool(migration.atomic) and self.connection.vendor == "postgresql"


class Command(migrate.Command):
    """One at a time: a second one waits, and finds everything done."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        migrate.MigrationExecutor = WholeExecutor  # type: ignore[attr-defined]
        with waited_for("migrate"):
            super().handle(*args, **options)
