"""How far the stories of a protocol are read through in another language."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from articles.models import TranslationPage
from review.remembered import Remembered
from triage import in_step
from triage.models import StoryReading
from triage.readings.runs import Run, Spoken, UntellableError, spoken
from triage.vignettes import queries


@dataclass(frozen=True)
class LastRead:
    """Who read a story last, when, and of which revision of the protocol's translation."""

    by_name: str
    at: datetime
    revision_id: int | None
    demonstration: bool


@dataclass(frozen=True)
class Row:
    """One story; `new` are the marks of texts that nobody has read."""

    run: Run
    new: frozenset[str]
    is_read: bool
    last: LastRead | None

    @property
    def is_stale(self) -> bool:
        """Whether it was read, and shows something else now."""
        return self.last is not None and not self.is_read


class Progress:
    """What is read and what is left of one translation of a protocol."""

    def __init__(self, translation: TranslationPage, *, with_demonstrations: bool = True) -> None:
        """`with_demonstrations`: readings that show how the review works count as well; raises UntellableError."""
        self.translation = translation
        self.spoken: Spoken = spoken(translation)
        self._runs = self.spoken.runs()
        self._with_demonstrations = with_demonstrations

    @cached_property
    def rows(self) -> list[Row]:
        """Every story: those left to read first, what shows most that is new on top."""
        kept = StoryReading.objects.filter(translation_id=self.translation.pk or 0)
        if not self._with_demonstrations:
            kept = kept.filter(demonstration=False)
        known: set[str] = set()
        marks: dict[str, set[str]] = defaultdict(set)
        last: dict[str, LastRead] = {}
        for row in kept.order_by("read_at", "pk"):
            known.update(row.texts)
            marks[row.story].add(row.mark)
            last[row.story] = LastRead(row.by_name, row.read_at, row.revision_id, row.demonstration)
        made = [
            Row(one, one.texts - known, one.mark in marks[one.story.code], last.get(one.story.code))
            for one in self._runs
        ]
        return sorted(made, key=lambda row: (row.is_read, -len(row.new), row.run.story.code))

    def row(self, code: str) -> Row | None:
        """Return one story by its name."""
        return next((row for row in self.rows if row.run.story.code == code), None)

    @property
    def left(self) -> list[Row]:
        """The stories that show something that nobody has read."""
        return [row for row in self.rows if not row.is_read and row.new]

    @property
    def nothing_new(self) -> list[Row]:
        """The stories left to tick of which every text has been read in others."""
        return [row for row in self.rows if not row.is_read and not row.new]

    @property
    def read(self) -> list[Row]:
        """The stories that were read as they are now."""
        return [row for row in self.rows if row.is_read]

    @property
    def stale(self) -> list[Row]:
        """The stories that were read and show something else now."""
        return [row for row in self.rows if row.is_stale]

    @cached_property
    def texts(self) -> tuple[int, int]:
        """How many texts the stories show in the other language, and how many of them nobody has read."""
        shown = frozenset().union(*(row.run.texts for row in self.rows)) if self.rows else frozenset()
        unread = frozenset().union(*(row.new for row in self.rows)) if self.rows else frozenset()
        return len(shown), len(unread)

    @property
    def is_complete(self) -> bool:
        """Whether there are stories and all are read."""
        return bool(self.rows) and len(self.read) == len(self.rows)

    @property
    def sentence(self) -> str:
        """How far it is, in one sentence."""
        total, (shown, unread) = len(self.rows), self.texts
        if not total:
            return "There is no patient story to read."
        if self.is_complete:
            return f"All {total} patient stories have been read in this language."
        stale = f", {len(self.stale)} of the others were read before something in them changed" if self.stale else ""
        return (
            f"{len(self.read)} of {total} patient stories have been read{stale}; {unread} of {shown} texts are unread."
        )


def in_short(translation: TranslationPage) -> str:
    """Return how far it is for a table: “12 of 306”, or why nobody can say."""
    rows = StoryReading.objects.filter(translation_id=translation.pk)
    stories = queries.state_of(translation.source_page)
    said = (in_step.newest(), translation.pk, translation.latest_revision_id, rows.count(), stories)
    return _said.get(said, lambda: _in_short(translation))


def _in_short(translation: TranslationPage) -> str:
    try:
        found = Progress(translation)
    except UntellableError:
        return "cannot be run"
    stale = f", {len(found.stale)} to read again" if found.stale else ""
    return f"{len(found.read)} of {len(found.rows)}{stale}"


# What a table says, by all that it rests on: to run the stories takes seconds.
_said: Remembered[tuple[int | str | None, ...], str] = Remembered(200)
