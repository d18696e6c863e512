"""One password of an address of the net is looked at at a time: each takes a processor for a third of a second.

Whoever sends a dozen at once would make readers of checks wait for them. The web server lets one address try once a
second (`deploy/nginx`); this holds where it is asked past that, or is not there. Nobody else is kept out by it: an
address never waits for another one.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import AddressValueError, IPv6Address, IPv6Network

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from portal.accounts.addresses import client_address

RETRY_AFTER = 2
# What one household or machine is given of the newer net.
PREFIX = 64
_lock = threading.Lock()
_under_way: set[str] = set()


def answer(request: HttpRequest, look: Callable[[HttpRequest], HttpResponseBase]) -> HttpResponseBase:
    """Look at the password in a request, or say that another one from there is looked at."""
    with alone(client_address(request)) as free:
        if free:
            return look(request)
    response = HttpResponse(render_to_string("portal/one_at_a_time.html"), status=429)
    response["Retry-After"], response["Cache-Control"] = str(RETRY_AFTER), "no-store"
    return response


@contextmanager
def alone(address: str) -> Iterator[bool]:
    """Give whether no other password from an address is looked at in this process until the end of the block."""
    place = _place(address)
    with _lock:
        free = place not in _under_way
        if free and place:
            _under_way.add(place)
    try:
        yield free
    finally:
        if free:
            with _lock:
                _under_way.discard(place)


def _place(address: str) -> str:
    """Return what counts as one address; nothing where it is not known, as behind a socket."""
    try:
        return str(IPv6Network((IPv6Address(address), PREFIX), strict=False))
    except AddressValueError:
        return address
