"""What a reviewer does with stories in another language: reads one, or ticks those together that show nothing new."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from articles.models import TranslationPage
from review import doors, permissions
from review.contributors import contributors_of
from review.doors import RefusedError
from review.models import SignOff, Standing
from review.record import record
from triage.models import StoryReading
from triage.readings.progress import Progress, Row


def check_may_read(by: Any, translation: TranslationPage, now: datetime) -> Any:
    """Raise unless a person may say that they have read; return the registration with which they say so."""
    permissions.check_can_review(by)
    permissions.check_is_independent(by, _writers_of(translation))
    return permissions.credential_of(by, now)


def _writers_of(translation: TranslationPage) -> list[int]:
    """Return who had a hand in the words: those of the released text, and whoever has changed it since."""
    standing = Standing.objects.filter(pk=translation.pk).first()
    people = set(contributors_of(translation, standing))
    signed: Any = SignOff.objects.filter(page_id=translation.pk, hash__in=standing.sign_offs if standing else [])
    return sorted(people.union(*signed.values_list("contributors", flat=True)))


@transaction.atomic
def keep(*, progress: Progress, code: str, mark: str, by: Any, now: datetime) -> StoryReading:
    """Keep that somebody has read one story; `mark` is that of what they were shown."""
    credential = check_may_read(by, progress.translation, now)
    row = progress.row(code)
    if row is None:
        raise RefusedError("There is no such story.")
    if row.run.mark != mark:
        raise RefusedError("Something in this story has changed since you opened it; read it again.")
    made = _add(progress, [row], by=by, now=now, demonstration=credential.demonstration, together=False)
    return made[0]


@transaction.atomic
def keep_together(*, progress: Progress, by: Any, now: datetime) -> list[StoryReading]:
    """Tick every story of which all texts have been read in others; one that shows anything new stays."""
    credential = check_may_read(by, progress.translation, now)
    rows = progress.nothing_new
    if not rows:
        raise RefusedError("Every story that is left shows something that nobody has read.")
    return _add(progress, rows, by=by, now=now, demonstration=credential.demonstration, together=True)


def read_as_demonstration(translation: TranslationPage, *, by: Any, now: datetime) -> None:
    """Keep a demonstration reading of every story of a starter translation: nobody has read it, and the rows say so."""
    credential = check_may_read(by, translation, now)
    if not credential.demonstration:
        raise RefusedError("Only a demonstration account reads for show.")
    progress = Progress(translation)
    rows = [row for row in progress.rows if not row.is_read]
    if rows:
        _add(progress, rows, by=by, now=now, demonstration=True, together=False)


def _add(
    progress: Progress, rows: Iterable[Row], *, by: Any, now: datetime, demonstration: bool, together: bool
) -> list[StoryReading]:
    page, seen, made = progress.translation, set[str](), []
    with doors.open_for():
        for row in rows:
            kept = StoryReading(
                translation_id=page.pk, revision_id=page.latest_revision_id, protocol=progress.spoken.page.code,
                language=page.language, story=row.run.story.code, mark=row.run.mark, texts=sorted(row.new - seen),
                together=together, by_id=by.pk, by_name=by.get_full_name() or by.get_username(),
                demonstration=demonstration, read_at=now,
            )  # fmt: skip
            kept.save()
            seen |= row.new
            made.append(kept)
    record("stories read", by=by, now=now, page_id=page.pk, stories=[one.story for one in made], language=page.language)
    return made
