"""What a reviewer and a translator are told of the place of a part: headings and numbers, never an id."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import GuideIndexPage, GuidePage, HomePage, TranslationPage
from articles.translations.parts import parts_of
from review import actions
from review.difference import difference
from review.fingerprint import content
from review.reading import in_one_sentence, readable_changes
from tests.articles.translations.conftest import draft
from tests.review import making
from triage.models import CheckIndexPage, ProtocolPage

pytestmark = pytest.mark.django_db
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}")


def in_chinese(source, section):
    """Return a draft of a translation below those of the pages above it."""
    parent = HomePage.objects.get()
    for page in (parent, section, source):
        parent = draft(page, parent, {text: f"譯{text}" for part in parts_of(page) for text in part.texts.values()})
    return parent


@pytest.fixture
def guide(db):
    source = GuidePage.objects.live().get(slug="leg-cramps-in-pregnancy")
    return in_chinese(source, GuideIndexPage.objects.get())


def named(page, old):
    found = difference(content(old), content(page), page.change_classes)
    return readable_changes(found, page)


def test_a_part_of_a_guide_is_named_by_its_section_and_by_what_it_is(guide):
    part = next(part for part in guide.source_parts() if part.steps == ("body", "+section", "content", "+text"))
    section = next(item for item in guide.source_page.body if item.id == part.key.split("/")[1])
    number = list(guide.source_page.body).index(section) + 1
    old = TranslationPage.objects.get(pk=guide.pk)
    guide.texts[part.key]["texts"]["text"] = "<p>別的話。</p>"
    guide.texts[part.key]["reason"] = "A test."

    places = [one.place for one in named(guide, old)]

    heading = f"Section {number} “{section.value['heading']}”"
    assert places[0].startswith(f"{heading} › ")
    assert places[0].endswith("reason where a check is wrong")
    assert places[1].startswith(f"{heading} › ")
    assert in_one_sentence(named(guide, old), new=False).startswith(f"Changed: {heading}.")


@pytest.mark.parametrize("code", ["calf", "pregnancy"])
def test_a_part_of_a_check_is_named_by_its_question(code):
    page = in_chinese(ProtocolPage.objects.get(code=code), CheckIndexPage.objects.get())
    option = next(part for part in page.source_parts() if part.steps == ("questions", "+question", "options"))
    number, question = next(
        (number, one) for number, one in enumerate(page.source_page.questions, 1) if one.id == option.key.split("/")[1]
    )
    old = TranslationPage.objects.get(pk=page.pk)
    page.texts[option.key]["texts"]["label"] = "別的話"

    (one,) = named(page, old)

    assert one.place.startswith(f"Question {number} “{question.value['text'][:20]}")
    assert re.search(r"” › \w+ 1 › \w+", one.place)


def test_whatever_changes_no_place_is_an_id(guide):
    old = TranslationPage.objects.get(pk=guide.pk)
    for key, kept in guide.texts.items():
        kept["texts"] = {name: f"{text}。" for name, text in kept["texts"].items()}
        kept["mark"] = "0" * 64
        kept["reason"] = f"Because of {len(key)}."
    guide.texts["body/11111111-2222-3333-4444-555555555555"] = {"of": "Gone.", "mark": "0", "texts": {"text": "走了"}}

    places = [one.place for one in named(guide, old)]

    assert len(places) > 100
    assert not [place for place in places if IDS.search(place) or "Texts" in place]
    assert [place for place in places if place.startswith("A part that the source has no more › text")]


def test_the_screens_and_the_reasons_tell_the_same_place(client, guide):
    for part in guide.texts.values():
        part["reason"] = "A test."
    first = next(part for part in guide.source_parts() if part.steps == ("body", "+section"))
    guide.texts[first.key] |= {"of": {"heading": "Another heading"}, "mark": "0" * 64}
    guide.save_revision(user=guide.owner)
    client.force_login(making.superuser())
    place = " › ".join(first.place(GuidePage))

    editor = client.get(reverse("wagtailadmin_pages:edit", args=[guide.pk])).content.decode()

    assert place.startswith("Section ")
    assert f"<legend>{place} " in editor
    assert not IDS.search(re.sub(r"<(?!legend)[^>]*>", "", "".join(re.findall(r"<legend>.*?</legend>", editor))))
    assert place in [one.place for one in guide.content_problems()]


def test_the_review_asks_for_a_change_at_the_place_that_it_names(client):
    source = HomePage.objects.get()
    page = draft(source, source, {text: f"譯{text}" for part in parts_of(source) for text in part.texts.values()},
                 stale_notice="原文已更新。")  # fmt: skip
    for part in page.texts.values():
        part["reason"] = "A test."
    page.save_revision(user=page.owner)
    row = actions.submit(page=page, by=page.owner, now=timezone.now())
    client.force_login(making.reviewer())

    html = client.get(reverse("review:screen", args=[row.pk])).content.decode()

    assert '<h3 class="review-place">Standfirst</h3>' in html
    assert '<h3 class="review-place">Standfirst › fingerprint of the source it was made from</h3>' in html
    assert not IDS.search("".join(re.findall(r'<h3 class="review-place">(.*?)</h3>', html)))
