"""What Wagtail's history says of many pages at once, as it says it of each."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, PageLogEntry, Revision


def log_together(action: str, texts: Sequence[tuple[Page, Revision | None]], *, by: Any = None) -> None:
    """Add an entry for each page, with the revision that it speaks of; Wagtail asks four queries for each."""
    context, now = get_active_log_context(), timezone.now()
    PageLogEntry.objects.bulk_create(
        PageLogEntry(
            page=page, content_type=page.content_type, label=page.get_admin_display_title(), action=action,
            timestamp=now, user=by or context.user, uuid=context.uuid, revision=revision, content_changed=True,
        )
        for page, revision in texts
    )  # fmt: skip
