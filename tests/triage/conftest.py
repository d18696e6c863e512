"""Released checks for tests: put together once for a run, then written to a directory of each test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from articles.content.release import as_demonstration_author, release_as_demonstration
from articles.models import FindingPage
from tests.factories import articles
from triage import actions, artefacts, counts, protocol_file
from triage.answers import FORM_TYPE
from triage.models import CheckIndexPage, ProtocolPage, Story, StoryFact
from triage.package import package
from triage.stories import PageReader

MINI = Path(__file__).parent / "mini.yaml"
Documents = tuple[dict[str, dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="session")
def documents(django_db_setup: None, django_db_blocker: Any) -> Documents:
    """Return the starter checks as documents by slug, and the words of their list."""
    with django_db_blocker.unblock(), transaction.atomic():
        _load()
        pages = ProtocolPage.objects.live().order_by("path")
        found = {page.slug: actions.with_accuracy(page, package(page), now=timezone.now()) for page in pages}
        index = actions._index()
        transaction.set_rollback(True)
    return found, index


def _load() -> None:
    """Load the starter protocols where the database does not hold them already."""
    if not ProtocolPage.objects.exists():
        with as_demonstration_author():
            actions.load_starter_protocols(release_as_demonstration)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Keep releases and counts of a test apart from all others."""
    settings.TRIAGE_ARTEFACTS = tmp_path / "artefacts"
    settings.TRIAGE_COUNTS = tmp_path / "counts"
    counts._counts.clear()
    yield tmp_path / "artefacts"
    counts._counts.clear()


@pytest.fixture
def released(documents: Documents, own_folder: Path) -> artefacts.Shelf:
    """Put the starter checks on disk."""
    artefacts.write(*documents)
    return artefacts.shelf()


@pytest.fixture
def calf(released: artefacts.Shelf) -> artefacts.Check:
    """The calf check."""
    return released.current("calf")


@pytest.fixture
def protocols(db: None) -> dict[str, ProtocolPage]:
    """The starter protocols as released pages, by key."""
    _load()
    return {page.code: page for page in ProtocolPage.objects.live()}


@pytest.fixture
def mini_draft(db: None) -> ProtocolPage:
    """A protocol of two questions, proved in milliseconds; nothing of it is released."""
    page = mini_page(swollen="CR11")
    page.save_revision()
    return page


@pytest.fixture(scope="module")
def released_mini(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[int]:
    """Release it once for the tests of one file, each of which rolls back to this place; gives the id of the page."""
    own = {"TRIAGE_ARTEFACTS": tmp_path_factory.mktemp("mini")}
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(**own):
            articles.care_rule(code="T-SWOLLEN", finding=FindingPage.objects.get(code="one_leg_swollen"))
            page = mini_page(swollen="T-SWOLLEN")
            with as_demonstration_author():
                release_as_demonstration([page])
        with django_db_blocker.block():
            yield page.pk
        transaction.set_rollback(True)


@pytest.fixture
def mini(released_mini: int, db: None) -> ProtocolPage:
    """The same, released; its rule T-SWOLLEN is in no other protocol."""
    return ProtocolPage.objects.get(pk=released_mini)


def mini_page(*, swollen: str) -> ProtocolPage:
    """Return the draft with one of its rules under another code."""
    page = ProtocolPage(live=False, slug="mini", search_description=articles.DESCRIPTION)
    page.intro, page.emergency = "<p>Two questions.</p>", "breathing is suddenly hard"
    text = MINI.read_text(encoding="utf-8").replace("CR11", swollen)
    actions.fill(page, protocol_file.read_text(text, "mini.yaml"))
    with as_demonstration_author():
        CheckIndexPage.objects.get().add_child(instance=page)
    # nothing is signed that nobody else has told a story to
    story = Story.objects.create(code="mini-swollen", protocol=page, state="active", text="Thick.", gold="same_day")
    StoryFact.objects.create(story=story, finding="one_leg_swollen", state="true")
    return page


class Visitor:
    """Somebody who fills in a check in a browser without JavaScript."""

    def __init__(self, slug: str = "calf") -> None:
        self.client = Client(raise_request_exception=False)
        self.slug = slug
        self.page = PageReader("")
        self.response: Any = None

    def post(self, **fields: Any) -> "Visitor":
        """Send fields as they are."""
        body = urlencode(fields, doseq=True)
        self.response = self.client.post(f"/check/{self.slug}/", body, content_type=FORM_TYPE)
        self.page = PageReader(self.response.content.decode())
        return self

    def begin(self, **fields: Any) -> "Visitor":
        """Press the start button."""
        return self.post(go="begin", who="me", **fields)

    def press(self, go: str, *answers: str, **fields: Any) -> "Visitor":
        """Press a button of the page with some boxes ticked."""
        return self.post(**(self.page.fields | {"go": [go], "answer": list(answers)} | fields))

    def answer(self, *answers: str) -> "Visitor":
        """Tick boxes and continue."""
        return self.press("next", *answers)

    def calm_to(self, wanted: str | None) -> "Visitor":
        """Answer every question calmly until a question, or to the end with None."""
        while (key := self.question) and key != wanted:
            self.answer(calm(key, self.page.values))
        return self

    @property
    def question(self) -> str:
        """The key of the question that is shown, or nothing."""
        return self.page.fields.get("q", [""])[0]


CALM = {"age": "from_18_to_59", "tiptoe": "yes"}


def calm(key: str, values: list[str]) -> str:
    """Return the answer of somebody whom nothing ails."""
    if key in CALM:
        return CALM[key]
    return "none" if "none" in values else "no" if "no" in values else "10"


@pytest.fixture
def visitor(released: artefacts.Shelf) -> Callable[..., Visitor]:
    """Return a function that makes visitors."""
    return Visitor


def calm_answer(someone: Visitor) -> str:
    """Return the calm answer to the question that somebody looks at."""
    return calm(someone.question, someone.page.values)
