"""Into the review, and out of it without a release."""

from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.models import Page, Revision

from review import batch, notifications, permissions, proposed, queries, settled, transitions, workflow
from review.contributors import contributors_of
from review.difference import Difference, difference
from review.doors import RefusedError
from review.enums import ChangeClass, State
from review.fingerprint import content, content_hash, of_content
from review.models.evidence import SignOff
from review.models.submission import Submission
from review.problems import Problem
from review.reading import in_one_sentence, readable_changes
from review.record import COMMENTED, record


class ProblemsError(RefusedError):
    """The draft has faults; `problems` says where and what."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("This draft cannot be submitted yet. " + " ".join(str(p) for p in problems[:5]))


def submit(
    *,
    page: Page,
    by: Any,
    now: datetime,
    summary: str = "",
    raised_class: str = "",
    follow: bool = True,
) -> Submission:
    """Give the latest draft of a page to reviewers; from now on its content is frozen.

    `follow` also starts the workflow that the admin shows.
    """
    # as it is stored now: the object at hand may have been read before the draft was saved
    asks = settled.asks(type(page)) and permissions.can_submit(by, page)
    if asks and (draft := queries.latest_draft(page.pk)):
        text = draft.as_object()
        if problems := text.problems():
            raise ProblemsError(problems)
        # before the transaction, so that what was found stays on record when it refuses the submission
        settled.check(page.pk, type(page), lambda: text, in_review=proposed.in_review, with_others=False)
    return _submit(page, by=by, now=now, summary=summary, raised_class=raised_class, follow=follow)


@transaction.atomic
def _submit(page: Page, *, by: Any, now: datetime, summary: str, raised_class: str, follow: bool) -> Submission:
    locked = batch.about_page("locked", page.pk, Page.objects.select_for_update().in_bulk)
    permissions.check_can_submit(by, page)
    if queries.open_submission(page.pk):
        raise RefusedError("This page is in review already.")
    revision = queries.latest_draft(page.pk)
    if locked is None or revision is None or locked.alias_of_id:
        raise RefusedError("Save a draft first: there is nothing to review.")
    submission = _submission(page, revision, by=by, now=now)
    submission.summary = summary.strip() or submission.summary
    submission.raised_class = raised_class
    submission.signers_needed = page.signers_needed(submission.change_class)
    submission.save()
    record("submitted", by=by, now=now, page_id=page.pk, submission_id=submission.pk, revision=revision.pk)
    if follow:
        workflow.start(page, by=by)
    notifications.later(notifications.submitted, submission.pk)
    return submission


def _submission(page: Page, revision: Revision, *, by: Any, now: datetime) -> Submission:
    """Return a submission of one revision, complete but not saved; raise when the draft has faults."""
    stored = content_hash(revision.content)
    text = batch.text_of(revision, stored)
    if problems := text.problems():
        raise ProblemsError(problems)
    standing = queries.standing_of(page.pk)
    governed, label = content(text), type(text)._meta.label_lower
    old = queries.released_content(page.pk) if standing else {}
    found = difference(old, governed, text.change_classes)
    return Submission(
        page_id=page.pk,
        page_type=label,
        title=text.title,
        revision_id=revision.pk,
        fingerprint=of_content(governed, label),
        content_hash=stored,
        released_fingerprint=standing.fingerprint if standing else "",
        computed_class=found.change_class,
        summary=_summary(found, text, new=standing is None),
        touched=queries.touched_by(page.pk),
        contributors=sorted({*contributors_of(page, standing), by.pk}),
        submitted_by=by,
        submitted_at=now,
    )


def _summary(found: Difference, text: Page, *, new: bool) -> str:
    """Return the sentence of the ledger until somebody writes a better one."""
    return in_one_sentence([] if new else readable_changes(found, text), new=new)


@transaction.atomic
def describe(*, submission: Submission | int, by: Any, now: datetime, summary: str) -> Submission:
    """Say in one sentence what changed, for the public ledger; once somebody has signed, it stays."""
    row = lock(submission)
    permissions.check_is_active(by)
    if not permissions.can_review(by) and not permissions.can_submit(by, Page.objects.get(pk=row.page_id).specific):
        raise RefusedError("Only an editor of the page or a reviewer can say what changed.")
    if row.state != State.IN_REVIEW or SignOff.objects.filter(submission_id=row.pk).exists():
        raise RefusedError("Somebody has signed this sentence already.")
    if not summary.strip():
        raise RefusedError("Say in one sentence what changed.")
    row.summary = summary.strip()[:300]
    row.save(update_fields=["summary"])
    record("described", by=by, now=now, page_id=row.page_id, submission_id=row.pk, reason=row.summary)
    return row


@transaction.atomic
def comment(*, submission: Submission | int, by: Any, now: datetime, text: str) -> None:
    """Say something to the others at work on this text, without deciding anything."""
    row = lock(submission)
    permissions.check_is_active(by)
    if not permissions.can_review(by) and not permissions.can_submit(by, Page.objects.get(pk=row.page_id).specific):
        raise RefusedError("Only an editor of the page or a reviewer can comment.")
    if not text.strip():
        raise RefusedError("There is no comment to keep.")
    record(COMMENTED, by=by, now=now, page_id=row.page_id, submission_id=row.pk, reason=text.strip()[:2000])


def lock(submission: Submission | int) -> Submission:
    """Return the submission as it is now, locked until the end of the transaction."""
    pk = submission.pk if isinstance(submission, Submission) else submission
    at_work = batch.current()
    if at_work and pk in at_work.rows:
        return at_work.rows[pk]
    return Submission.objects.select_for_update().get(pk=pk)


def close(submission: Submission, state: State, now: datetime) -> None:
    """Move a submission to a state in which nobody reviews it."""
    transitions.check(State(submission.state), state)
    submission.state, submission.closed_at = state, now
    submission.save(update_fields=["state", "closed_at"])


@transaction.atomic
def withdraw_from_review(*, submission: Submission | int, by: Any, now: datetime) -> Submission:
    """Take a page out of review so that it can be edited; signatures given so far lose their use."""
    row = lock(submission)
    permissions.check_is_active(by)
    page = Page.objects.get(pk=row.page_id).specific
    may = row.submitted_by_id == by.pk or permissions.can_review(by) or permissions.can_submit(by, page)
    if not may:
        raise RefusedError("Only an editor of the page or a reviewer can take it out of review.")
    close(row, State.WITHDRAWN, now)
    record("taken out of review", by=by, now=now, page_id=row.page_id, submission_id=row.pk)
    workflow.cancel(page, by=by)
    return row


@transaction.atomic
def request_changes(
    *, submission: Submission | int, by: Any, now: datetime, reason: str, blocks: list[dict[str, str]] | None = None
) -> Submission:
    """Send a page back to its editors with a reason, and with reasons for single blocks."""
    row = lock(submission)
    permissions.check_can_review(by)
    if not (reason.strip() or blocks):
        raise RefusedError("Say what has to change.")
    close(row, State.CHANGES_REQUESTED, now)
    record(
        "changes requested",
        by=by,
        now=now,
        page_id=row.page_id,
        submission_id=row.pk,
        reason=reason,
        blocks=blocks or [],
    )
    workflow.reject(Page.objects.get(pk=row.page_id).specific, by=by, comment=reason)
    notifications.later(notifications.changes_requested, row.pk)
    return row


@transaction.atomic
def decline(*, submission: Submission | int, by: Any, now: datetime, reason: str) -> Submission:
    """Leave a text to other reviewers, for instance for a conflict of interest; the page stays in review."""
    row = lock(submission)
    permissions.check_can_review(by)
    if not row.is_open:
        raise RefusedError("This submission is not in review any more.")
    if not reason.strip():
        raise RefusedError("Say why you decline.")
    record("declined", by=by, now=now, page_id=row.page_id, submission_id=row.pk, reason=reason)
    return row


@transaction.atomic
def raise_class(*, submission: Submission | int, by: Any, now: datetime, change_class: str) -> Submission:
    """Raise the class of a change; lowering is refused."""
    row = lock(submission)
    permissions.check_is_active(by)
    page = Page.objects.get(pk=row.page_id).specific
    if not permissions.can_review(by) and not permissions.can_submit(by, page):
        raise RefusedError("Only an editor of the page or a reviewer can raise the class.")
    wanted = ChangeClass(change_class)
    if row.state != State.IN_REVIEW or wanted.weight < row.change_class.weight:
        raise RefusedError("The class of a change can be raised while it is in review, and never lowered.")
    row.raised_class, row.signers_needed = wanted, page.signers_needed(wanted)
    row.save(update_fields=["raised_class", "signers_needed"])
    record("class raised", by=by, now=now, page_id=row.page_id, submission_id=row.pk, change_class=wanted)
    return row
