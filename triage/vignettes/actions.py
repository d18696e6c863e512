"""What changes stories: writing, taking in a file, judging a case a second time, accepting how one came out."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.permission_policies.pages import PagePermissionPolicy

from review import doors, permissions
from review.doors import RefusedError
from review.record import record
from triage.engine.artefact import content_hash
from triage.engine.coverage import Draft
from triage.engine.protocol import Protocol
from triage.engine.vignettes import Vignette, check, levels_unknown
from triage.models import AcceptedMiss, CheckIndexPage, ProtocolPage, SecondOpinion, Story, StoryFact
from triage.models.story import STATES, StoryState
from triage.vignettes import queries
from triage.vignettes.files import StoryFileError, parse_path, plain
from triage.vignettes.told import Told

PAGES = PagePermissionPolicy()
log = logging.getLogger(__name__)
NAMES = {value: key for key, value in STATES.items()}


def may_write(by: Any) -> bool:
    """Return whether a person writes stories: editors of a check and reviewers do, authors of other pages do not."""
    if not (by and by.is_active):
        return False
    if permissions.can_review(by) or by.is_superuser:
        return True
    rows = PAGES.get_cached_permissions_for_user(by)
    parts = [row.page.path for row in rows if row.permission.codename in {"add_page", "change_page"}]
    return any(path.startswith(part) for path in _paths_of_checks() for part in parts)


def _paths_of_checks() -> list[str]:
    """Return where protocols stand in the tree; where there is none yet, where they would stand."""
    return list(ProtocolPage.objects.order_by().values_list("path", flat=True)) or list(
        CheckIndexPage.objects.order_by().values_list("path", flat=True)
    )


def check_may_write(by: Any, story: Story | None = None) -> None:
    """Raise unless a person may write, and, for a story that is there, unless it is not a judge of their own work."""
    if not may_write(by):
        raise RefusedError("Only editors and medical reviewers write patient stories.")
    if story is None or story.pk is None or story.state == StoryState.DRAFT or by.pk in story.people:
        return
    if by.pk in queries.writers_of(story.protocol):
        raise RefusedError("You have written a part of this protocol, so you cannot change a story that judges it.")


def signed_by(story: Story, by: Any) -> None:
    """Write down who wrote a story, before it is saved."""
    name = by.get_full_name() or by.get_username()
    if by.pk not in story.people:
        story.people = [*story.people, by.pk]
        story.authors = ", ".join(part for part in (story.authors, name) if part)[:300]


@transaction.atomic
def retire(*, story: Story, by: Any, now: datetime, reason: str) -> Story:
    """Take a story out of use with a reason; it stays on record."""
    check_may_write(by, story)
    if not reason.strip():
        raise RefusedError("Say why this story is not to be run any more.")
    story.state, story.retired_because = StoryState.RETIRED, reason.strip()[:300]
    story.save()
    record("story retired", by=by, now=now, page_id=story.protocol_id, story=story.code, reason=reason)
    return story


@transaction.atomic
def give_second_opinion(*, story: Story, by: Any, now: datetime, level: str, note: str = "") -> SecondOpinion:
    """Keep the level that a clinician gives to a case without having seen the first one."""
    permissions.check_can_review(by)
    if by.pk in story.people:
        raise RefusedError("You wrote this story; the second level must be another clinician's.")
    case = story.case_digest()
    if SecondOpinion.objects.filter(story=story.code, case=case, by_id=by.pk).exists():
        raise RefusedError("You have judged this case already; a judgement is not changed afterwards.")
    row = SecondOpinion(
        story=story.code, case=case, level=level, note=note[:300], by_id=by.pk,
        by_name=by.get_full_name() or by.get_username(), given_at=now,
    )  # fmt: skip
    row.full_clean()
    with doors.open_for():
        row.save()
    return row


@transaction.atomic
def accept_miss(
    *, page: Any, told: Told, source_hash: str, fingerprint: str, by: Any, now: datetime, reason: str
) -> AcceptedMiss:
    """Keep a reviewer's reason why a story may come out as it does, for exactly this text of the protocol."""
    permissions.check_can_review(by)
    if by.pk in queries.writers_of(page):
        raise RefusedError("You have written a part of this protocol; somebody else must accept how it judges.")
    if told.is_barred:
        raise RefusedError("An emergency that comes out milder, or with forbidden advice, is accepted by nobody.")
    if not told.is_miss:
        raise RefusedError("This story comes out right.")
    if len(reason.split()) < LEAST_WORDS:
        raise RefusedError("Write the reason in a sentence: it is kept with your name.")
    row = AcceptedMiss(
        page_id=page.pk, source_hash=source_hash, fingerprint=fingerprint, story=told.story.id, miss=told.miss,
        what=told.words[:300], reason=reason.strip(), by_id=by.pk,
        by_name=by.get_full_name() or by.get_username(), accepted_at=now,
    )  # fmt: skip
    with doors.open_for():
        row.save()
    record("miss accepted", by=by, now=now, page_id=page.pk, story=told.story.id, reason=reason, came_out=row.what)
    return row


LEAST_WORDS = 3


