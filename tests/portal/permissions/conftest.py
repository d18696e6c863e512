"""One scene and one log-in for each role, for all tests of the doors."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests import database
from tests.portal.permissions.scene import ROLES, Scene, make_scene
from tests.portal.permissions.visits import Visitor


@pytest.fixture(scope="package")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Everything that addresses are asked about, written once and undone after the last test here."""
    whole = transaction.atomic()
    with django_db_blocker.unblock():
        whole.__enter__()
        made = make_scene()
    with override_settings(SECURITY_CONTACTS=["mailto:security@example.org"]):
        yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture(scope="package")
def visitors(scene: Scene, django_db_blocker: Any) -> dict[str, Visitor]:
    """Somebody of each role, logged in."""
    with django_db_blocker.unblock():
        return {role: Visitor(scene.people[role]) for role in ROLES}


@pytest.fixture
def only_once() -> None:
    """Skip on PostgreSQL what is the same there: who is let in is decided in Python."""
    if database.is_postgresql():
        pytest.skip("the same on every database")
