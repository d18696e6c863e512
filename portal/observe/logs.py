"""Lines of the log for programs: one JSON object each, with the number of the request and no word of a reader.

Written by ourselves on purpose: libraries copy every field that anybody hangs on a record into the line, and Django
hangs requests, statements and their values there. Nothing is written but the fields named here. An error on a page
where people write about their health is told by its kind and place alone (`portal.quiet`).
"""

import json
import logging
import re
import secrets
from contextvars import ContextVar, Token
from datetime import UTC, datetime

from portal.quiet import Line

# As our web server makes them. Whatever else comes along was written by somebody else, and is not believed.
GIVEN = re.compile(r"[0-9a-f]{32}")
_number: ContextVar[list[str] | None] = ContextVar("number of the request", default=None)


def begin_request(given: str) -> Token[list[str] | None]:
    """Begin a request, with the number that our web server has given it, if any."""
    return _number.set([given if given and GIVEN.fullmatch(given) else ""])


def end_request(token: Token[list[str] | None]) -> None:
    """End it."""
    _number.reset(token)


def request_number() -> str | None:
    """Return the number of the request that is being answered, made when it is first asked for; None outside of one."""
    own = _number.get()
    if own is None:
        return None
    own[0] = own[0] or secrets.token_hex(16)
    return own[0]


class JsonLine(Line):
    """A record as one JSON object: the words that `portal.quiet.Line` would write, in parts."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object."""
        message, _, trace = super().format(record).partition("\n")
        found = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            "trace": trace,
            "request": request_number(),
        }
        return json.dumps({name: value for name, value in found.items() if value})


class EventLine(logging.Formatter):
    """An event of security, which is JSON already: told which request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object."""
        number = request_number()
        return json.dumps(json.loads(record.getMessage()) | ({"request": number} if number else {}))
