"""A protocol with its stories, and the people who write, judge and sign."""

from typing import Any

import pytest
from django.utils import timezone

from review import demo
from triage import approval, package
from triage.library import Library, library
from triage.models import ProtocolPage, Story, StoryFact
from triage.vignettes import actions
from triage.vignettes.check import judgement
from triage.vignettes.gate import Judgement


@pytest.fixture(scope="session")
def read_once(django_db_setup: None, django_db_blocker: Any) -> Library:
    """What protocols refer to; no test of stories changes it."""
    with django_db_blocker.unblock():
        return library()


@pytest.fixture(autouse=True)
def shelves(read_once: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the released rules, findings, contraindications and techniques once for all tests of stories."""
    for module in (approval, package):
        monkeypatch.setattr(module, "library", lambda: read_once)


@pytest.fixture
def people(protocols: dict[str, ProtocolPage]) -> demo.People:
    """The demonstration accounts; the author wrote the starter protocols."""
    return demo.make_people()


@pytest.fixture
def calf_page(protocols: dict[str, ProtocolPage]) -> ProtocolPage:
    """The released calf protocol, which keeps two stories only: the fewest that these tests need."""
    Story.objects.exclude(code__in=KEPT).update(state="retired")
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
