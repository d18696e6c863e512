"""The gate is closed in every test of the review, whatever the settings say."""

from collections.abc import Iterator
from typing import Any

import pytest

from review import gate, triggers


@pytest.fixture(autouse=True)
def closed_gate(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    if settings.REVIEW_GATE:
        yield
        return
    settings.REVIEW_GATE = True
    connected = gate.close()
    if {"db", "committed_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("committed_db" if "committed_db" in request.fixturenames else "db")
        triggers.install()
    yield
    for signal, receiver, sender, uid in connected:
        signal.disconnect(receiver, sender=sender, dispatch_uid=uid)
