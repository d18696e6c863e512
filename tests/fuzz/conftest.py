"""The scene of the permissions, kept to itself, for all targets."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.portal.permissions.scene import Scene, make_scene


@pytest.fixture(scope="package")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Everything that inputs are about; undone after the last test."""
    whole = transaction.atomic()
    with django_db_blocker.unblock():
        whole.__enter__()
        # an error that no view has caught is raised, whichever way the input went
        with override_settings(TRIAGE_PROOF_SECONDS_ON_SAVE=0.05, DEBUG_PROPAGATE_EXCEPTIONS=True):
            yield make_scene()
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)
