"""A protocol with its stories, and the people who write, judge and sign."""

from typing import Any

import pytest
from django.utils import timezone

from review import demo
from triage import approval
from triage.models import ProtocolPage, Story, StoryFact
from triage.vignettes import actions
from triage.vignettes.check import judgement
from triage.vignettes.gate import Judgement


@pytest.fixture
def people(protocols: dict[str, ProtocolPage]) -> demo.People:
    """The demonstration accounts; the author wrote the starter protocols."""
    return demo.make_people()


@pytest.fixture
def calf_page(protocols: dict[str, ProtocolPage]) -> ProtocolPage:
    """The released calf protocol, which keeps two stories only: the fewest that these tests need."""
    Story.objects.exclude(code__in=KEPT).delete()
    return protocols["calf"]


KEPT = ("calf-lung-clot-breath", "calf-dvt-painless")


def write(page: ProtocolPage, by: Any, **values: Any) -> Story:
    """Write an active story as the form would."""
    facts = values.pop("facts", {"one_leg_swollen": "true"})
    defaults = {"code": "a-story", "text": "One leg is thicker.", "gold": "same_day", "rationale": "CR11."}
    story = Story(protocol=page, state="active", **(defaults | values))
    if by:
        actions.signed_by(story, by)
    story.save()
    StoryFact.objects.bulk_create(StoryFact(story=story, finding=k, state=v) for k, v in facts.items())
    return story


def judged(page: ProtocolPage) -> tuple[approval.Text, Judgement]:
    """Run the stories on the latest draft."""
    text = approval.Text(page.get_latest_revision_as_object())
    return text, judgement(text)


def accept(page: ProtocolPage, code: str, by: Any, reason: str = "The guideline leaves this open.") -> Any:
    """Accept how a story comes out."""
    text, found = judged(page)
    row = next(row for row in found.rows if row.story.code == code)
    return actions.accept_miss(
        page=page, told=row.told, source_hash=text.source_hash, fingerprint=text.fingerprint, by=by,
        now=timezone.now(), reason=reason,
    )  # fmt: skip
