"""What an error report may hold of a check: where it broke, never what was answered."""

from types import TracebackType
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

HIDDEN = "(not kept: this may be an answer)"
# Where answers are sent: our own forms, and other programs.
PREFIXES = ("/check/", "/api/v1/checks/")


def plain_path(request: HttpRequest) -> str:
    """Return an address without the language that it may begin with, and with a slash at its end.

    Without its slash Django itself answers, and while debugging with an error.
    """
    path = f"{request.path}/".replace("//", "/").lower()
    first, _, rest = path.lstrip("/").partition("/")
    return f"/{rest}" if first in dict(settings.LANGUAGES) else path


class AnswersFilter(SafeExceptionReporterFilter):
    """Leaves out bodies and local variables whenever a request went to a check."""

    def _is_check(self, request: HttpRequest | None) -> bool:
        return request is not None and plain_path(request).startswith(PREFIXES)

    def is_active(self, request: HttpRequest | None) -> bool:
        """Filter checks also while debugging."""
        return self._is_check(request) or super().is_active(request)

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        """Return nothing of what was posted to a check."""
        return {} if self._is_check(request) else super().get_post_parameters(request)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: Any) -> Any:
        """Return the names of local variables without their values."""
        if self._is_check(request):
            return [(name, HIDDEN) for name in tb_frame.f_locals]
        return super().get_traceback_frame_variables(request, tb_frame)


def place_of(error: BaseException) -> str:
    """Return kind and place of an error, without its message: a message can quote an answer."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"
