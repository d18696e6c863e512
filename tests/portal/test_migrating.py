"""Migrations that are killed come through when they are run again."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor

from portal.management.commands.migrate import WholeExecutor

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What no code of ours may catch."""


def tables_after_a_kill(kind, monkeypatch):
    """Carry out a migration that is killed before it is noted down; return the tables that are there then."""

    def killed(*args):
        raise Killed

    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("page", models.ForeignKey("wagtailcore.page", models.CASCADE)),
    ]
    migration = migrations.Migration("9999_thing", "portal")
    migration.operations = [migrations.CreateModel("Thing", fields)]
    executor = kind(connection)
    monkeypatch.setattr(executor, "record_migration", killed)
    with pytest.raises(Killed):
        executor.apply_migration(executor.loader.project_state(), migration)
    return connection.introspection.table_names()


def test_a_migration_that_is_killed_before_it_is_noted_down_has_not_been(on_postgresql, monkeypatch):
    if not on_postgresql:
        pytest.skip("SQLite changes tables only outside of a transaction of others")

    assert "portal_thing" not in tables_after_a_kill(WholeExecutor, monkeypatch)
    assert "portal_thing" in tables_after_a_kill(MigrationExecutor, monkeypatch), "without ours it has"
