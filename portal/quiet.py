"""Error reports and log lines that hold no word of a reader.

What is typed into a check, the search or the form for concerns is about somebody's health. An error can quote it: in
its message, in the query of the address, in the address that the reader came from, in a statement of the database. So
a report says where something broke and leaves out what was sent, and on those pages also what the error itself says.
"""

import logging
from collections.abc import Iterator
from copy import copy
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

from triage.privacy import PREFIXES, place_of, plain_path

PRIVATE = (*PREFIXES, "/search/", "/unsafe/")
# An error and the errors that it came from; what is beyond says nothing more.
DEEPEST = 5


def is_private(request: HttpRequest | None) -> bool:
    """Whether what was sent to an address can be about somebody's health; also without its last slash."""
    return request is not None and plain_path(request).startswith(PRIVATE)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and what it came from."""
    for _ in range(DEEPEST):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def stack_of(error: BaseException) -> Iterator[str]:
    """Give the places that an error came through: file, line and function, without a word of the code or its values."""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"{code.co_filename}:{trace.tb_lineno} in {code.co_name}"
        trace = trace.tb_next


class Reporter(ExceptionReporter):
    """Django's report while debugging, except on private pages; elsewhere the places alone."""

    def _is_quiet(self) -> bool:
        return not settings.DEBUG or is_private(self.request)

    def get_traceback_text(self) -> SafeString:
        """Return the report of a mail."""
        return SafeString("\n".join(self._lines())) if self._is_quiet() else super().get_traceback_text()

    def get_traceback_html(self) -> SafeString:
        """Return the report of a mail, or of a page while debugging."""
        if not self._is_quiet():
            return super().get_traceback_html()
        return format_html("<!doctype html><title>Error</title><pre>{}</pre>", "\n".join(self._lines()))

    def _lines(self) -> Iterator[str]:
        request: Any = self.request
        if request is not None:
            yield f"{request.method} {request.path}"
        if not isinstance(self.exc_value, BaseException):
            return
        for error in chain(self.exc_value):
            yield type(error).__name__ if is_private(request) else f"{type(error).__name__}: {error}"
            # Django's report may be asked for an error with the stack of another
            shown = error if error is not self.exc_value or error.__traceback__ else error.with_traceback(self.tb)
            yield from (f"  {place}" for place in stack_of(shown))


class Line(logging.Formatter):
    """A line of the log; the error of a private page is told by kind and place."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the trace of an error where that is nobody's."""
        if not is_private(getattr(record, "request", None)):
            return super().format(record)
        plain = copy(record)
        plain.exc_info = plain.exc_text = plain.stack_info = None
        error = record.exc_info[1] if record.exc_info else None
        return super().format(plain) + (f" ({place_of(error)})" if error else "")


class Unsaid(logging.Filter):
    """Leaves out what Django tells of a request under a name that is not ours: it quotes the name, with a stack.

    Whoever asks has made the name up. The answer is written down in one line (`portal.views.bad_request`).
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let no record pass."""
        return False


class WithoutReason(logging.Filter):
    """Takes out of a refused form's record why it was refused: that quotes where its reader came from."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Leave the address that it was sent to; let the record pass."""
        if isinstance(record.args, tuple):
            record.msg, record.args = "Refused, no form of ours: %s", record.args[-1:]
        return True
