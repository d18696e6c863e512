"""Tells people in the admin why the gate has refused: Wagtail only says that they may not."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext

from review import doors

# What Wagtail says to whoever may not do something, in its own catalogue of words.
MAY_NOT = "Sorry, you do not have permission to access this area."


class SayWhy:
    """Adds the sentence of the gate to the page that somebody is sent to after a refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; a reader's request ends without a refusal of the gate and passes as it is."""
        with doors.hearing() as said:
            response = self.get_response(request)
        if said and 300 <= response.status_code < 400:  # noqa: PLR2004  # sent somewhere else
            _say(request, said[-1])
        return response


def _say(request: HttpRequest, reason: str) -> None:
    """Say the reason in place of Wagtail's sentence, which is not true of somebody who may, but not now."""
    pending = list(messages.get_messages(request))
    for one in pending:
        if str(one.message).strip() != gettext(MAY_NOT):
            messages.add_message(request, one.level, one.message, one.extra_tags)
    messages.error(request, reason)
