"""Runs stories through one protocol and says how each came out; keeps nothing, decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from articles.enums import Disposition
from triage.artefacts import Check
from triage.engine.artefact import content_hash
from triage.engine.protocol import Issue
from triage.engine.result import Result
from triage.engine.vignettes import ACCEPTABLE, RIGHT, RISKY, Outcome, Vignette, check, levels_unknown, run
from triage.result_page import report, words_of
from triage.stories import says

EMERGENCIES = frozenset({Disposition.EMERGENCY_NOW.value, Disposition.ED_NOW.value})
"""A story of these levels may never come out milder, and never with forbidden advice: no reason is good enough."""
ANY_DAY = date(2026, 1, 1)
"""Words that a story asks for do not depend on the day."""


@dataclass(frozen=True)
class Told:
    """How one story came out."""

    story: Vignette
    level: str
    verdict: str
    violations: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    outcome: Outcome | None = None
    """None: the protocol does not know a finding or level of the story, so it was not run."""

    @property
    def is_miss(self) -> bool:
        """Whether somebody has to say why this may stay so."""
        return bool(self.verdict not in {RIGHT, ACCEPTABLE} or self.violations or self.missing or self.issues)

    @property
    def is_barred(self) -> bool:
        """Whether nobody may accept this: an emergency came out milder, or with advice that could kill."""
        return self.story.gold in EMERGENCIES and (self.verdict == RISKY or bool(self.violations))

    @property
    def miss(self) -> str:
        """A hash of the story and of how it came out: a reason holds for this and nothing else."""
        story = {name: getattr(self.story, name) for name in self.story.__slots__}
        came = [self.level, list(self.violations), list(self.missing), [issue.message for issue in self.issues]]
        return content_hash([{key: list(v) if isinstance(v, tuple) else v for key, v in story.items()}, came])

    @property
    def words(self) -> str:
        """What is wrong, in one line; empty when nothing is."""
        if not self.is_miss:
            return ""
        if self.issues:
            return "not run: " + ", ".join(issue.message for issue in self.issues)
        parts = []
        if self.verdict not in {RIGHT, ACCEPTABLE}:
            parts.append(f"{self.verdict}: {level_words(self.level)} instead of {level_words(self.story.gold)}")
        parts += [f"advised: {', '.join(self.violations)}"] if self.violations else []
        parts += [f"not mentioned: {', '.join(self.missing)}"] if self.missing else []
        return "; ".join(parts)


def level_words(level: str | None) -> str:
    """Return a level of urgency as people read it."""
    return f"“{Disposition(level).label}”" if level else "no result"


def tell_all(stories: Iterable[Vignette], check: Check) -> list[Told]:
    """Return how each story comes out."""
    return [_tell(story, check) for story in stories]


def _tell(story: Vignette, released: Check) -> Told:
    machine = released.machine
    if issues := [*check(story, machine.protocol), *levels_unknown(story, machine.protocol)]:
        return Told(story, "", RISKY, issues=tuple(issues))
    outcome = run(machine, story)
    missing = _missing(story, released, outcome.result, outcome) if story.must_mention else ()
    level = outcome.result.disposition or ""
    return Told(story, level, outcome.verdict, outcome.violations, missing, outcome=outcome)


def _missing(story: Vignette, released: Check, result: Result, outcome: Outcome) -> tuple[str, ...]:
    path = {key: outcome.answers[key] for key in result.asked}
    text = words_of(report(released, path, result, ANY_DAY, compared=False)).lower()
    return tuple(words for words in story.must_mention if not says(text, words))
