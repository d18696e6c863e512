import shutil

import pytest
from wagtail.models import Page

from articles.content.files import ContentError
from articles.content.loader import STARTER, load
from articles.content.release import release_as_demonstration
from articles.models import GuidePage, SourcePage, TechniquePage, TermPage
from review.enums import State
from review.models import Submission

pytestmark = pytest.mark.django_db


SPOILT = (
    "sections/sections.yaml", "glossary/terms.yaml", "guides/calf-soreness.yaml", "causes/shin-splints.yaml",
    "sources/sources.yaml",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """Return a copy of some files of the starter content; what they refer to has been loaded."""
    for name in SPOILT:
        (tmp_path / name).parent.mkdir()
        shutil.copyfile(STARTER / name, tmp_path / name)
    return tmp_path


def spoil(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_loading_again_changes_nothing():
    report = load(release_as_demonstration)

    assert (report.created, report.changed, report.left_alone) == ([], [], [])
    assert len(report.unchanged) > 200


def test_every_loaded_page_is_released():
    assert list(Page.objects.filter(depth__gt=1, live=False).values_list("slug", flat=True)) == []
    assert Page.objects.live().count() == Submission.objects.filter(state=State.RELEASED).count() + 1  # and the root


@pytest.mark.parametrize("guide", ["calf-soreness", "leg-cramps-in-pregnancy"])
def test_a_guide_has_no_problems(guide):
    assert [str(problem) for problem in GuidePage.objects.get(slug=guide).problems()] == []


def test_a_changed_file_changes_its_page_and_no_other(folder):
    spoil(folder, "sections/sections.yaml", "title: What helps", "title: What eases it")

    report = load(release_as_demonstration, folder=folder)

    assert (report.created, report.changed) == ([], ["technique_index relief"])


def test_what_an_editor_has_changed_is_left_alone(folder):
    term = TermPage.objects.get(slug="muscle-cramp")
    term.definition = "<p>An editor's better words for it, in one sentence.</p>"
    term.save_revision()
    spoil(folder, "glossary/terms.yaml", "slug: muscle-cramp", "slug: muscle-cramp\n  seo_title: Another title")

    report = load(release_as_demonstration, folder=folder)

    assert report.left_alone == ["term muscle-cramp"]
    assert "editor's better words" in term.get_latest_revision_as_object().definition


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("guides/calf-soreness.yaml", "type: guide", "type: gude", "The kind “gude” is not known."),
        ("guides/calf-soreness.yaml", "standfirst:", "standfrist:", "“standfrist” is not a part of a guide."),
        ("causes/shin-splints.yaml", "medical_name:", "medical_name: [x]\nignored:", "A text is needed here."),
        ("glossary/terms.yaml", "slug: muscle-cramp", "slug: muscle-cramp\n  seo_title: [x]", "A text is needed here."),
        ("sources/sources.yaml", "slug: nhs-website", "slug: nice-ng158-vte", "is already in sources.yaml"),
    ],
)
def test_a_bad_file_loads_nothing(folder, name, old, new, reason):
    spoil(folder, "sections/sections.yaml", "title: What helps", "title: What eases it")
    spoil(folder, name, old, new)
    before = SourcePage.objects.count()

    with pytest.raises(ContentError) as refused:
        load(release_as_demonstration, folder=folder)

    assert any(f.file.name == name.split("/")[1] and reason in f.reason for f in refused.value.faults)
    assert SourcePage.objects.count() == before
    assert TechniquePage.objects.first().get_parent().title == "What helps"


def test_a_stated_number_that_is_wrong_names_file_and_place(folder):
    spoil(folder, "guides/calf-soreness.yaml", "stated_number: 3", "stated_number: 4")

    with pytest.raises(ContentError) as refused:
        load(release_as_demonstration, folder=folder)

    (fault,) = refused.value.faults
    assert fault.file.name == "calf-soreness.yaml"
    assert "The text says 4 techniques, but the list has 3." in fault.reason
