"""Which language a page is in: its address says so, and nothing else. No cookie, no header of the browser."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

Next = Callable[[HttpRequest], HttpResponse]


class ByAddress:
    """Activates the language that stands first in the address; that of the source where none does."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the address."""
        with translation.override(of_address(request.path_info)):
            return self.get_response(request)


def of_address(path: str) -> str:
    """Return the language that stands first in an address; that of the source where none does."""
    first = path.lstrip("/").partition("/")[0]
    known = {code for code, _ in settings.LANGUAGES[1:]}
    return first if first in known else settings.LANGUAGE_CODE
