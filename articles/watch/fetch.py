"""Asks other sites, politely and never anything inside of our own network.

The name is looked up once and the connection made to exactly the address that was found to be public, so that a name
cannot lead elsewhere between the two. Redirects are followed by us, each hop looked at in the same way.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

CONNECT, READ, WHOLE = 5.0, 10.0, 25.0
LARGEST = 3 * 1024 * 1024
HOPS = 5
PIECE = 1 << 16
# Between two questions to one host.
PAUSE = 2.0
PERMANENT = frozenset({301, 308})
REDIRECTS = PERMANENT | {302, 303, 307}
PORTS = {"http": 80, "https": 443}
Lookup = Callable[[str, int], Iterable[str]]


class NotPublicError(ValueError):
    """An address that leads into a private network, or is not of the web."""


class UnreachableError(OSError):
    """Nobody answered, or not in time, or with more than we read."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, kind, body, where it was in the end, and where it has moved for good."""

    status: int
    kind: str
    body: bytes
    address: str
    moved_to: str = ""


def lookup(host: str, port: int) -> list[str]:
    """Return the addresses of a host."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an address belongs to the whole internet and to one machine."""
    found = ipaddress.ip_address(address)
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    whole = found.is_global and not (found.is_multicast or found.is_reserved)
    return whole and (inner is None or is_public(str(inner)))


@dataclass
class Fetcher:
    """Asks one address after the other; remembers when each host was last asked."""

    agent: str
    lookup: Lookup = lookup
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    is_allowed: Callable[[str], bool] = is_public
    largest: int = LARGEST
    ports: Container[int] = frozenset(PORTS.values())
    _asked: dict[str, float] = field(default_factory=dict)

    def get(self, address: str) -> Answer:
        """Return the answer of an address; raises NotPublicError, UnreachableError."""
        end, moved, whole = self.clock() + WHOLE, "", True
        for _ in range(HOPS):
            status, headers, body = self._ask(address, end)
            target = headers.get("Location")
            if status not in REDIRECTS or not target:
                return Answer(status, headers.get("Content-Type", "").partition(";")[0].strip(), body, address, moved)
            address = urljoin(address, target)
            # a way that only leads on for now, somewhere, is no new address
            whole = whole and status in PERMANENT
            moved = address if whole else moved
        raise UnreachableError("leads from one address to the next without an end")

    def _ask(self, address: str, end: float) -> tuple[int, "urllib3.HTTPHeaderDict", bytes]:
        scheme, host, port, path = _parts(address, self.ports)
        place = self._public(host, port)
        self._pause(host)
        timeout = urllib3.Timeout(connect=CONNECT, read=READ)
        default = port == PORTS[scheme]
        headers = {"Host": host if default else f"{host}:{port}", "User-Agent": self.agent,
                   "Accept": "text/html,application/json,text/csv,*/*;q=0.5"}  # fmt: skip
        pool: urllib3.HTTPConnectionPool
        if scheme == "https":
            pool = urllib3.HTTPSConnectionPool(place, port, server_hostname=host, assert_hostname=host)
        else:
            pool = urllib3.HTTPConnectionPool(place, port)
        try:
            response = pool.urlopen(
                "GET", path, headers=headers, timeout=timeout, retries=False, redirect=False, preload_content=False,
                assert_same_host=False,
            )  # fmt: skip
            return response.status, response.headers, self._body(response, end)
        except UnreachableError:
            raise
        except (HTTPError, OSError, ValueError) as error:
            raise UnreachableError(type(error).__name__) from None
        finally:
            pool.close()

    def _public(self, host: str, port: int) -> str:
        """Return an address of a host, when all that it has are public."""
        try:
            places = list(self.lookup(host, port))
        except (OSError, UnicodeError):
            raise UnreachableError("its name is not known") from None
        if not places or not all(self.is_allowed(one.partition("%")[0]) for one in places):
            raise NotPublicError(host)
        return places[0]

    def _pause(self, host: str) -> None:
        """Leave a host alone for a moment between two questions."""
        left = self._asked.get(host, -PAUSE) + PAUSE - self.clock()
        if left > 0:
            self.sleep(left)
        self._asked[host] = self.clock()

    def _body(self, response: urllib3.BaseHTTPResponse, end: float) -> bytes:
        """Return the body; UnreachableError when it is too long, or takes too long."""
        body = bytearray()
        for piece in response.stream(PIECE):
            body += piece
            if len(body) > self.largest:
                raise UnreachableError("more than we read")
            if self.clock() > end:
                raise UnreachableError("takes too long")
        return bytes(body)


def _parts(address: str, ports: Container[int]) -> tuple[str, str, int, str]:
    """Return scheme, host, port, and path with query; NotPublicError for anything that is not plain web."""
    try:
        found = urlsplit(address)
        port = found.port
        host = (found.hostname or "").encode("idna").decode()
        path = urllib3.util.parse_url(address).request_uri
    except (ValueError, HTTPError):
        raise NotPublicError(address[:200]) from None
    if found.scheme not in PORTS or not host or found.username or found.password:
        raise NotPublicError(address[:200])
    if port is not None and port not in ports:
        raise NotPublicError(address[:200])
    return found.scheme, host, port or PORTS[found.scheme], path
