"""A signed text becomes what readers see: exactly the revision that was signed, nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from wagtail.actions.base import BaseAction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, Revision

from review import as_signed, batch, doors, evidence, notifications, overlay, permissions, queries, settled, workflow
from review.actions.signing import check_compared_with, void
from review.actions.submitting import close, lock
from review.calendar import next_review
from review.doors import RefusedError
from review.enums import ChangeClass, PublicState, ReleaseKind, State, UseKind
from review.evidence import Case
from review.logged import log_together
from review.models.evidence import Release
from review.models.submission import Standing, Submission, Use
from review.proposed import StaleError, proposed_page
from review.record import record


def release(*, submission: Submission | int, by: Any, now: datetime) -> Release:
    """Publish exactly the revision that was signed; return its entry in the ledger."""
    return release_together(submissions=[submission], by=by, now=now)[0]


def release_together(*, submissions: Sequence[Submission | int], by: Any, now: datetime) -> list[Release]:
    """Publish several signed texts in one moment: needed for pages that show each other."""
    stale: list[Submission] = []
    try:
        with transaction.atomic():
            permissions.check_can_release(by)
            rows = [lock(s) for s in submissions]
            cases = [_case(row, stale) for row in rows]
            together = {case.page.pk: case.fingerprint for case in cases}
            with overlay.one_look():
                milder = settled.check_release({case.page.pk: case.page for case in cases})
            for case in cases:
                evidence.check_milder(case, milder[case.page.pk])
                evidence.check(case, today=now.date(), together=together)
            return _release(rows, cases, by=by, now=now)
    except StaleError:
        for row in stale:
            void(row, now=now)
        raise


def _case(row: Submission, stale: list[Submission]) -> Case:
    """Return what a submission would publish, read from its revision."""
    if row.state != State.SIGNED:
        raise RefusedError(f"“{row.title}” cannot be released: {row.get_state_display()}.")
    try:
        page = proposed_page(row)
        check_compared_with(row)
        settled.check_open_questions(page)
    except StaleError:
        stale.append(row)
        raise
    signed = queries.signatures_of(row)
    settled.check_read(page, demonstration=any(one.demonstration for one in signed))
    return Case(page, as_signed.mark_of(page, row.fingerprint), row.content_hash, signed)


def _release(rows: Sequence[Submission], cases: Sequence[Case], *, by: Any, now: datetime) -> list[Release]:
    done = []
    batch.released()
    with doors.open_for(case.page.pk for case in cases):
        for row, case in zip(rows, cases, strict=True):
            done.append(let_stand(case, ReleaseKind.RELEASED, case.sign_offs[0].summary, now=now))
            close(row, State.RELEASED, now)
        workflow.note_idle([case.page for case in cases])
        logged: list[tuple[Page, Revision | None]] = []
        for row, case in zip(rows, cases, strict=True):
            workflow.finish(case.page, by=by)
            publish(case.page, row.revision_id, by=by, logged=logged)
            record("released", by=by, now=now, page_id=row.page_id, submission_id=row.pk, revision=row.revision_id)
            notifications.later(notifications.released, row.pk)
        log_together("wagtail.publish", logged, by=by)
    return done


def let_stand(
    case: Case,
    kind: ReleaseKind,
    summary: str,
    *,
    now: datetime,
    seen_by: Iterable[int] = (),
    second_person_needed: bool = False,
) -> Release:
    """Add an entry to the ledger and make it the one that holds for the page.

    `seen_by`: pages whose readers saw exactly this text inside before, besides those that its signers saw.
    """
    page, first = case.page, case.sign_offs[0]
    before = queries.standing_of(page.pk)
    reviewed_on = _reviewed_on(case, kind, before, now)
    entry = Release(
        kind=kind, page_id=page.pk, page_type=type(page)._meta.label_lower, page_key=str(page.translation_key),
        title=page.title, url_path=page.url_path, revision_id=first.revision_id, fingerprint=case.fingerprint,
        change_class=case.change_class, summary=summary, signers=[row.public() for row in case.sign_offs],
        demonstration=any(row.demonstration for row in case.sign_offs), reviewed_on=reviewed_on,
        due_on=next_review(page, reviewed_on), released_at=now,
    )  # fmt: skip
    entry.append()
    Standing(
        page_id=page.pk, state=PublicState.RELEASED, release_hash=entry.hash,
        sign_offs=[row.hash for row in case.sign_offs], revision_id=entry.revision_id, fingerprint=case.fingerprint,
        base=base_of(case), touched=sorted({*case.touched, *seen_by}), signers=entry.signers,
        change_class=entry.change_class, demonstration=entry.demonstration, reviewed_on=reviewed_on,
        due_on=entry.due_on, released_at=now,
        held=before.held if before else [], second_person_needed=second_person_needed,
    ).save(force_insert=before is None)  # fmt: skip
    if before is not None:
        Use.objects.filter(user_page_id=page.pk).delete()
    Use.objects.bulk_create(
        Use(user_page_id=page.pk, kind=kind, used=key, mark=mark) for kind, key, mark in evidence.uses_of(case)
    )
    return entry


def base_of(case: Case) -> dict[str, Any]:
    """Return what is compared without reading the whole page: by the database, and where drawings are shown."""
    fields = {name: getattr(case.page, name) for name in ("title", "slug", "seo_title", "search_description")}
    start = f"{UseKind.STATIC}:"
    files = {name.removeprefix(start): mark for name, mark in case.marks.items() if name.startswith(start)}
    return fields | {"files": files}


def _reviewed_on(case: Case, kind: ReleaseKind, before: Standing | None, now: datetime) -> date:
    """Return the date that readers see as “last reviewed”: a change in part never moves it."""
    signed_on = max(row.signed_at for row in case.sign_offs).date()
    if kind == ReleaseKind.ROLLED_BACK:
        earlier = Release.objects.filter(page_id=case.page.pk, fingerprint=case.fingerprint).last()
        return earlier.reviewed_on if earlier else signed_on
    unchanged = before is not None and before.fingerprint == case.fingerprint
    whole = all(row.whole_page for row in case.sign_offs)
    if before is None or (whole and (unchanged or case.change_class != ChangeClass.WORDING)):
        return signed_on
    return before.reviewed_on


def publish(page: Page, revision_id: int, *, by: Any, logged: list[tuple[Page, Revision | None]] | None = None) -> None:
    """Write a revision into the page's row; the gate checks it once more.

    `logged` gets what the caller still has to write into Wagtail's history; without it nothing is left to write.
    """
    revision = Revision.objects.get(pk=revision_id)
    if logged is not None and batch.current():
        action: PublishPageRevisionAction = _PublishText(revision, page, by)
        if not action.log_action:
            logged.append((page, revision))
    else:
        action = PublishPageRevisionAction(revision, user=by)
    # No date in a draft may publish or expire a page behind the review.
    action.object.go_live_at = action.object.expire_at = None
    action.execute(skip_permission_checks=True)


class _PublishText(PublishPageRevisionAction):
    """Publishes a text of a batch, which was read from its revision in this transaction, without reading it again."""

    def __init__(self, revision: Revision, text: Page, user: Any) -> None:
        BaseAction.__init__(self, text, user=user)
        self.revision, self.object = revision, text
        self.changed, self.previous_revision = True, None
        # with an earlier draft there may be another title to tell of, which Wagtail finds out
        self.log_action = batch.about_page("drafts", text.pk, queries.count_drafts) != 1


@transaction.atomic
def schedule(*, submission: Submission | int, by: Any, now: datetime, at: datetime) -> None:
    """Let the scheduler release a signed text at a given time."""
    row = lock(submission)
    permissions.check_can_release(by)
    if row.state != State.SIGNED or at <= now:
        raise RefusedError("Only a signed text can be scheduled, and only for a time to come.")
    proposed_page(row)
    with doors.open_for():
        revision = Revision.objects.get(pk=row.revision_id)
        revision.approved_go_live_at = at
        revision.save(update_fields=["approved_go_live_at"])
    record("scheduled", by=by, now=now, page_id=row.page_id, submission_id=row.pk, at=at)


def due_submissions(now: datetime) -> Iterable[tuple[Submission, Any]]:
    """Yield the signed submissions whose time has come, with whoever scheduled them."""
    ids = Revision.objects.page_revisions().filter(approved_go_live_at__lte=now).order_by("approved_go_live_at")
    for revision_id in ids.values_list("pk", flat=True):
        row = Submission.objects.filter(revision_id=revision_id, state=State.SIGNED).first()
        if row is not None:
            yield row, queries.scheduler_of(row)
