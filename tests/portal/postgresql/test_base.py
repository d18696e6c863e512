"""Nobody waits longer for the database than some seconds, also when it says nothing at all."""

import time
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from portal.postgresql import base
from tools.chaos.relay import Relay

SECONDS = 0.4
pytestmark = pytest.mark.django_db


@pytest.fixture
def relay(on_postgresql):
    if not on_postgresql:
        pytest.skip("PostgreSQL only: a file does not hang")
    row = connections["default"].settings_dict
    made = Relay(Path(row["HOST"] or row["OPTIONS"]["host"]) / f".s.PGSQL.{row['PORT'] or 5432}")
    yield made
    made.close()
    base._silent.clear()


@pytest.fixture
def through(relay):
    """A connection of its own that goes through the relay."""
    row = connections["default"].settings_dict
    options = {k: v for k, v in row["OPTIONS"].items() if k not in ("host", "port")} | {"wait_seconds": SECONDS}
    settings = {**row, "HOST": "127.0.0.1", "PORT": relay.port, "OPTIONS": options, "CONN_MAX_AGE": 60}
    made = base.DatabaseWrapper(settings, "default")
    yield made
    made.close()


def ask(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 40 + 2")
        return cursor.fetchone()[0]


def waited(connection):
    """Return the seconds until a question is given up."""
    begun = time.monotonic()
    with pytest.raises(OperationalError):
        ask(connection)
    return time.monotonic() - begun


def test_a_statement_is_given_up_when_the_server_falls_silent(relay, through):
    assert ask(through) == 42
    relay.hang()

    assert SECONDS <= waited(through) < SECONDS + 0.5
    assert not through.is_usable()


def test_the_next_one_is_told_at_once_and_not_over_the_connection_that_fell_silent(relay, through):
    ask(through)
    relay.hang()
    waited(through)
    through.close()

    assert waited(through) < 0.1


def test_it_goes_on_when_the_server_answers_again(relay, through, monkeypatch):
    ask(through)
    relay.hang()
    waited(through)
    relay.go_on()
    through.close()
    monkeypatch.setattr(base, "_silent", {})

    assert ask(through) == 42


def test_a_transaction_is_given_up_as_well_and_nothing_of_it_is_sent_again(relay, through):
    through.set_autocommit(False)
    ask(through)
    relay.hang()

    with pytest.raises(OperationalError):
        through.commit()
    assert not through.is_usable()


def test_the_way_to_the_server_is_given_up_too(relay, through):
    relay.hang()

    assert waited(through) < 2.5
    assert base.is_silent(f"127.0.0.1:{relay.port}")


def test_a_command_waits_for_as_long_as_it_takes(relay, through):
    through.settings_dict["OPTIONS"]["wait_seconds"] = 0
    with through.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [2 * SECONDS])

    assert ask(through) == 42
