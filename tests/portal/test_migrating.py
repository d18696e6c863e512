"""Migrations that are killed come through when they are run again."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from portal.management.commands import migrate
from portal.management.commands.migrate import CreateModels, WholeExecutor, together

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What no code of ours may catch."""


def tables_after_a_kill(kind, monkeypatch, *, name="9999_thing", atomic=True):
    """Carry out a migration that is killed before it is noted down; return the tables that are there then."""

    def killed(*args):
        raise Killed

    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("page", models.ForeignKey("wagtailcore.page", models.CASCADE)),
    ]
    migration = migrations.Migration(name, "portal")
    migration.atomic = atomic
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


def test_so_it_is_with_one_that_asks_for_no_transaction_for_the_sake_of_sqlite(on_postgresql, monkeypatch):
    if not on_postgresql:
        pytest.skip("SQLite changes tables only outside of a transaction of others")
    monkeypatch.setattr(migrate, "ONLY_FOR_SQLITE", {("portal", "9998_known")})

    known = tables_after_a_kill(WholeExecutor, monkeypatch, name="9998_known", atomic=False)
    assert "portal_thing" not in known


def test_every_migration_can_be_killed():
    every = MigrationLoader(connection).disk_migrations
    halves = {key for key, migration in every.items() if not migration.atomic}

    assert halves == migrate.ONLY_FOR_SQLITE, "look whether PostgreSQL can do them in one transaction"
    asked = {type(one).__name__ for key in halves for one in every[key].operations}
    assert asked == {
        "RunPython",
        "RenameModel",
        "AlterModelOptions",
        "AlterField",
        "RenameField",
        "AddField",
        "AddIndex",
    }


def steps():
    """Return a migration with tables that name each other, and a field in between."""
    key = ("id", models.BigAutoField(primary_key=True))
    return [
        migrations.CreateModel("Shelf", [key, ("place", models.CharField(max_length=20, db_index=True))]),
        migrations.CreateModel("Book", [key, ("shelf", models.ForeignKey("portal.shelf", models.CASCADE))]),
        migrations.CreateModel("Reader", [key, ("books", models.ManyToManyField("portal.book", related_name="by"))]),
        migrations.AddField("Shelf", "keeper", models.ForeignKey("portal.reader", models.CASCADE, null=True)),
        migrations.CreateModel("Guide", [("book_ptr", parent_link())], bases=("portal.book",)),
    ]


def parent_link():
    return models.OneToOneField("portal.book", models.CASCADE, parent_link=True, primary_key=True, serialize=False)


def carried_out(operations):
    """Return what a migration asks of the database, and the state after it."""
    migration = migrations.Migration("0001_things", "portal")
    migration.operations = operations
    state = ProjectState()
    assert state.apps, "the models are made before it, as in a run"
    editor = connection.SchemaEditorClass(connection, collect_sql=True, atomic=False)
    editor.deferred_sql = []
    state = migration.apply(state, editor, collect_sql=True)
    asked = [*editor.collected_sql, *map(str, editor.deferred_sql)]
    return [line for line in asked if not line.startswith("--")], state


def test_tables_that_are_made_together_are_those_that_are_made_one_by_one():
    grouped = list(together(steps()))
    assert [type(one) for one in grouped] == [CreateModels, migrations.AddField, CreateModels]

    (asked, state), (expected, one_by_one) = carried_out(grouped), carried_out(steps())

    assert asked == expected
    assert state == one_by_one
    book = state.apps.get_model("portal", "book")
    assert {one.name for one in book._meta.related_objects} == {"by", "guide"}
