"""Visits of addresses as somebody, each undone, and what came of them."""

import copy
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.test import Client

OPEN, REFUSED, NOT_FOUND, ERROR = "open", "refused", "not found", "error"
NOT_THIS_WAY = "not by this method"
SERVER_ERROR, MISSING, FORBIDDEN, WRONG_METHOD = 500, 404, 403, 405
# How the site's own refusals begin; they lead back to where one was, as Wagtail's do.
SENTENCES = ("Sorry, you do not have permission", "You may not", "Only a ", "Only an ", "Only some", "Whoever manages")


@dataclass(frozen=True)
class Answer:
    """What somebody was answered: one of these words, and everything that could be read in it."""

    word: str
    text: str
    status: int
    is_page: bool


class Visitor:
    """Somebody with a browser; logged in once, and as they were before each visit."""

    def __init__(self, person: Any) -> None:
        self.client = Client(raise_request_exception=False)
        if person is not None:
            self.client.force_login(person)
        self.cookies = copy.deepcopy(self.client.cookies)

    def visit(self, method: str, path: str) -> Answer:
        """Ask for an address, with an empty body where it is posted to, and undo what came of it."""
        self.client.cookies = copy.deepcopy(self.cookies)
        with transaction.atomic():
            response = self.client.post(path) if method == "POST" else self.client.get(path)
            answer = Answer(word_of(response), _text(response), response.status_code, _is_page(response))
            transaction.set_rollback(True)
        return answer


def word_of(response: Any) -> str:
    """Return what a response comes to: whether somebody was let in."""
    if response.status_code >= SERVER_ERROR:
        return ERROR
    if response.status_code == MISSING:
        return NOT_FOUND
    if response.status_code == FORBIDDEN:
        return REFUSED
    if response.status_code == WRONG_METHOD:
        return NOT_THIS_WAY
    if not response.has_header("Location"):
        return OPEN
    if "/login/?next=" in response["Location"]:
        return REFUSED
    return REFUSED if any(one.startswith(SENTENCES) for one in said(response)) else OPEN


def said(response: Any) -> list[str]:
    """Return the messages that the next page would show."""
    return [str(one.message) for one in getattr(response.wsgi_request._messages, "_queued_messages", [])]


def _is_page(response: Any) -> bool:
    """Whether a browser makes elements of a response; the messages of a redirection are words still."""
    if response.has_header("Location"):
        return False
    return str(response.get("Content-Type", "")).startswith(("text/html", "image/svg", "application/xhtml"))


def _text(response: Any) -> str:
    """Return all that a reader of a response could see, its messages and headers too."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return "\n".join([body.decode(errors="replace"), *said(response), *map(str, response.headers.values())])
