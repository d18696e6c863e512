"""Django's `migrate`, safe to be killed: a migration and the note that it was carried out are one transaction.

Django writes the note down afterwards. A kill between the two leaves a database on which every later run fails.

Those of others go first: each of their many small steps makes every model anew that has to do with theirs, and all of
ours have. On an empty database that saves a third of the time. Tables that a migration makes one after the other are
made with the models as they are after the last of them: each would make all models around it anew.
"""

import copy
import gc
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.core.management.commands import migrate
from django.db import transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation

from portal.work.locks import waited_for

OURS = frozenset({"articles", "portal", "review", "triage"})
# These ask for no transaction because SQLite would refuse one; PostgreSQL does all that they do in one.
ONLY_FOR_SQLITE = frozenset({("wagtailcore", "0070_rename_pagerevision_revision")})


class CreateModels(Operation):
    """Several tables, each made as by itself."""

    def __init__(self, every: Iterable[CreateModel]) -> None:
        self.every = list(every)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Add all models, then make those around them anew, once."""
        made = state.__dict__.pop("apps", None)
        for one in self.every:
            one.state_forwards(app_label, state)
        if made is not None:
            state.__dict__["apps"] = made
            state.reload_models({(app_label, one.name_lower) for one in self.every}, delay=False)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the tables, in the order of the migration."""
        for one in self.every:
            one.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what each does."""
        return "; ".join(one.describe() for one in self.every)


def together(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Yield operations in their order; tables that are made right after each other as one."""
    for makes, some in groupby(operations, key=lambda one: type(one) is CreateModel):
        if makes:
            yield CreateModels(some)  # type: ignore[arg-type]
        else:
            yield from some


class WholeExecutor(MigrationExecutor):
    """Carries each migration out whole, where the database can."""

    def migration_plan(self, targets: Any, clean_start: bool = False) -> list[tuple[Migration, bool]]:
        """Put those of others first, unless one of them waits for one of ours."""
        plan = super().migration_plan(targets, clean_start)
        others = [one for one, _ in plan if one.app_label not in OURS]
        if any(backwards for _, backwards in plan) or any(app in OURS for one in others for app, _ in one.dependencies):
            return plan
        return sorted(plan, key=lambda step: step[0].app_label in OURS)

    def apply_migration(self, state: Any, migration: Migration, *args: Any, **options: Any) -> Any:
        """Do it forwards."""
        migration = copy.copy(migration)
        vars(migration)["operations"] = list(together(migration.operations))
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
        asks = migration.atomic or (migration.app_label, migration.name) in ONLY_FOR_SQLITE
        return asks and self.connection.vendor == "postgresql"


class Command(migrate.Command):
    """One at a time: a second one waits, and finds everything done."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        migrate.MigrationExecutor = WholeExecutor  # type: ignore[attr-defined]
        # making every model anew again and again leaves little behind and much to look through
        gc.set_threshold(50_000, 50, 100)
        with waited_for("migrate"):
            super().handle(*args, **options)
