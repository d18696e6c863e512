"""Back to a text that was public before: its signatures still hold, for it and for what stood around it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.models import Page, Revision

from review import doors, evidence, history, permissions, queries, settled, uses
from review.actions.releasing import let_stand, publish
from review.doors import RefusedError
from review.enums import ReleaseKind
from review.evidence import Case
from review.fingerprint import content_hash, fingerprint
from review.models.evidence import Release, SignOff
from review.record import record


def roll_back(*, page: Page, release_hash: str, by: Any, now: datetime, reason: str) -> Release:
    """Publish the text of an earlier release again, at once.

    Readers must then see nothing that was not public before as a whole: what the text shows, and what shows it, must
    stand as it once stood beside this text. Otherwise the refusal names the pages; they can be rolled back together.
    """
    earlier = Release.objects.filter(page_id=page.pk, hash=release_hash).first()
    permissions.check_can_withdraw(by)
    if earlier is None:
        raise RefusedError("There is no such release of this page.")
    return roll_back_together(releases=[earlier], by=by, now=now, reason=reason)[0]


def roll_back_together(*, releases: Sequence[Release], by: Any, now: datetime, reason: str) -> list[Release]:
    """Publish the texts of several earlier releases, each of another page, in one moment."""
    permissions.check_can_withdraw(by)
    # before the transaction, so that what was found stays on record when it refuses the texts
    settled.check_release({case.page.pk: case.page for case in map(_case, releases)})
    with transaction.atomic():
        list(Page.objects.select_for_update().filter(pk__in=[row.page_id for row in releases]).order_by("pk"))
        cases = [_case(row) for row in releases]
        pages = {case.page.pk: case.page for case in cases}
        if len(pages) < len(cases):
            raise RefusedError("A page goes back to one text, not to two.")
        settled.check_release(pages)
        for case in cases:
            evidence.check_again(case, today=now.date())
        seen_by = _check_around(cases)
        with doors.open_for(pages):
            done = [_let_stand(case, seen_by, reason=reason, now=now) for case in cases]
            for case in cases:
                publish(case.page, case.sign_offs[0].revision_id, by=by)
        for case, entry in zip(cases, done, strict=True):
            record("rolled back", by=by, now=now, page_id=case.page.pk, release=entry.hash, reason=reason)
        return done


def _let_stand(case: Case, seen_by: Mapping[int, set[int]], *, reason: str, now: datetime) -> Release:
    return let_stand(
        case, ReleaseKind.ROLLED_BACK, f"Rolled back: {reason}"[:300], now=now, seen_by=seen_by[case.page.pk]
    )


def _case(earlier: Release) -> Case:
    """Return what an earlier release published, read from its revision."""
    if earlier.kind == ReleaseKind.WITHDRAWN:
        raise RefusedError("There is no such release of this page.")
    signed = list(SignOff.objects.filter(hash__in=[s["sign_off"] for s in earlier.signers]))
    revision = Revision.objects.filter(pk=earlier.revision_id, object_id=str(earlier.page_id)).first()
    if revision is None:
        raise RefusedError("The text of this release is not kept any more.")
    old: Any = revision.as_object()
    case = Case(old, fingerprint(old), content_hash(revision.content), signed)
    if earlier.fingerprint != case.fingerprint:
        raise RefusedError(f"“{case.page.title}” is not the text that was signed.")
    return case


def _check_around(cases: Sequence[Case]) -> dict[int, set[int]]:
    """Raise unless all that readers see with these texts once was public with them; return who shows each page."""
    back = {case.page.pk: case.fingerprint for case in cases}
    shown = {pk for case in cases for pk in uses.pages_of(uses.shown_by(case.page))}
    shown_by = {pk: set(queries.touched_by(pk)) for pk in back}
    around = (history.inside(shown) | set().union(*shown_by.values())) - back.keys()
    now = history.standing_now(around)
    if other := history.in_the_way(back, {pk: now.get(pk, "") for pk in around}):
        titles = Page.objects.filter(pk__in=other).values_list("title", flat=True)
        named = ", ".join(f"“{title}”" for title in sorted(titles)) or f"{len(other)} deleted pages"
        raise RefusedError(
            f"Nobody has signed “{cases[0].page.title}” as it was beside what stands now: {named}. Roll these back"
            " together, have the change reviewed, or withdraw the page at once."
        )
    return shown_by
