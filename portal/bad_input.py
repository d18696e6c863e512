"""Input that no browser sends: cleaned where that loses nothing, in the admin else refused as unreadable.

Wagtail reads its own forms without doubting them: a count that is no number, a missing part of a block or a character
that PostgreSQL does not store ends in a server error there. Nothing is saved in that case, so the answer may as well be
that the form could not be read; an error anywhere else stays what it is, and is reported. So does one of our own code
while it reads a form: what arrives broken at Wagtail is input, what breaks in our lines is a fault of ours. An address
that asks a list for what none can hold is refused in the same way, and the address of a button says that nothing was
done.
"""

import json
import logging
import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from http import HTTPStatus
from types import TracebackType
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render
from modelsearch.backends.base import FilterFieldError

from portal.headers import admin_at
from review.words import UNSTORABLE

log = logging.getLogger(__name__)
ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
# Where forms are read: an error that comes out of one of these is a fault of the form, unless our own lines raised it.
READING = frozenset(
    {
        "value_from_datadict",
        "full_clean",
        "to_python",
        "clean",
        "bulk_to_python",
        "is_valid",
        "_construct_form",
    }
)
# Where Wagtail's lists, choosers and interface look for what an address names without having read it: an id that is no
# number, a date that is none, a page of a list that has fewer, a tag and a word at once.
LOOKING = frozenset({"get_prep_lookup", "get_paginated_pages", "_get_filter_field_path_for_column"})
OURS = frozenset({"articles", "portal", "review", "triage"})
FAULTS = (KeyError, ValueError, TypeError, IndexError, AttributeError, RecursionError, OverflowError, DataError)
NOT_FOUND = (*FAULTS, FilterFieldError, InvalidPage, ValidationError)
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# What Wagtail takes for ids of pages, in the address of its page chooser.
IDS = "target_pages[]"
ID = re.compile(r"\d{1,18}", re.ASCII)
# Where a list of its interface begins: no database counts as far as more digits than an id has.
OFFSET, DIGITS = "offset", 18
# A field that starts like this may be JSON, in which such characters can be spelled.
OPENING = ("{", "[", '"')


class BadInput:
    """Cleans what is sent; what a check is answered is read by its own views alone, and is not looked at here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request without characters that cannot be stored; no address has one."""
        if UNSTORABLE.search(request.path):
            raise Http404
        request.GET = with_ids_alone(cleaned(request.GET))  # type: ignore[assignment]  # as Django's own handler does
        response = self.get_response(request)
        # a button that was pressed after the session had ended: with the password given, a browser asks for its address
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.path.startswith(admin_at()):
            empty = not getattr(response, "content", b"streamed")
            return _nothing_was_done(request, response) if empty else response
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Clean the fields of a form; after the check of its token, which has read them."""
        if request.path.startswith(admin_at()) and len(request.GET.get(OFFSET, "")) > DIGITS:
            return refuse(request)
        match = request.resolver_match
        is_answer = match is not None and match.namespace in {"triage", "api"}
        if request.method == "POST" and not is_answer and request.content_type in FORMS:
            request.POST = cleaned(request.POST)  # type: ignore[assignment]  # as Django's own handler does
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Say that a form or an address could not be read, when that is what has happened."""
        if not request.path.startswith(admin_at()):
            return None
        # JSON that nests without end is nobody's data; kept data never does
        # and nobody looks for hundreds of words at once, each of which Wagtail joins to those before
        nests = isinstance(error, RecursionError) and came_from(error.__traceback__, {"raw_decode", "as_sql"})
        of_the_form = isinstance(error, FAULTS) and is_of_the_form(error.__traceback__)
        # only who reads: of what writes nobody could say here that nothing was saved
        reads = request.method in {"GET", "HEAD"} and isinstance(error, NOT_FOUND)
        if nests or of_the_form or (reads and is_of_the_address(error.__traceback__)):
            log.warning("what was sent could not be read: %s at %s", type(error).__name__, request.path)
            return refuse(request)
        return None


def refuse(request: HttpRequest) -> HttpResponseBase:
    """Say that nothing was saved."""
    return render(request, "portal/bad_input.html", status=400)


def _nothing_was_done(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Say so to whoever asked for the address of a button; the answer itself would be an empty page."""
    said = render(request, "portal/bad_input.html", {"of_a_button": True}, status=response.status_code)
    said.headers["Allow"] = response.headers.get("Allow", "POST")
    return said


def is_of_the_form(trace: TracebackType | None) -> bool:
    """Whether an error came up where a form is read, and not in lines of ours.

    Lines of ours that only hand the form on to what reads it next, such as a `clean` that begins with its parent's,
    have not raised what comes out of there.
    """
    reads = ours = False
    while trace is not None:
        name = trace.tb_frame.f_code.co_name
        ours = ours and name not in READING
        reads = reads or name in READING
        if reads and not ours:
            ours = is_ours(trace)
        trace = trace.tb_next
    return reads and not ours


def is_of_the_address(trace: TracebackType | None) -> bool:
    """Whether an error came up where Wagtail looks for what an address names, and no line of ours took part."""
    if not came_from(trace, LOOKING):
        return False
    while trace is not None and not is_ours(trace):
        trace = trace.tb_next
    return trace is None


def is_ours(trace: TracebackType) -> bool:
    """Whether a line is one of this project's."""
    return str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0] in OURS


def came_from(trace: TracebackType | None, names: AbstractSet[str]) -> bool:
    """Whether an error came up in one of some functions, or in what they called."""
    while trace is not None:
        if trace.tb_frame.f_code.co_name in names:
            return True
        trace = trace.tb_next
    return False


def cleaned(fields: QueryDict) -> QueryDict:
    """Return fields without characters that cannot be stored; the same object where there are none."""
    if not any(_is_unclean(name) or any(map(_is_unclean, values)) for name, values in fields.lists()):
        return fields
    found = QueryDict(mutable=True)
    for name, values in fields.lists():
        found.setlist(_clean(name), [_clean(value) for value in values])
    return found


def with_ids_alone(fields: QueryDict) -> QueryDict:
    """Return fields without ids that no page can have; the same object where there are none."""
    given = fields.getlist(IDS)
    if all(map(ID.fullmatch, given)):
        return fields
    found = fields.copy()
    found.setlist(IDS, [value for value in given if ID.fullmatch(value)])
    return found


def _is_unclean(text: Any) -> bool:
    return isinstance(text, str) and bool(UNSTORABLE.search(text) or ("\\u" in text and ESCAPED.search(text)))


def _clean(text: str) -> str:
    text = UNSTORABLE.sub("", text)
    if text.lstrip().startswith(OPENING) and ESCAPED.search(text):
        try:
            return json.dumps(_deep(json.loads(text)))
        except (ValueError, RecursionError):
            return text
    return text


def _deep(value: Any) -> Any:
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [_deep(one) for one in value]
    if isinstance(value, dict):
        return {_deep(key): _deep(one) for key, one in value.items()}
    return value
