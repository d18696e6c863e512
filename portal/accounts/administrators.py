"""Somebody must be left who keeps accounts: what is done in the admin cannot lock everybody out.

Looked at where rows are written, as the other rules of accounts are (`roles`), before and after: a change that would
leave nobody is not carried out.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet

from portal.accounts.actor import current_actor
from portal.accounts.who_may import ACCOUNTS, ENTER

BACKEND = "django.contrib.auth.backends.ModelBackend"
NOBODY_LEFT = "Nobody would be left who keeps accounts. Give another open account the role “Administrators” first."
# Where what is about to change keeps whether there was somebody before.
_KEPT = "_somebody_kept_accounts"


def administrators() -> QuerySet[Any]:
    """Return the open accounts that may enter the admin and change accounts; superusers among them."""
    return _with_both(is_active=True, include_superusers=True)


def _with_both(**which: Any) -> QuerySet[Any]:
    users: Any = get_user_model().objects
    entering = users.with_perm(ENTER, backend=BACKEND, **which).order_by().values("pk")
    found: QuerySet[Any] = users.with_perm(ACCOUNTS, backend=BACKEND, **which).filter(pk__in=entering)
    return found


def about_to_change(what: Any) -> None:
    """Keep whether somebody keeps accounts, before something in the admin is written."""
    if current_actor() is None:
        return
    if connection.in_atomic_block:
        # two of them may take each other away at the same moment: the second looks when the first is done
        list(administrators().order_by("pk").select_for_update())
    what.__dict__[_KEPT] = administrators().exists()


def is_nobody_left(what: Any) -> bool:
    """Return whether somebody kept accounts before a change, and nobody does now."""
    return bool(what.__dict__.pop(_KEPT, False)) and not administrators().exists()


def would_be_missed(user: Any) -> bool:
    """Return whether nobody would keep accounts once an account is written as it is here."""
    if not administrators().filter(pk=user.pk).exists() or administrators().exclude(pk=user.pk).exists():
        return False
    by_role = _with_both(is_active=None, include_superusers=False).filter(pk=user.pk)
    return not user.is_active or not (user.is_superuser or by_role.exists())
