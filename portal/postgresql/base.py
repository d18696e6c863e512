"""The database backend: a statement, and the way to the server, take so many seconds and not longer.

`statement_timeout` is the server's word; a server that hangs, or a network that swallows bytes, says nothing at all.
So the client counts as well. While the server does not answer, nobody else waits for it: for one second the next ones
are told at once.
"""

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import OperationalError

AGAIN_AFTER = 1.0
_silent: dict[str, float] = {}


def _note_silence(server: str) -> None:
    """Let nobody of this process ask a server for a while."""
    _silent[server] = time.monotonic() + AGAIN_AFTER


def is_silent(server: str) -> bool:
    """Whether a server did not answer a moment ago."""
    return time.monotonic() < _silent.get(server, 0.0)


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that is given up when the server stays silent."""

    wait_seconds: float | None = None
    server = ""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server; OperationalError, with the connection closed, when it takes too long."""
        if timeout is not None or not self.wait_seconds:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.wait_seconds)
        except psycopg.errors._WaitTimeout as silence:  # noqa: SLF001  # psycopg says: callers convert it
            _note_silence(self.server)
            # what the server does with the statement is not known: nothing may go on over this connection
            self.pgconn.finish()
            raise psycopg.OperationalError("The database did not answer in time.") from silence


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with the option `wait_seconds` (0: wait for ever)."""

    def get_connection_params(self) -> dict[str, Any]:
        """Leave out the option that libpq does not know."""
        params: dict[str, Any] = super().get_connection_params()
        params.pop("wait_seconds", None)
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, unless the server was silent a moment ago."""
        seconds = float(self.settings_dict["OPTIONS"].get("wait_seconds") or 0)
        if not seconds:
            return super().get_new_connection(conn_params)
        server = f"{conn_params.get('host', '')}:{conn_params.get('port', '')}"
        if is_silent(server):
            raise OperationalError("The database did not answer a moment ago.")
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        try:
            connection = ImpatientConnection.connect(**conn_params)
        except psycopg.OperationalError:
            _note_silence(server)
            raise
        connection.wait_seconds, connection.server = seconds, server
        return connection
