"""The screens that the user guides show, as their readers meet them; `make screenshots` keeps the pictures."""

import io
import os
import re
from contextlib import suppress

import pytest
from django.utils import timezone
from PIL import Image

from articles.models import SourceIndexPage, SourcePage, TermPage
from review import actions
from review.demo import make_people
from tests.journeys.axe import faults
from tools.made_docs import DOCS

pytestmark = [pytest.mark.journey, pytest.mark.heavy]
KEEP = os.environ.get("SCREENSHOTS") == "1"
NARROW = {"width": 360, "height": 740}
# Name of the picture: (who looks, where, words of the guide that must be there, height of the picture).
SCREENS = {
    "author-home": ("demo-author", "/admin/", ["What to do now", "First steps", "Your drafts"], 900),
    "author-draft": ("demo-author", "/admin/pages/{draft}/edit/", ["Before you submit"], 700),
    "reviewer-home": ("demo-reviewer", "/admin/", ["Waiting for your review"], 700),
    "reviewer-screen": ("demo-reviewer", "/admin/review/{review}/", ["Sign or send back", "Side by side"], 900),
    "figures": ("demo-reviewer", "/admin/reports/figures/", ["Reviews due by month"], 900),
    "administrator-home": ("demo-admin", "/admin/", ["As administrator"], 900),
    "administrator-roles": ("demo-admin", "/admin/reports/roles/", ["Who has which role"], 900),
}


@pytest.fixture(scope="module")
def places():
    """Made by the first test, in the database of the server."""
    return {}


def prepare(places):
    """Let the author begin a source and submit a changed word."""
    author = make_people().author
    draft = SourcePage(title="Guideline on sore shoulders", slug="sore-shoulders", live=False, owner=author)
    SourceIndexPage.objects.get().add_child(instance=draft)
    draft.save_revision(user=author, clean=False)
    word = TermPage.objects.get(slug="tendon").get_latest_revision_as_object()
    word.definition = word.definition.replace("</p>", " It heals slowly.</p>", 1)
    word.save_revision(user=author)
    row = actions.submit(page=word, by=author, now=timezone.now())
    places |= {"draft": draft.pk, "review": row.pk}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_of_the_guides_is_as_they_say(live_site, somebody, in_the_site, places, name):
    if not places:
        with in_the_site():
            prepare(places)
    who, path, words, height = SCREENS[name]
    page = somebody(who)
    page.set_viewport_size({"width": 1280, "height": height})
    page.goto(live_site + path.format(**places))
    with suppress(Exception):
        page.wait_for_load_state("networkidle", timeout=5000)
    text = page.inner_text("main")

    assert [one for one in words if one not in text] == []
    if "edit" not in path:  # the editor is Wagtail's own
        assert faults(page) == []
    if KEEP:
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        picture.resize((960, round(960 * picture.height / picture.width)), Image.Resampling.LANCZOS).save(
            DOCS / "images" / f"{name}.webp", quality=70, method=6
        )
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_every_picture_of_the_guides_is_of_one_of_these_screens():
    shown = {
        name for path in DOCS.glob("guide-*.md") for name in re.findall(r"images/([a-z-]+)\.webp", path.read_text())
    }

    assert shown == set(SCREENS)
