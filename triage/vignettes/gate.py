"""What stories say about one text of a protocol before it is signed: how each came out, what is accepted or missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from triage.artefacts import Check
from triage.engine.agreement import Agreement
from triage.engine.coverage import Coverage, Draft, coverage, goal_in_words, propose
from triage.engine.solver import SolverMissingError
from triage.models import AcceptedMiss, Story
from triage.vignettes import queries
from triage.vignettes.told import Told, level_words, tell_all

AT_ONCE = 20
"""So many ready-made stories are worked out for one screen."""
PARTS = {"rule": "Care rules", "option": "Answers", "block": "Contraindications", "level": "Results"}


@dataclass(frozen=True)
class Row:
    """One story as it came out, with what a screen shows beside it."""

    story: Story
    told: Told
    counts: bool
    accepted: AcceptedMiss | None

    @property
    def came_out(self) -> str:
        """The level that the check gave, in words."""
        return level_words(self.told.level)

    @property
    def is_open(self) -> bool:
        """Whether this keeps the protocol from being signed."""
        return self.told.is_miss and (self.told.is_barred or self.accepted is None)


@dataclass(frozen=True)
class Missing:
    """Something that no story exercises."""

    goal: str
    words: str
    draft: Draft | None
    """A ready-made story that would; none where it was not worked out, or where nobody can meet it for sure."""

    @property
    def says_now(self) -> str:
        """What the protocol says to that person now, in words; empty when the story was not worked out."""
        return level_words(self.draft.says_now) if self.draft else ""


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

    def proposals(self, goals: Iterable[str]) -> tuple[Draft, ...]:
        """Return a ready-made story for each goal that somebody can meet; needs the solver."""
        return propose(self.check.machine.protocol, goals)

    def missing(self) -> list["Missing"]:
        """Return what no story exercises; the first are worked out as ready-made stories where there is a solver."""
        try:
            found = {draft.goal: draft for draft in self.proposals(self.coverage.missing[:AT_ONCE])}
        except SolverMissingError:
            found = {}
        protocol = self.check.machine.protocol
        return [Missing(goal, goal_in_words(protocol, goal), found.get(goal)) for goal in self.coverage.missing]

    @cached_property
    def covered(self) -> list[tuple[str, int, int]]:
        """What is exercised, as (name, so many, of so many)."""
        return [(PARTS[kind], *numbers) for kind, numbers in self.coverage.by_kind().items()]

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
