"""What stories say about one text of a protocol before it is signed: how each came out, what is accepted or missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from triage.artefacts import Check
from triage.engine.agreement import Agreement
from triage.engine.coverage import Coverage, Draft, coverage, propose
from triage.models import AcceptedMiss, Story
from triage.vignettes import queries
from triage.vignettes.told import Told, tell_all


@dataclass(frozen=True)
class Row:
    """One story as it came out, with what a screen shows beside it."""

    story: Story
    told: Told
    counts: bool
    accepted: AcceptedMiss | None

    @property
    def is_open(self) -> bool:
        """Whether this keeps the protocol from being signed."""
        return self.told.is_miss and (self.told.is_barred or self.accepted is None)


class Judgement:
    """All active stories run on one text of a protocol."""

    def __init__(self, page: Any, check: Check, source_hash: str) -> None:
        """`check`: the text ready to run; `source_hash`: of the whole protocol with all that it refers to."""
        self.page, self.check, self.source_hash = page, check, source_hash

    @cached_property
    def rows(self) -> list[Row]:
        """Every active story, by name."""
        stories, writers = queries.active(self.page), queries.writers_of(self.page)
        accepted = self._accepted()
        told = tell_all((story.vignette() for story in stories), self.check)
        return [
            Row(story, one, queries.counts(story, writers), accepted.get(one.miss) if one.is_miss else None)
            for story, one in zip(stories, told, strict=True)
        ]

    def _accepted(self) -> dict[str, AcceptedMiss]:
        rows = AcceptedMiss.objects.filter(page_id=self.page.pk or 0, source_hash=self.source_hash)
        return {row.miss: row for row in rows.order_by("accepted_at", "pk")}

    @property
    def counting(self) -> list[Row]:
        """The stories by people who did not write the protocol."""
        return [row for row in self.rows if row.counts]

    @property
    def misses(self) -> list[Row]:
        """The stories that came out otherwise than expected."""
        return [row for row in self.rows if row.told.is_miss]

    @property
    def open(self) -> list[Row]:
        """What keeps the protocol from being signed, emergencies first."""
        return sorted((row for row in self.misses if row.is_open), key=lambda row: not row.told.is_barred)

    @cached_property
    def coverage(self) -> Coverage:
        """The rules, options, blocks and levels that stories exercise; those by the protocol's authors do not count."""
        outcomes = [row.told.outcome for row in self.counting if row.told.outcome]
        return coverage(self.check.machine.protocol, [(one.answers, one.result) for one in outcomes])

    @cached_property
    def agreement(self) -> Agreement:
        """How far two clinicians agree on the levels of these stories."""
        return queries.agreed(row.story for row in self.counting)

    def proposals(self, goals: Iterable[str] | None = None) -> tuple[Draft, ...]:
        """Return a ready-made story for each missing goal that somebody can meet; needs the solver."""
        return propose(self.check.machine.protocol, self.coverage.missing if goals is None else goals)

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        if not self.counting:
            return "No patient story by somebody other than the protocol's authors has been run."
        if not self.open:
            accepted = f", {len(self.misses)} with a reviewer's written reason" if self.misses else ""
            return f"All {len(self.rows)} patient stories come out as they may{accepted}."
        first = self.open[0]
        more = f" And {len(self.open) - 1} more." if len(self.open) > 1 else ""
        why = "nobody can accept this" if first.told.is_barred else "it needs a reviewer's written reason"
        return f"Patient story {first.story.code} – {first.told.words}; {why}.{more}"
