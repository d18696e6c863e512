"""What readers lose when an earlier text comes back: it decides whether one reviewer may do that alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from wagtail.models import Page

from review import queries, words
from review.difference import ADDED, Change, Difference, class_of, difference
from review.enums import ChangeClass, PublicState
from review.fingerprint import content
from review.models.evidence import Event
from review.models.submission import Standing

ASKED = "rollback asked for"


@dataclass(frozen=True)
class Effect:
    """What changes for readers: `milder` in a sentence for each group of people, `lost` safety text that goes away."""

    found: Difference
    milder: tuple[str, ...]
    lost: tuple[Change, ...]

    @property
    def only_lost(self) -> Difference:
        """The same difference with nothing in it but what goes away."""
        return Difference(list(self.lost), self.found.change_class)

    @property
    def needs_two(self) -> bool:
        """Whether a second reviewer has to agree before readers see the earlier text."""
        return bool(self.milder or self.lost)

    @property
    def is_safety(self) -> bool:
        """Whether any of it is of class safety."""
        return self.needs_two or self.found.change_class == ChangeClass.SAFETY


def effect(earlier: Page, milder: Sequence[str]) -> Effect:
    """Return what an earlier text changes for those who have read what is public, or was until it was withdrawn.

    A text that was withdrawn counts: nobody gets rid of its warnings by withdrawing it first.
    """
    now = queries.released_content(earlier.pk)
    page: Any = earlier
    found = difference(now, content(earlier), page.change_classes)
    stricter = page.stricter_than(now)
    lost = (one for one in found.changes if one.kinds[0] not in stricter and _loses(one, page.change_classes))
    return Effect(found, tuple(milder), tuple(lost))


def is_looked_at_afterwards(earlier: Page, found: Effect, standing: Standing) -> bool:
    """Return whether a second person looks at a rollback by one: safety text came back, or what somebody withdrew."""
    page: Any = earlier
    grave = page.is_emergency or standing.change_class == ChangeClass.SAFETY
    return found.is_safety or (standing.state == PublicState.WITHDRAWN and grave)


def _loses(change: Change, classes: Mapping[str, str]) -> bool:
    """Return whether a change of class safety takes anything away; when in doubt, yes. New text takes nothing."""
    if change.what == ADDED or class_of(change, classes) != ChangeClass.SAFETY:
        return False
    if not (isinstance(change.old, str) and isinstance(change.new, str)):
        return True
    old, new = (words.sentences(words.readable(text)) for text in (change.old, change.new))
    return any(sentence not in new for sentence in old) or sorted(old) == sorted(new)


def asked(hashes: Iterable[str], pages: Iterable[int], now: datetime) -> Event | None:
    """Return who asked last for exactly these texts, about what readers see now; None when that is too long ago."""
    wanted, ids = sorted(hashes), list(pages)
    rows = _asked_lately(now).filter(page_id__in=ids)
    about = standing_now(ids)
    return next((row for row in rows if row.data["releases"] == wanted and row.data["about"] == about), None)


def _asked_lately(now: datetime) -> Any:
    """Return the events that can still be agreed to; the latest first."""
    since = now - timedelta(days=settings.REVIEW_WAITING_DAYS[ChangeClass.SAFETY])
    return Event.objects.filter(what=ASKED, at__gte=since)


def standing_now(pages: Iterable[int]) -> dict[str, str]:
    """Return which release holds for some pages: when another one does, what was asked for has to be asked again."""
    rows = Standing.objects.filter(pk__in=list(pages)).values_list("pk", "release_hash")
    return {str(pk): release for pk, release in rows}


def waiting(now: datetime) -> list[Event]:
    """Return what was asked for and nobody has agreed to yet, the latest first; once for each page."""
    found: dict[int, Event] = {}
    for row in _asked_lately(now):
        if row.data["about"] == standing_now(int(pk) for pk in row.data["about"]):
            found.setdefault(row.page_id or 0, row)
    return list(found.values())
