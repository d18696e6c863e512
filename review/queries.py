"""Reads over several models of the review."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count
from wagtail.models import Page, Revision

from review import batch, uses
from review.enums import PublicState, UseKind
from review.models.evidence import Event, Release, SignOff
from review.models.submission import Standing, Submission, Use

# How deep a page can stand inside others: a technique in a cause in a guide.
LEVELS = 3


def standings(ids: Iterable[int]) -> dict[int, Standing]:
    """Return what holds for some pages, by page id."""
    return Standing.objects.in_bulk(list(ids))


def standing_of(page_id: int) -> Standing | None:
    """Return what holds for a page, or held until it was withdrawn."""
    return batch.about_page("standing", page_id, standings)


def users_of(page_id: int) -> dict[int, str]:
    """Return the released pages that show a page, each with the fingerprint it was signed with."""
    return batch.about_page("users", page_id, _users) or {}


def _users(ids: Collection[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    rows = Use.objects.filter(kind=UseKind.PAGE, used__in=[str(pk) for pk in ids])
    for used, user, mark in rows.values_list("used", "user_page_id", "mark"):
        found.setdefault(int(used), {})[user] = mark
    return found


def touched_by(page_id: int) -> list[int]:
    """Return all released pages whose readers see something else when this page changes, however deep inside."""
    return batch.about_page("touched", page_id, touched) or []


def touched(ids: Collection[int]) -> dict[int, list[int]]:
    """Return the pages around each of some pages: one query for each level."""
    users: dict[int, set[int]] = {}
    level = set(ids)
    for _ in range(LEVELS):
        rows = Use.objects.filter(kind=UseKind.PAGE, used__in=[str(pk) for pk in level])
        users.update({pk: set() for pk in level})
        for used, user in rows.values_list("used", "user_page_id"):
            users[int(used)].add(user)
        level = set().union(*users.values()) - users.keys()
        if not level:
            break
    return {pk: _reached(pk, users) for pk in ids}


def _reached(page_id: int, users: Mapping[int, set[int]]) -> list[int]:
    found: set[int] = set()
    level = {page_id}
    for _ in range(LEVELS):
        level = set().union(*(users.get(pk, set()) for pk in level)) - found - {page_id}
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
    now = _as_reviewed(ids) if batch.current() is None else batch.once("as reviewed", _as_reviewed)
    return marks | {f"{UseKind.PAGE}:{pk}": now.get(pk, "") for pk in ids}


def _as_reviewed(ids: Collection[int] | None = None) -> dict[int, str]:
    """Return the fingerprints of some pages, or of all, as they are reviewed now."""
    submissions, standing = Submission.objects.open(), Standing.objects.filter(state=PublicState.RELEASED)
    if ids is not None:
        submissions, standing = submissions.filter(page_id__in=ids), standing.filter(pk__in=ids)
    now = dict(submissions.values_list("page_id", "fingerprint"))
    return now | dict(standing.values_list("page_id", "fingerprint"))


def released_content(page_id: int) -> dict[str, Any]:
    """Return the governed content that readers see now; empty when nothing is released."""
    standing = standing_of(page_id)
    if standing is None or not standing.sign_offs:
        return {}
    row = SignOff.objects.filter(hash=standing.sign_offs[0]).values_list("content", flat=True).first()
    return row or {}


def open_submission(page_id: int) -> Submission | None:
    """Return the submission under which reviewers hold a page."""
    return batch.about_page("open", page_id, _open_submissions)


def _open_submissions(ids: Collection[int]) -> dict[int, Submission]:
    return {row.page_id: row for row in Submission.objects.filter(page_id__in=ids).open()}


def submission(row: Submission | int) -> Submission:
    """Return a submission, read again where only its id is known."""
    return row if isinstance(row, Submission) else Submission.objects.get(pk=row)


def revision_of(submission: Submission) -> Revision | None:
    """Return the revision that was submitted, when it is still there."""
    return batch.about_submission("revision", submission, _revisions)


def _revisions(rows: Collection[Submission]) -> dict[int, Revision]:
    found = Revision.objects.in_bulk([row.revision_id for row in rows])
    return {
        row.pk: revision
        for row in rows
        if (revision := found.get(row.revision_id)) and revision.object_id == str(row.page_id)
    }


def latest_draft(page_id: int) -> Revision | None:
    """Return the latest draft of a page, as it is stored now."""
    return batch.about_page("draft", page_id, _latest_drafts)


def _latest_drafts(ids: Collection[int]) -> dict[int, Revision]:
    latest = dict(Page.objects.filter(pk__in=ids).values_list("latest_revision", "pk"))
    return {latest[row.pk]: row for row in Revision.objects.filter(pk__in=[pk for pk in latest if pk])}


def count_drafts(ids: Collection[int]) -> dict[int, int]:
    """Return how many drafts there are of each of some pages, those that were released among them."""
    rows = Revision.objects.page_revisions().filter(object_id__in=[str(pk) for pk in ids]).order_by()
    return {int(pk): number for pk, number in rows.values_list("object_id").annotate(number=Count("pk"))}


def signatures_of(submission: Submission) -> list[SignOff]:
    """Return what was signed under the text of a submission, in the order of signing."""
    return batch.about_submission("signatures", submission, _signatures) or []


def _signatures(rows: Collection[Submission]) -> dict[int, list[SignOff]]:
    found: dict[int, list[SignOff]] = {row.pk: [] for row in rows}
    texts = {row.pk: row.fingerprint for row in rows}
    for signed in SignOff.objects.filter(submission_id__in=texts):
        if signed.fingerprint == texts[signed.submission_id]:
            found[signed.submission_id].append(signed)
    return found


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