@transaction.atomic
def make_draft(*, page: ProtocolPage, proposal: Draft, by: Any) -> Story:
    """Make a draft story from a proposal; its level is for the clinician to say."""
    check_may_write(by)
    base = f"{page.code}-{proposal.goal}".lower().replace(":", "-").replace(".", "-")[:70]
    code = next(name for name in _names(base) if not Story.objects.filter(code=name).exists())
    words = f"Somebody who answers {proposal.words}."
    story = Story(code=code, protocol=page, text=words, origin=f"proposed for {proposal.goal}"[:80])
    signed_by(story, by)
    story.save()
    _write_facts([(story, dict(proposal.facts))])
    return story


def _names(base: str) -> Iterable[str]:
    yield base
    yield from (f"{base}-{number}" for number in range(2, 1000))


@transaction.atomic
def take_in(
    *, stories: Iterable[Vignette], name: str, by: Any, protocols: dict[str, Protocol], as_drafts: bool = False
) -> list[Story]:
    """Add the stories of a file, all or none; raises StoryFileError with every place and reason.

    `protocols` holds the protocols that stories are checked against, by key. Stories that are here already, word for
    word, are left as they are.
    """
    check_may_write(by)
    items = list(stories)
    pages = {page.code: page for page in ProtocolPage.objects.filter(code__in=protocols)}
    there = Story.objects.filter(code__in=[item.id for item in items]).prefetch_related("protocol", "facts")
    known = {row.code: row for row in there}
    faults: list[str] = []
    made: list[tuple[Story, Vignette]] = []
    for item in items:
        if item.protocol not in pages:
            faults.append(f"{item.id}: there is no protocol “{item.protocol}”")
            continue
        known_by = protocols[item.protocol]
        issues = [*check(item, known_by), *levels_unknown(item, known_by)]
        faults += [f"{issue.place}: {issue.message}" for issue in issues]
        before = known.get(item.id)
        if before is None:
            made.append((_filled(Story(code=item.id), item, pages[item.protocol], name), item))
        elif plain(before.vignette()) != plain(item):
            faults.append(f"{item.id}: another story has this name already")
    if faults:
        raise StoryFileError(name, faults)
    for story, _ in made:
        story.state = StoryState.DRAFT if as_drafts else StoryState.ACTIVE
        signed_by(story, by)
        try:
            story.full_clean(exclude=["protocol"])
        except ValidationError as error:
            raise StoryFileError(name, [f"{story.code}: {message}" for message in error.messages]) from error
        story.save()
    _write_facts([(story, item.facts) for story, item in made])
    return [story for story, _ in made]


def _filled(story: Story, item: Vignette, page: ProtocolPage, name: str) -> Story:
    story.protocol, story.text, story.gold, story.source = page, item.text, item.gold, item.source
    story.acceptable, story.must_not_advise = list(item.acceptable), list(item.must_not_advise)
    story.must_mention, story.rationale = "\n".join(item.must_mention), item.rationale
    story.origin = Path(name).name[:80]
    return story


def _write_facts(pairs: Iterable[tuple[Story, dict[str, Any]]]) -> None:
    """Write what stories say, all rows at once."""
    some = list(pairs)
    StoryFact.objects.filter(story__in=[story for story, _ in some]).delete()
    StoryFact.objects.bulk_create(
        StoryFact(story=story, finding=key, state=NAMES[value], sort_order=place)
        for story, facts in some
        for place, (key, value) in enumerate(facts.items())
    )


@transaction.atomic
def load_starter_stories(folder: Path) -> int:
    """Load the stories beside the protocol files; return how many were new or changed.

    A story that somebody has changed in the admin since is left alone; one that has left its file is retired.
    Raises StoryFileError, with nothing loaded.
    """
    pages = {page.code: page for page in ProtocolPage.objects.all()}
    rows = Story.objects.prefetch_related("protocol", "facts")
    known = {row.code: row for row in rows}
    changed: list[tuple[Story, Vignette]] = []
    there: set[str] = set()
    for path in sorted(folder.glob("*.vignettes.json")):
        for item in parse_path(path)[0]:
            if item.protocol not in pages:
                raise StoryFileError(str(path), [f"{item.id}: there is no protocol “{item.protocol}”"])
            there.add(item.id)
            story = known.get(item.id)
            if story is None or _is_older(story, item):
                changed.append((_filled(story or Story(code=item.id), item, pages[item.protocol], path.name), item))
    _retire_missing(known, there)
    _save_loaded(changed)
    return len(changed)


def _is_older(story: Story, item: Vignette) -> bool:
    digest = content_hash(plain(item))
    if not story.file_digest or story.file_digest == digest:
        return False
    if content_hash(plain(story.vignette())) != story.file_digest:
        log.warning("The story %s was changed by an editor; its file is not loaded again.", story.code)
        return False
    return True


def _retire_missing(known: dict[str, Story], there: set[str]) -> None:
    gone = [s.pk for s in known.values() if s.file_digest and s.code not in there and s.state == StoryState.ACTIVE]
    if gone:
        because = "It is not in the file of its protocol any more."
        Story.objects.filter(pk__in=gone).update(state=StoryState.RETIRED, retired_because=because)


def _save_loaded(changed: list[tuple[Story, Vignette]]) -> None:
    for story, item in changed:
        story.state, story.file_digest = StoryState.ACTIVE, content_hash(plain(item))
        if story.pk:
            story.save()
    Story.objects.bulk_create([story for story, _ in changed if story.pk is None])
    _write_facts([(story, item.facts) for story, item in changed])
