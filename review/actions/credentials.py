"""Who may sign: kept by a role of its own."""

from datetime import datetime
from typing import Any

from django.db import transaction

from review import doors, permissions
from review.doors import RefusedError
from review.models.people import Credential
from review.record import record

EDITABLE = ("name", "profession", "body", "number", "specialties", "interests", "valid_until", "demonstration")


@transaction.atomic
def record_credential(
    *, holder: Any, by: Any, now: datetime, credential: Credential | None = None, **values: Any
) -> Credential:
    """Record, or correct, a registration that the keeper has looked up in the register."""
    permissions.check_can_keep_credentials(by, holder)
    row = credential or Credential(holder=holder)
    if row.holder_id != holder.pk or row.revoked_at:
        raise RefusedError("A credential stays with its holder, and a revoked one stays revoked.")
    for name in EDITABLE:
        if name in values:
            setattr(row, name, values[name])
    row.verified_by, row.verified_at = by, now
    row.full_clean()
    with doors.open_for():
        row.save()
    record("credential recorded", by=by, now=now, holder=holder.pk, **row.snapshot())
    return row


@transaction.atomic
def revoke_credential(*, credential: Credential, by: Any, now: datetime, reason: str) -> Credential:
    """End a credential at once; what was signed with it stays on record."""
    row = Credential.objects.select_for_update().get(pk=credential.pk)
    permissions.check_can_keep_credentials(by)
    if not reason.strip():
        raise RefusedError("Say why the credential is revoked.")
    row.revoked_at, row.revoked_reason = now, reason
    with doors.open_for():
        row.save()
    record("credential revoked", by=by, now=now, holder=row.holder_id, credential=row.pk, reason=reason)
    return row
