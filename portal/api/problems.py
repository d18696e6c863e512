"""What the interface answers when it cannot do what was asked: RFC 9457, and never a word that calms anybody."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.translation import override

from articles.dialling import standing
from triage.around import around
from triage.artefacts import shelf

KIND = "application/problem+json"
NOT_SAFE = (
    "We cannot say that it is safe to wait. If you think that it may be an emergency, call {whom} now."
    " Otherwise phone a doctor today."
)


def problem(status: int, title: str, detail: str = "", **more: Any) -> HttpResponse:
    """Return a problem: `title` says what is wrong in general, `detail` in this case; quotes nothing that was sent."""
    body = {"type": "about:blank", "title": title, "status": status, **({"detail": detail} if detail else {}), **more}
    response = JsonResponse(body, status=status, content_type=KIND, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def not_safe(status: int, title: str, detail: str = "") -> HttpResponse:
    """Return a problem of a check: there is no urgency in it, and it says what the person should do."""
    text = NOT_SAFE.format(whom=whom_to_call())
    return problem(status, title, detail, disposition=None, safe=False, say=text, emergency_number=emergency_number())


def whom_to_call() -> str:
    """Return the number with its place, in the language of the source: the words around it are in no other."""
    try:
        with override(settings.LANGUAGE_CODE):
            return str(around(shelf())["dial"].phrase)
    except Exception:  # noqa: BLE001  # what says whom to call is the last thing that may fail
        return str(standing())


def emergency_number() -> str:
    """Return the number to call, from the released checks on disk; that of the settings when there are none."""
    try:
        return str(around(shelf())["emergency_number"])
    except Exception:  # noqa: BLE001  # what says whom to call is the last thing that may fail
        return str(settings.EMERGENCY_NUMBER)
