"""Counts what the review does, which itself knows nothing of counts."""

from typing import Any

from portal.accounts.actor import current_request
from portal.observe import metrics
from review import doors, serving


def _refused(sender: type, **kwargs: Any) -> None:
    """Count a request that wanted to change something, once; an audit and a forecast ask the gate as well."""
    request = current_request()
    if request is not None and request.method == "POST" and not getattr(request, "was_refused", False):
        request.was_refused = True  # type: ignore[attr-defined]
        metrics.refusals.inc()


def _withheld(sender: type, **kwargs: Any) -> None:
    metrics.withheld.inc()


def connect() -> None:
    """Connect the receivers; once, when the app is ready."""
    doors.refused.connect(_refused, dispatch_uid="observe.refused")
    serving.withheld.connect(_withheld, dispatch_uid="observe.withheld")
