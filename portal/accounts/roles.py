"""Who may give which role: whoever manages accounts can neither become nor act as a reviewer.

The rules are checked where rows are written, so they hold for every form, bulk action and API of the admin. What the
admin refuses, the operator of the machine can do with `manage.py give_role`; both are written down.
"""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from django_otp import devices_for_user

from portal.accounts import administrators
from portal.accounts.actor import current_actor, current_request
from review import permissions
from review.doors import RefusedError
from review.models import Credential
from review.record import record
from review.roles import REVIEWERS

PROTECTED = frozenset({permissions.SIGN, permissions.WITHDRAW, permissions.RELEASE, permissions.KEEP})
# What lets somebody in as this person.
KEYS = ("password", "email", "username", "is_superuser")


def refuse(reason: str) -> None:
    """Tell the person who acts, and let nothing be written."""
    request = current_request()
    if request is not None and hasattr(request, "_messages"):
        messages.error(request, reason)
    raise RefusedError(reason)


def names_of(rows: Any) -> set[str]:
    """Return permissions as `app.codename`."""
    pairs = rows.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in pairs}


def is_protected_group(group: Group) -> bool:
    """Whether a group carries a right of the review."""
    return bool(PROTECTED & names_of(group.permissions.all()))


def has_part_in_review(user: Any) -> bool:
    """Whether a person holds a right of the review, or is registered as a reviewer; read from the database."""
    if user.pk is None:
        return False
    if user.is_superuser or Credential.objects.filter(holder_id=user.pk).exists():
        return True
    own = Permission.objects.filter(user=user.pk) | Permission.objects.filter(group__user=user.pk)
    return bool(PROTECTED & names_of(own))


def needs_second_factor(user: Any) -> bool:
    """Whether a person decides about texts, registrations or accounts."""
    return bool(user.is_superuser or user.has_perm("auth.change_user") or PROTECTED & user.get_all_permissions())


def check_account(user: Any) -> None:
    """Raise when somebody in the admin writes an account that is not theirs to change."""
    actor = current_actor()
    if actor is None:
        return
    before = get_user_model().objects.filter(pk=user.pk).first() if user.pk else None
    if user.is_superuser and not (before and before.is_superuser):
        refuse("Nobody is made a superuser here; the operator does it on the machine.")
    if before is None:
        _without_a_known_password(user)
        return
    if administrators.would_be_missed(user):
        refuse(administrators.NOBODY_LEFT)
    if before.pk == actor.pk:
        return
    taken_over = any(getattr(before, name) != getattr(user, name) for name in KEYS)
    opened = user.is_active and not before.is_active
    if (taken_over or opened) and has_part_in_review(before):
        refuse("This person has a part in the review: nobody else changes how they log in.")
    _write_down(before, user, actor)


def _write_down(before: Any, user: Any, actor: Any) -> None:
    """Write down what somebody changes of another's account."""
    for name, what in (("password", "password set for another"), ("email", "address changed for another")):
        if getattr(before, name) != getattr(user, name):
            record(what, by=actor, now=timezone.now(), account=user.pk)
    if before.is_active != user.is_active:
        state = "account opened" if user.is_active else "account closed"
        record(state, by=actor, now=timezone.now(), account=user.pk)


def _without_a_known_password(user: Any) -> None:
    """Let a new account begin with a password that nobody knows; the person sets one by the link to their address."""
    user.password = _unknown_password(user)
    request = current_request()
    if request is not None and hasattr(request, "_messages"):
        messages.info(request, f"{user} sets a password by “Forgotten password?”, sent to {user.email}.")


def check_removal(user: Any) -> None:
    """Raise when somebody in the admin deletes the account of a person of the review."""
    if current_actor() is not None and has_part_in_review(user):
        refuse("This person has a part in the review: close the account, its history stays.")


def check_group(group: Group) -> None:
    """Raise when somebody in the admin writes or deletes a group of the review."""
    if current_actor() is not None and group.pk and is_protected_group(group):
        refuse("The roles of the review are fixed; the operator can make them anew.")


def check_rights(holder: Any, added: set[int]) -> None:
    """Raise when somebody in the admin gives a right of the review to a group or a person."""
    if current_actor() is not None and PROTECTED & names_of(Permission.objects.filter(pk__in=added)):
        refuse("Rights of the review come with a role of the review, and in no other way.")


def check_roles(user: Any, added: set[int]) -> None:
    """Raise when somebody in the admin gives a role of the review; it comes from a recorded registration alone."""
    actor = current_actor()
    if actor is None:
        return
    for group in Group.objects.filter(pk__in=added):
        if is_protected_group(group) and not _follows_from_registration(group, user):
            refuse(f"“{group.name}” is given by recording a registration, or by the operator; not here.")
        record("role given", by=actor, now=timezone.now(), account=user.pk, role=group.name)


def record_taken(user: Any, removed: set[int]) -> None:
    """Write down that a person lost roles; tell whoever has given up their own who can give it back."""
    actor = current_actor()
    if actor is None:
        return
    for group in Group.objects.filter(pk__in=removed):
        record("role taken", by=actor, now=timezone.now(), account=user.pk, role=group.name)
        request = current_request()
        if user.pk == actor.pk and request is not None and hasattr(request, "_messages"):
            text = f"You have given up your own role “{group.name}”. An administrator can give it back."
            messages.warning(request, text)


def check_somebody_is_left(changed: Any) -> None:
    """Raise when a change that was just written has left nobody who keeps accounts."""
    if administrators.is_nobody_left(changed):
        refuse(administrators.NOBODY_LEFT)


def _follows_from_registration(group: Group, user: Any) -> bool:
    valid = Credential.objects.valid_on(timezone.localdate()).filter(holder_id=user.pk, verified_by=current_actor())
    return group.name == REVIEWERS and valid.exists()


def follow_registration(credential: Credential, *, made: bool) -> None:
    """Make the holder of a new registration a reviewer, and end the role with the last one.

    Whoever made the account may know its password: it ends here, with every session and second factor. The person
    sets a new one by the link that goes to the address which the keeper has looked at.
    """
    if current_actor() is None:
        return
    holder = get_user_model().objects.get(pk=credential.holder_id)
    group, _ = Group.objects.get_or_create(name=REVIEWERS)
    if made and not holder.groups.filter(pk=group.pk).exists():
        get_user_model().objects.filter(pk=holder.pk).update(password=_unknown_password(holder))
        for device in list(devices_for_user(holder, confirmed=None)):
            device.delete()
        holder.groups.add(group)
        request = current_request()
        if request is not None and hasattr(request, "_messages"):
            text = (
                f"{holder} is a reviewer now and sets a new password by “Forgotten password?”, sent to {holder.email}."
            )
            messages.info(request, text)
    elif credential.revoked_at and not holder.credentials.valid_on(timezone.localdate()).exists():
        holder.groups.remove(group)


def _unknown_password(holder: Any) -> str:
    """Return the hash of a password that nobody knows; changing it ends all sessions."""
    holder.set_password(secrets.token_urlsafe(40))
    return str(holder.password)
