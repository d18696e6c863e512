"""Reads over several models of the review."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from wagtail.models import Page, Revision

from review import uses
from review.enums import OPEN, PublicState, UseKind
from review.models.evidence import Event, Release, SignOff
from review.models.submission import Standing, Submission, Use

# How deep a page can stand inside others: a technique in a cause in a guide.
LEVELS = 3


def standings(ids: Iterable[int]) -> dict[int, Standing]:
    """Return what holds for some pages, by page id."""
    return Standing.objects.in_bulk(list(ids))


def users_of(page_id: int) -> dict[int, str]:
    """Return the released pages that show a page, each with the fingerprint it was signed with."""
    rows = Use.objects.filter(kind=UseKind.PAGE, used=str(page_id))
    return dict(rows.values_list("user_page_id", "mark"))


def touched_by(page_id: int) -> list[int]:
    """Return all released pages whose readers see something else when this page changes, however deep inside."""
    found: set[int] = set()
    level = {page_id}
    for _ in range(LEVELS):
        rows = Use.objects.filter(kind=UseKind.PAGE, used__in=[str(pk) for pk in level])
        level = set(rows.values_list("user_page_id", flat=True)) - found - {page_id}
        if not level:
            break
        found |= level
    return sorted(found)


def users_of_file(kind: UseKind, key: str) -> list[int]:
    """Return the released pages that show an image, a document or a file."""
    return sorted(Use.objects.filter(kind=kind, used=key).values_list("user_page_id", flat=True))


def manifest_of(page: Page) -> dict[str, str]:
    """Return what a page shows from elsewhere, as `kind:key` with its fingerprint as it is reviewed now.

    For a page that is not released yet this is the fingerprint of its open submission; empty when there is none.
    """
    used = uses.shown_by(page)
    marks = {f"{kind}:{key}": mark for (kind, key), mark in uses.file_marks(page, used).items()}
    ids = uses.pages_of(used)
    now = dict(Submission.objects.filter(page_id__in=ids, state__in=OPEN).values_list("page_id", "fingerprint"))
    now |= dict(Standing.objects.filter(pk__in=ids, state=PublicState.RELEASED).values_list("page_id", "fingerprint"))
    return marks | {f"{UseKind.PAGE}:{pk}": now.get(pk, "") for pk in ids}


def released_content(page_id: int) -> dict[str, Any]:
    """Return the governed content that readers see now; empty when nothing is released."""
    standing = Standing.objects.filter(pk=page_id).first()
    if standing is None or not standing.sign_offs:
        return {}
    row = SignOff.objects.filter(hash=standing.sign_offs[0]).values_list("content", flat=True).first()
    return row or {}


def open_submission(page_id: int) -> Submission | None:
    """Return the submission under which reviewers hold a page."""
    return Submission.objects.filter(page_id=page_id).open().first()


def submission(row: Submission | int) -> Submission:
    """Return a submission, read again where only its id is known."""
    return row if isinstance(row, Submission) else Submission.objects.get(pk=row)


def revision_of(submission: Submission) -> Revision | None:
    """Return the revision that was submitted, when it is still there."""
    return Revision.objects.filter(pk=submission.revision_id, object_id=str(submission.page_id)).first()


def ledger_of(page_id: int) -> list[Release]:
    """Return the public ledger of a page, oldest first."""
    return list(Release.objects.filter(page_id=page_id))


def due_before(day: date) -> list[Standing]:
    """Return what is due for review before a day, the earliest first."""
    return list(Standing.objects.filter(state=PublicState.RELEASED, due_on__lt=day).order_by("due_on"))


def last_event(what: str, **fields: Any) -> Event | None:
    """Return the latest event of a kind."""
    return Event.objects.filter(what=what, **fields).first()


def done_alone(page_id: int) -> Event | None:
    """Return who withdrew a page, or rolled it back, last."""
    return Event.objects.filter(what__in=["withdrawn", "rolled back"], page_id=page_id).first()


def scheduler_of(submission: Submission) -> Any:
    """Return who scheduled a submission, when the account still is there."""
    event = last_event("scheduled", submission_id=submission.pk)
    return get_user_model().objects.filter(pk=event.by_id).first() if event and event.by_id else None
