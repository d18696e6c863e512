"""Who acts in the admin at this moment, for rules that hold below every form, view and bulk action.

Outside a request of the admin there is no actor: commands and migrations are the operator's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest

_request: ContextVar[HttpRequest | None] = ContextVar("request of the admin", default=None)


@contextmanager
def acting(request: HttpRequest) -> Iterator[None]:
    """Name the person of a request as the one who acts until the end of the block."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def current_request() -> HttpRequest | None:
    """Return the request of the admin that is being answered, if any."""
    return _request.get()


def current_actor() -> Any:
    """Return the person who acts in the admin; None for commands, anonymous visitors and readers."""
    request = _request.get()
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None
