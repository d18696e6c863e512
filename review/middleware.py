"""Tells people in the admin why the gate has refused: Wagtail only says that they may not."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase

from review import doors


class SayWhy:
    """Adds the sentence of the gate to the page that somebody is sent to after a refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; a reader's request ends without a refusal of the gate and passes as it is."""
        with doors.hearing() as said:
            response = self.get_response(request)
        if said and 300 <= response.status_code < 400:  # noqa: PLR2004  # sent somewhere else
            messages.error(request, said[-1])
        return response
