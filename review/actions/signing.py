"""A reviewer signs one fingerprint."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from wagtail.models import Page

from review import as_signed, batch, checklist, doors, notifications, overlay, permissions, queries, settled
from review.actions.submitting import close, lock, raise_class
from review.calendar import next_review
from review.contributors import contributors_of
from review.difference import difference
from review.doors import RefusedError
from review.enums import ChangeClass, State
from review.models.evidence import SignOff
from review.models.submission import Submission
from review.proposed import StaleError, in_review, proposed_page
from review.record import record

TWO = 2
MOVED_ON = "What readers see has changed since this was submitted; submit it again."
DEMONSTRATION = "Demonstration sign-off: it shows how the review works. No clinician has checked this text."


def sign_off(
    *,
    submission: Submission | int,
    by: Any,
    now: datetime,
    fingerprint: str | None = None,
    answers: dict[str, Any] | None = None,
    statement: str = "",
    whole_page: bool = True,
    raised_class: str = "",
    demonstration: bool = False,
    why_milder: str = "",
) -> SignOff:
    """Sign a submission; the last signature that is needed makes it ready for release.

    `fingerprint` is what the reviewer saw. A text that is no longer the one submitted voids the submission.
    `why_milder` is needed when some people are told something milder.
    """
    try:
        if permissions.can_review(by):
            # before the transaction, so that what was found stays on record when it refuses the signature
            with overlay.one_look():
                check_settled(queries.submission(submission))
        with transaction.atomic(), overlay.one_look():
            row = lock(submission)
            _check_seen(row, fingerprint)
            if raised_class and raised_class != row.change_class:
                row = raise_class(submission=row, by=by, now=now, change_class=raised_class)
            signed = _sign(row, by=by, now=now, answers=answers, statement=statement, whole_page=whole_page,
                           demonstration=demonstration, why_milder=why_milder)  # fmt: skip
            _count(row, signed, by=by, now=now)
    except StaleError:
        void(submission, now=now)
        raise
    return signed


def check_form(
    *, submission: Submission | int, by: Any, now: datetime, fingerprint: str, answers: dict[str, Any], why_milder: str
) -> None:
    """Raise when a signature would be refused whoever sits at the screen; `sign_off` asks all of it again."""
    row = queries.submission(submission)
    _check_seen(row, fingerprint)
    permissions.check_can_sign(by, row, row.contributors, now)
    try:
        page = proposed_page(row)
        checklist.checked(page, answers)
        with overlay.one_look():
            found = settled.milder(settled.subjects(page), beside={page.pk: page})
        settled.check_reason(found, why_milder)
    except StaleError:
        void(row, now=now)
        raise


def _check_seen(row: Submission, fingerprint: str | None) -> None:
    if fingerprint is not None and fingerprint != row.fingerprint:
        raise RefusedError("You have seen another text than the one in review; look again.")


def check_settled(row: Submission) -> list[Page]:
    """Raise unless all that page types ask for has passed for this text and for what shows it; return those pages."""
    model = apps.get_model(row.page_type)
    return settled.check(row.page_id, model, lambda: proposed_page(row), in_review=in_review)


def check_compared_with(row: Submission) -> None:
    """Raise when readers see another text than the one that a change was compared with, such as after a rollback.

    Its class and its contributors were found against that text.
    """
    standing = queries.standing_of(row.page_id)
    if (standing.fingerprint if standing else "") != row.released_fingerprint:
        raise StaleError(MOVED_ON)


def _computed_class(row: Submission, page: Page, governed: dict[str, Any]) -> ChangeClass:
    """Return the class of the change from what readers see at this moment; once for each text of a batch."""
    at_work = batch.current()
    key = (row.page_id, row.fingerprint)
    if at_work and key in at_work.classes:
        return at_work.classes[key]
    found = difference(queries.released_content(row.page_id), governed, page.change_classes).change_class
    if at_work:
        at_work.classes[key] = found
    return found


def _governed(row: Submission, page: Page) -> dict[str, Any]:
    """Return the content of the text that was submitted; raise when the software reads another one from it now."""
    governed = as_signed.governed(page, row.fingerprint)
    if governed is None:
        raise StaleError("The text is read differently than when it was submitted; submit it again.")
    return governed


def _check_text(row: Submission, page: Page, governed: dict[str, Any], *, demonstration: bool) -> None:
    """Raise unless the text was compared with what readers see, with nothing open."""
    check_compared_with(row)
    settled.check_open_questions(page)
    settled.check_read(page, demonstration=demonstration)
    if _computed_class(row, page, governed).weight > row.change_class.weight:
        raise StaleError(MOVED_ON)


def _sign(
    row: Submission,
    *,
    by: Any,
    now: datetime,
    answers: Any,
    statement: str,
    whole_page: bool,
    demonstration: bool,
    why_milder: str,
) -> SignOff:
    """Check the person and the text, and add the signature."""
    page = proposed_page(row)
    governed, label = _governed(row, page), type(page)._meta.label_lower
    _check_text(row, page, governed, demonstration=demonstration)
    asked = settled.check(row.page_id, type(page), lambda: page, in_review=in_review)
    accepted = _accepted(row, page, asked, why_milder)
    standing = queries.standing_of(row.page_id)
    people = sorted({*row.contributors, *contributors_of(page, standing)})
    credential = permissions.check_can_sign(by, row, people, now)
    if credential.demonstration != demonstration:
        raise RefusedError("A demonstration credential signs demonstrations only, and a real one never does.")
    signed = SignOff(
        page_id=row.page_id, submission_id=row.pk, revision_id=row.revision_id, page_type=label,
        page_key=str(page.translation_key), title=page.title, url_path=page.url_path, fingerprint=row.fingerprint,
        content_hash=row.content_hash, content=governed, manifest=queries.manifest_of(page),
        touched=queries.touched_by(row.page_id), contributors=people, change_class=row.change_class,
        whole_page=whole_page or standing is None, summary=row.summary, reviewer_id=by.pk,
        reviewer=credential.snapshot(), demonstration=demonstration, signed_at=now,
        checklist=[
            *([] if demonstration and answers is None else checklist.checked(page, answers or {})), *accepted,
        ],
        statement=DEMONSTRATION if demonstration else statement or settings.REVIEW_STATEMENT,
        valid_until=next_review(page, now.date()),
    )  # fmt: skip
    with doors.open_for():
        signed.append()
    return signed


def _accepted(row: Submission, page: Page, subjects: list[Page], why: str) -> list[dict[str, Any]]:
    """Return what a signer accepts as milder, with the reason, as the sign-off keeps it; then two have to sign."""
    found = settled.milder(subjects, beside={page.pk: page})
    settled.check_reason(found, why)
    if found and row.signers_needed < TWO:
        row.signers_needed = TWO
        row.save(update_fields=["signers_needed"])
    return [checklist.milder_accepted(found, why)] if subjects and why.strip() else []


def _count(row: Submission, signed: SignOff, *, by: Any, now: datetime) -> None:
    """Move the submission on when enough reviewers have signed."""
    given = len({one.hash for one in queries.signatures_of(row)} | {signed.hash})
    record("signed", by=by, now=now, page_id=row.page_id, submission_id=row.pk, sign_off=signed.hash)
    if given >= row.signers_needed:
        row.state = State.SIGNED
        row.save(update_fields=["state"])
        notifications.later(notifications.signed, row.pk)


@transaction.atomic
def void(submission: Submission | int, *, now: datetime) -> None:
    """End a submission whose text is not what was submitted."""
    row = lock(submission)
    if row.is_open:
        close(row, State.VOID, now)
        record("void", by=None, now=now, page_id=row.page_id, submission_id=row.pk)
