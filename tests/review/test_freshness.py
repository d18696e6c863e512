"""What counts as a change of what readers see."""

import pytest
from django.db import connection
from wagtail.models import Site

from review import actions, audit, freshness
from review.models import Change, Generation
from tests.database import end_transaction
from tests.review import making

pytestmark = pytest.mark.django_db


def changed(since):
    end_transaction()
    return set(Change.objects.filter(generation__gt=since).values_list("key", flat=True))


def now():
    end_transaction()
    return Generation.objects.get().number


def test_every_table_of_a_page_is_watched():
    assert freshness.missing() == set()


def test_the_audit_says_whose_changes_are_not_counted():
    table = Site._meta.db_table
    with connection.cursor() as cursor:
        for name in [name for found, name in freshness._installed(connection, cursor) if found == table]:
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER "{name}"{on}')

    assert [fault for fault in audit.faults() if "are not counted" in fault] == [
        f"Changes of {table} are not counted, so pages that were kept may be out of date."
    ]


def test_a_draft_is_no_change():
    page = making.released(making.info())
    before = now()

    making.edited(page, title="A new title", body="<p>New words.</p>")
    making.info()

    assert changed(before) == set()


def test_a_release_changes_its_page():
    page = making.info()
    before = now()

    making.released(page)

    assert {f"p:{page.pk}", f"t:{page.content_type_id}", f"c:{page.path[:-4]}"} <= changed(before)


def test_a_new_text_leaves_menus_as_they_are():
    page = making.released(making.info())
    before = now()

    making.released(making.edited(page, body="<p>New words.</p>"))

    keys = changed(before)
    assert f"p:{page.pk}" in keys
    assert not [key for key in keys if key.startswith("c:")]


def test_a_change_of_the_site_changes_everything():
    before = now()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtailcore_site SET hostname = 'elsewhere'")

    assert changed(before) == {"*"}


def test_a_migration_that_does_nothing_leaves_the_triggers_and_every_page():
    before = now()

    freshness.before_migrate(None, plan=[])
    assert freshness.missing() == set()
    freshness.after_migrate(None, plan=[])

    assert changed(before) == set()


def test_after_a_migration_everything_is_remade_and_true_until_then():
    page = making.released(making.info())
    before = now()
    connection.check_constraints()

    freshness.before_migrate(None, plan=["one"])
    assert freshness.missing() != set()
    freshness.after_migrate(None, plan=["one"])

    assert changed(before) == {"+"}
    assert freshness.missing() == set()
    assert page.live


def test_what_was_withdrawn_while_tables_changed_makes_everything_untrue():
    page = making.released(making.info())
    before = now()

    freshness.before_migrate(None, plan=["one"])
    actions.withdraw(page=page, by=making.reviewer(), now=making.LATER, reason="Wrong.")
    end_transaction()
    freshness.after_migrate(None, plan=["one"])

    assert {"*", "+"} <= changed(before)


def test_a_migration_that_finds_triggers_missing_makes_everything_untrue():
    before = now()
    freshness.remove()

    freshness.before_migrate(None, plan=[])
    freshness.after_migrate(None, plan=[])

    assert {"*", "+"} <= changed(before)
