"""Back to a text that was public before: its signatures still hold, for it and for what stood around it.

One reviewer does it at once where readers lose nothing of class safety. Where some people are told something milder,
or safety text goes away, two reviewers do it, each with a written reason: the first asks, the second agrees.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from wagtail.models import Page, Revision

from review import as_signed, doors, evidence, going_back, history, notifications, permissions, queries, settled, uses
from review.actions.releasing import let_stand, publish
from review.doors import RefusedError
from review.enums import ReleaseKind
from review.evidence import TWO, Case
from review.fingerprint import content_hash
from review.going_back import Effect
from review.models.evidence import Event, Release, SignOff
from review.reading import readable_changes
from review.record import record

# Letters of a reason in the ledger, where two stand in one line.
HALF = 100


@dataclass(frozen=True)
class Back:
    """What comes back, by whom it is shown, and what readers lose by it."""

    cases: Sequence[Case]
    seen_by: Mapping[int, set[int]]
    effects: Mapping[int, Effect]

    @property
    def needs_two(self) -> bool:
        """Whether a second reviewer has to agree first."""
        return any(found.needs_two for found in self.effects.values())


def roll_back(*, page: Page, release_hash: str, by: Any, now: datetime, reason: str) -> Release | None:
    """Publish the text of an earlier release again, at once; None when a second reviewer has to agree first.

    Readers must then see nothing that was not public before as a whole: what the text shows, and what shows it, must
    stand as it once stood beside this text. Otherwise the refusal names the pages; they can be rolled back together.
    """
    earlier = Release.objects.filter(page_id=page.pk, hash=release_hash).first()
    permissions.check_can_withdraw(by)
    if earlier is None:
        raise RefusedError("There is no such release of this page.")
    return next(iter(roll_back_together(releases=[earlier], by=by, now=now, reason=reason)), None)


def roll_back_together(*, releases: Sequence[Release], by: Any, now: datetime, reason: str) -> list[Release]:
    """Publish the texts of several earlier releases, each of another page, in one moment.

    Nothing is returned, and readers see no change, when a second reviewer has to agree: doing the same is agreeing.
    """
    permissions.check_can_withdraw(by)
    if not reason.strip():
        raise RefusedError("Say why the earlier text comes back.")
    # before the transaction, so that what was found stays on record when it refuses the texts
    settled.check_release({case.page.pk: case.page for case in map(case_of, releases)})
    with transaction.atomic():
        list(Page.objects.select_for_update().filter(pk__in=[row.page_id for row in releases]).order_by("pk"))
        back = _checked(releases, now)
        words = f"Rolled back: {reason}"
        if back.needs_two:
            first = going_back.asked([row.hash for row in releases], back.effects, now)
            names = _check_independent(back, by, first, now)
            if first is None:
                _ask(releases, back, by=by, now=now, reason=reason)
                return []
            words = f"Rolled back by {names[1]}: {_short(first.data['reason'])} And {names[0]}: {_short(reason)}"
        return _carry_out(back, words, by=by, now=now, reason=reason)


def _checked(releases: Sequence[Release], now: datetime) -> Back:
    """Return what comes back; raise unless it was signed and stood so."""
    cases = [case_of(row) for row in releases]
    pages = {case.page.pk: case.page for case in cases}
    if len(pages) < len(cases):
        raise RefusedError("A page goes back to one text, not to two.")
    if history.standing_now(pages) == {case.page.pk: case.fingerprint for case in cases}:
        raise RefusedError("Readers see this text already.")
    milder = settled.check_release(pages)
    for case in cases:
        evidence.check_again(case, today=now.date())
    seen_by = _check_around(cases)
    return Back(cases, seen_by, {pk: going_back.effect(page, milder[pk]) for pk, page in pages.items()})


def _check_independent(back: Back, by: Any, first: Event | None, now: datetime) -> list[str]:
    """Raise unless a person counts as one of two: registered, with no part in the text, and not the other one.

    Returns their names as they are registered, the other one's last.
    """
    people = [by, *get_user_model().objects.filter(pk=first.by_id or 0)] if first else [by]
    wrote = sorted({pk for case in back.cases for row in case.sign_offs for pk in row.contributors})
    found = []
    for person in people:
        permissions.check_can_withdraw(person)
        permissions.check_is_independent(person, wrote)
        found.append(permissions.credential_of(person, now))
    if first is not None and first.by_id == by.pk:
        raise RefusedError("You have asked for this already. A second reviewer has to agree, with a reason.")
    if first is not None and len({(one.body, one.number) for one in found}) < TWO:
        raise RefusedError("The two reviewers must stand for two different registrations.")
    return [one.name for one in found]


def _ask(releases: Sequence[Release], back: Back, *, by: Any, now: datetime, reason: str) -> None:
    about = going_back.standing_now(back.effects)
    hashes = sorted(row.hash for row in releases)
    pages = {case.page.pk: case.page for case in back.cases}
    for pk, found in back.effects.items():
        lost = [one.place for one in readable_changes(found.only_lost, pages[pk])] if found.lost else []
        record(going_back.ASKED, by=by, now=now, page_id=pk, releases=hashes, about=about, reason=reason,
               milder=list(found.milder), lost=lost)  # fmt: skip
        notifications.later(notifications.rollback_asked, pk, reason)


def _carry_out(back: Back, words: str, *, by: Any, now: datetime, reason: str) -> list[Release]:
    standing = {} if back.needs_two else queries.standings(back.effects)
    afterwards = {
        case.page.pk
        for case in back.cases
        if (row := standing.get(case.page.pk))
        and going_back.is_looked_at_afterwards(case.page, back.effects[case.page.pk], row)
    }
    with doors.open_for(back.effects):
        done = [
            let_stand(case, ReleaseKind.ROLLED_BACK, words[:300], now=now, seen_by=back.seen_by[case.page.pk],
                      second_person_needed=case.page.pk in afterwards)
            for case in back.cases
        ]  # fmt: skip
        for case in back.cases:
            publish(case.page, case.sign_offs[0].revision_id, by=by)
    for case, entry in zip(back.cases, done, strict=True):
        record("rolled back", by=by, now=now, page_id=case.page.pk, release=entry.hash, reason=reason,
               second_person=case.page.pk in afterwards)  # fmt: skip
    return done


def _short(reason: str) -> str:
    """Return a reason that leaves room for the other one; both are kept whole in what happened."""
    words = reason.strip()
    words = words if len(words) <= HALF else f"{words[:HALF]}…"
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def case_of(earlier: Release) -> Case:
    """Return what an earlier release published, read from its revision."""
    if earlier.kind == ReleaseKind.WITHDRAWN:
        raise RefusedError("There is no such release of this page.")
    signed = list(SignOff.objects.filter(hash__in=[s["sign_off"] for s in earlier.signers]))
    revision = Revision.objects.filter(pk=earlier.revision_id, object_id=str(earlier.page_id)).first()
    if revision is None:
        raise RefusedError("The text of this release is not kept any more.")
    old: Any = revision.as_object()
    if not as_signed.holds(old, earlier.fingerprint):
        raise RefusedError(f"“{old.title}” is not the text that was signed.")
    return Case(old, earlier.fingerprint, content_hash(revision.content), signed)


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
