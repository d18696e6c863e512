"""Answers to readers are sent small: a page of words is three to five times smaller compressed."""

import secrets
import zlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import patch_vary_headers

WORDS = ("text/", "application/json", "application/fhir+json", "application/xml", "application/atom+xml")
LEAST = 200
LEVEL = 6
# Less memory than zlib takes by itself: to get and clear 256 KB costs a page of six more than to compress it.
WINDOW, MEMORY = 14, 6
GZIP = 16
# A gzip file may begin with a name: one of any length hides how long the words are to a byte.
HEAD, NAMED, NAME = 10, 8, 100


class SmallWords:
    """Compresses text for readers, and nothing else: pictures are small already, and files are streamed.

    Whoever is signed in gets pages as they are: how small a page becomes tells something about the secrets in it. A
    reader's page holds none of ours, and only what that reader has sent with this very request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer, smaller where that is right and the browser can read it."""
        response = self.get_response(request)
        words = response.headers.get("Content-Type", "").startswith(WORDS)
        if response.streaming or not words or request.has_session:  # type: ignore[attr-defined]
            return response
        if len(response.content) < LEAST or "Content-Encoding" in response.headers:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            _shrink(response)
        return response


def _shrink(response: HttpResponse) -> None:
    small = compressed(response.content)
    if len(small) >= len(response.content):
        return
    response.content = small
    response.headers["Content-Length"] = str(len(small))
    response.headers["Content-Encoding"] = "gzip"
    # the same words, not the same bytes
    if (tag := response.headers.get("ETag", "")).startswith('"'):
        response.headers["ETag"] = f"W/{tag}"


def compressed(words: bytes) -> bytes:
    """Return some bytes as a gzip file."""
    machine = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP + WINDOW, MEMORY)
    made = machine.compress(words) + machine.flush()
    head = made[:3] + bytes([NAMED]) + made[4:HEAD]
    return head + b"a" * secrets.randbelow(NAME) + b"\0" + made[HEAD:]
