"""Which stories there are, which of them count for a protocol, and how far clinicians agree on them."""

from collections.abc import Iterable
from typing import Any

from articles.models import FindingPage
from review.contributors import contributors_of
from review.models import SignOff, Standing, Submission
from triage.engine.agreement import Agreement, agreement
from triage.engine.artefact import content_hash
from triage.models import AcceptedMiss, SecondOpinion, Story, StoryFact
from triage.models.story import StoryState

#: What of a story decides how it comes out and whether it counts.
TOLD = ("pk", "code", "text", "gold", "acceptable", "must_not_advise", "must_mention", "people")


def writers_of(page: Any) -> frozenset[int]:
    """Return the ids of everybody who ever wrote a part of this protocol, or of one that it includes."""
    people: set[int] = set()
    if page.pk:
        people |= set(contributors_of(page, Standing.objects.filter(pk=page.pk).first()))
        for model in (SignOff, Submission):
            rows: Any = model.objects.filter(page_id=page.pk).values_list("contributors", flat=True)  # type: ignore[attr-defined]
            people |= {pk for row in rows for pk in row}
    if page.include_id:
        people |= writers_of(page.include)
    return frozenset(people)


def active(page: Any) -> list[Story]:
    """Return the stories that are run before this protocol is signed, by name."""
    rows = Story.objects.filter(protocol_id=page.pk, state=StoryState.ACTIVE)
    return list(rows.prefetch_related("protocol", "facts").order_by("code"))


def counts(story: Story, writers: frozenset[int]) -> bool:
    """Whether a story was written by nobody who wrote the protocol: only such a story says something about it."""
    return writers.isdisjoint(story.people)


def state_of(page: Any) -> str:
    """Return a hash of everything about stories that a decision on this protocol rests on, besides its own text."""
    mine = {"protocol_id": page.pk, "state": StoryState.ACTIVE}
    rows = list(Story.objects.filter(**mine).order_by("pk").values(*TOLD))
    facts = StoryFact.objects.filter(**{f"story__{name}": value for name, value in mine.items()})
    said = list(facts.order_by("story_id", "sort_order", "pk").values_list("story_id", "finding", "state"))
    reasons = list(AcceptedMiss.objects.filter(page_id=page.pk or 0).order_by("pk").values_list("pk", flat=True))
    return content_hash([rows, said, sorted(writers_of(page)), reasons])


def second_levels(stories: Iterable[Story]) -> dict[str, SecondOpinion]:
    """Return the newest opinion on each story that was given on the case as it stands now, by the story's name."""
    cases = {story.code: story.case_digest() for story in stories}
    found: dict[str, SecondOpinion] = {}
    for row in SecondOpinion.objects.filter(story__in=list(cases)):
        if row.case == cases[row.story]:
            found.setdefault(row.story, row)
    return found


def agreed(stories: Iterable[Story]) -> Agreement:
    """Return how far the level of each story and that of a clinician who did not see it agree."""
    some = list(stories)
    second = second_levels(some)
    return agreement([(story.gold, second[story.code].level) for story in some if story.code in second and story.gold])


def to_judge(by: Any) -> list[Story]:
    """Return the active stories that a person neither wrote nor judged, those nobody has judged first."""
    rows = Story.objects.filter(state=StoryState.ACTIVE).prefetch_related("protocol", "facts")
    stories = [story for story in rows.order_by("code") if by.pk not in story.people]
    mine = set(SecondOpinion.objects.filter(by_id=by.pk).values_list("story", "case"))
    judged = second_levels(stories)
    return sorted(
        (story for story in stories if (story.code, story.case_digest()) not in mine),
        key=lambda story: (story.code in judged, story.code),
    )


def in_words(story: Story) -> list[tuple[str, str]]:
    """Return what a story says: the name of each finding, or its code where it has no page, and its state."""
    facts = list(story.facts.all())
    names = dict(FindingPage.objects.filter(code__in=[row.finding for row in facts]).values_list("code", "title"))
    return [(names.get(row.finding, row.finding), row.get_state_display()) for row in facts]
