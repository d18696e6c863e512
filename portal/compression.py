"""Answers to readers are sent small: a page of words is three to five times smaller compressed."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WORDS = ("text/", "application/json", "application/fhir+json", "application/xml", "application/atom+xml")


class SmallWords(GZipMiddleware):
    """Compresses text for readers, and nothing else: pictures are small already, and files are streamed.

    Whoever is signed in gets pages as they are: how small a page becomes tells something about the secrets in it. A
    reader's page holds none of ours, and only what that reader has sent with this very request.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, smaller where that is right and the browser can read it."""
        words = response.headers.get("Content-Type", "").startswith(WORDS)
        if response.streaming or not words or request.has_session:  # type: ignore[attr-defined]
            return response
        return super().process_response(request, response)
