"""Where rows are written: the rules of `roles` for accounts, groups and rights."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from portal.accounts import administrators, roles
from review.models import Credential

# Where what is cleared keeps what was there.
_CLEARED = "_cleared_roles"


def _save_user(instance: Any, **kwargs: Any) -> None:
    update = kwargs.get("update_fields")
    if update is None or set(update) & {*roles.KEYS, "is_active"}:
        roles.check_account(instance)


def _delete_user(instance: Any, **kwargs: Any) -> None:
    roles.check_removal(instance)
    administrators.about_to_change(instance)


def _write_group(instance: Any, **kwargs: Any) -> None:
    roles.check_group(instance)


def _delete_group(instance: Any, **kwargs: Any) -> None:
    roles.check_group(instance)
    administrators.about_to_change(instance)


def _deleted(instance: Any, **kwargs: Any) -> None:
    roles.check_somebody_is_left(instance)


def _rights_end(instance: Any, action: str, **kwargs: Any) -> None:
    """Look before and after somebody loses a role, or a role a right."""
    if action in {"pre_remove", "pre_clear"}:
        administrators.about_to_change(instance)
    elif action in {"post_remove", "post_clear"}:
        roles.check_somebody_is_left(instance)


def _pairs(instance: Any, pk_set: set[int] | None, model: Any, *, reverse: bool) -> list[tuple[Any, set[int]]]:
    """Return (owner, keys of what is added or removed) from whichever side the change came."""
    keys = pk_set or set()
    return [(owner, {instance.pk}) for owner in model.objects.filter(pk__in=keys)] if reverse else [(instance, keys)]


def _change_roles(
    instance: Any, action: str, pk_set: set[int] | None, model: Any, reverse: bool, **kwargs: Any
) -> None:
    if action == "pre_clear":
        rows = instance.user_set if reverse else instance.groups
        instance.__dict__[_CLEARED] = set(rows.values_list("pk", flat=True))
    if action == "post_clear":
        action, pk_set = "post_remove", instance.__dict__.pop(_CLEARED, set())
    for user, groups in _pairs(instance, pk_set, model, reverse=reverse):
        if action == "pre_add":
            roles.check_roles(user, groups)
        elif action == "post_remove":  # after it was looked at whether somebody is left
            roles.record_taken(user, groups)


def _change_rights(
    instance: Any, action: str, pk_set: set[int] | None, model: Any, reverse: bool, **kwargs: Any
) -> None:
    if action == "pre_add":
        for holder, rights in _pairs(instance, pk_set, model, reverse=reverse):
            roles.check_rights(holder, rights)


def _registered(instance: Credential, created: bool, **kwargs: Any) -> None:
    roles.follow_registration(instance, made=created)


def connect() -> None:
    """Connect the rules; once, when the app is ready."""
    user = get_user_model()
    pre_save.connect(_save_user, sender=user, dispatch_uid="accounts.user")
    pre_delete.connect(_delete_user, sender=user, dispatch_uid="accounts.user.delete")
    pre_save.connect(_write_group, sender=Group, dispatch_uid="accounts.group")
    pre_delete.connect(_delete_group, sender=Group, dispatch_uid="accounts.group.delete")
    for kind in (user, Group):
        post_delete.connect(_deleted, sender=kind, dispatch_uid=f"accounts.{kind.__name__}.deleted")
    for through in (user.groups.through, user.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(_rights_end, sender=through, dispatch_uid=f"accounts.{through.__name__}.end")
    m2m_changed.connect(_change_roles, sender=user.groups.through, dispatch_uid="accounts.roles")
    for through in (user.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(_change_rights, sender=through, dispatch_uid=f"accounts.{through.__name__}")
    post_save.connect(_registered, sender=Credential, dispatch_uid="accounts.registered")
