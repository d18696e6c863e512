"""Security events in the log: one line of JSON each, with when, who, from where and what; never what somebody typed.

A name is written down only when there is such an account: people type passwords into the field for the name.
"""

import json
import logging
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.contrib.messages import ERROR
from django.db.models.signals import post_save
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from portal.accounts.actor import current_request
from portal.accounts.addresses import client_address
from review.models.evidence import Event

log = logging.getLogger("gaitway.security")


def write(what: str, *, request: HttpRequest | None = None, account: Any = None, **more: Any) -> None:
    """Write one event; `account` is a key or None. JSON keeps line breaks out of the log."""
    line = {
        "at": timezone.now().isoformat(timespec="milliseconds"),
        "event": what,
        "account": account,
        "address": client_address(request) if request is not None else None,
        "path": request.path if request is not None else None,
        **more,
    }
    log.info(json.dumps(line, ensure_ascii=True, default=str))


def _logged_in(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    factors = 1 + (getattr(user, "otp_device", None) is not None)
    write("signed in", request=request, account=user.pk, factors=factors)


def _logged_out(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    write("signed out", request=request, account=getattr(user, "pk", None))


def _failed(credentials: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    write("sign-in failed", request=request, account=_known(credentials.get("username", "")))


def _locked(request: HttpRequest, username: str = "", **kwargs: Any) -> None:
    write("locked out", request=request, account=_known(username))


def _known(username: str) -> Any:
    users = get_user_model().objects.filter(username=username) if username and "\0" not in username else None
    return users.values_list("pk", flat=True).first() if users is not None else None


def refusals(request: HttpRequest, response: HttpResponseBase) -> None:
    """Write down that somebody in the admin was refused: with 403, or sent back with the reason."""
    waiting = getattr(getattr(request, "_messages", None), "_queued_messages", [])
    sent_back = 300 <= response.status_code < 400 and any(one.level >= ERROR for one in waiting)  # noqa: PLR2004
    if sent_back or response.status_code == 403:  # noqa: PLR2004  # forbidden
        write("refused", request=request, account=getattr(request.user, "pk", None), method=request.method)


def _of_the_review(instance: Event, created: bool, **kwargs: Any) -> None:
    """What members do in the review, and what anybody does to accounts, is told to the log too, without its texts."""
    data, request = instance.data or {}, current_request()
    account = data.get("account")
    if request is not None or account is not None:
        more = {"by": instance.by_id, "page": instance.page_id, "role": data.get("role")}
        write(instance.what, request=request, account=account, **more)


def connect() -> None:
    """Connect the events of signing in and of the review; once, when the app is ready."""
    post_save.connect(_of_the_review, sender=Event, dispatch_uid="accounts.events.review")
    for signal, receiver in (
        (user_logged_in, _logged_in), (user_logged_out, _logged_out), (user_login_failed, _failed),
        (user_locked_out, _locked),
    ):  # fmt: skip
        signal.connect(receiver, dispatch_uid=f"accounts.events.{receiver.__name__}")
