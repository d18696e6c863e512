"""Text leaves the public at once; a second person looks at it afterwards."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page

from review import doors, notifications, permissions, queries
from review.doors import RefusedError
from review.enums import ChangeClass, PublicState, ReleaseKind
from review.models.evidence import Release
from review.models.submission import Standing, Use
from review.record import record


@transaction.atomic
def withdraw(*, page: Page, by: Any, now: datetime, reason: str) -> Release:
    """Take a page off the site, with a reason that everybody can read in the ledger."""
    permissions.check_can_withdraw(by)
    standing = Standing.objects.select_for_update().filter(pk=page.pk).first()
    if standing is None or standing.state != PublicState.RELEASED:
        raise RefusedError("This page is not public.")
    if not reason.strip():
        raise RefusedError("Say why the page is withdrawn.")
    users = queries.touched_by(page.pk)
    live = Page.objects.get(pk=page.pk).specific
    second = live.is_emergency or standing.change_class == ChangeClass.SAFETY
    with doors.open_for([page.pk]):
        entry = _entry(live, standing, reason, now)
        entry.append()
        standing.state, standing.release_hash, standing.touched = PublicState.WITHDRAWN, entry.hash, users
        standing.second_person_needed = second
        standing.save()
        Use.objects.filter(user_page_id=page.pk).delete()
        if live.live:
            UnpublishPageAction(live, user=by).execute(skip_permission_checks=True)
    record("withdrawn", by=by, now=now, page_id=page.pk, reason=reason, shown_by=users, second_person=second)
    notifications.later(notifications.withdrawn, page.pk, reason)
    return entry


def _entry(page: Page, standing: Standing, reason: str, now: datetime) -> Release:
    return Release(
        kind=ReleaseKind.WITHDRAWN, page_id=page.pk, page_type=type(page)._meta.label_lower,
        page_key=str(page.translation_key), title=page.title, url_path=page.url_path,
        revision_id=standing.revision_id, fingerprint=standing.fingerprint, change_class=standing.change_class,
        summary=reason[:300], signers=[], demonstration=standing.demonstration, reviewed_on=standing.reviewed_on,
        due_on=standing.due_on, released_at=now,
    )  # fmt: skip


@transaction.atomic
def confirm(*, page: Page, by: Any, now: datetime | None = None) -> None:
    """Say, as a second person, that a withdrawal or a rollback by one person was right."""
    now = now or timezone.now()
    permissions.check_can_review(by)
    standing = Standing.objects.select_for_update().filter(pk=page.pk, second_person_needed=True).first()
    if standing is None:
        raise RefusedError("Nothing about this page waits for a second person.")
    done = queries.done_alone(page.pk)
    if done is not None and by.pk == done.by_id:
        raise RefusedError("The second person must be somebody else.")
    standing.second_person_needed = False
    with doors.open_for():
        standing.save()
    withdrawn = standing.state == PublicState.WITHDRAWN
    record("withdrawal confirmed" if withdrawn else "rollback confirmed", by=by, now=now, page_id=page.pk)
