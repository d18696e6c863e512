"""Chosen pages are read at once while a page is shown, and an unreleased one is not there."""

import pytest
from wagtail.models import Page

from articles.blocks.references import references_of, released_references
from articles.models import CareRulePage, CausePage, ContraindicationPage, GuidePage, SourcePage, TechniquePage
from review import overlay
from tests.factories import articles as make
from tests.factories.articles import past_the_gate

pytestmark = pytest.mark.django_db


def read_again(page: Page) -> Page:
    return type(page).objects.get(pk=page.pk)


def technique() -> TechniquePage:
    return TechniquePage.objects.get(code="M-MASSAGE")


def test_references_are_found_however_deep_without_reading_them(django_assert_num_queries):
    guide = GuidePage.objects.get(slug="calf-soreness")

    with django_assert_num_queries(0):
        found = references_of([guide])

    assert {model for model, _ in found} >= {CausePage, TechniquePage, CareRulePage, SourcePage}


def test_a_reference_that_is_not_released_is_none_while_a_page_is_shown():
    page = technique()
    hidden = page.contraindications[0].value["block"]
    past_the_gate(Page.objects.filter(pk=hidden.pk), live=False)

    page = read_again(page)
    with released_references([page]):
        shown = [item.value["block"] for item in page.contraindications]

    assert shown[0] is None
    assert all(isinstance(block, ContraindicationPage) for block in shown[1:])


def test_a_preview_shows_drafts_too():
    page = technique()
    hidden = page.contraindications[0].value["block"]
    past_the_gate(Page.objects.filter(pk=hidden.pk), live=False)

    page = read_again(page)
    with released_references([page], drafts=True):
        assert page.contraindications[0].value["block"].pk == hidden.pk


def test_outside_of_a_page_that_is_shown_a_reference_is_read_as_it_is():
    page = technique()
    hidden = page.contraindications[0].value["block"]
    past_the_gate(Page.objects.filter(pk=hidden.pk), live=False)

    assert read_again(page).contraindications[0].value["block"].pk == hidden.pk


def test_a_page_that_was_deleted_is_none():
    page = technique()
    page.contraindications.raw_data[0]["value"]["block"] = 999_999

    with released_references([page]):
        assert page.contraindications[0].value["block"] is None


def test_going_through_all_references_reads_nothing_more(django_assert_num_queries):
    guide = read_again(GuidePage.objects.get(slug="calf-soreness"))

    with released_references([guide]), django_assert_num_queries(0):
        shown = [item["technique"] for block in guide.blocks("techniques") for item in block.value["items"]]
        forbidden = [w.value["block"].title for page in shown for w in page.contraindications]

    assert len(forbidden) > len(shown) > 1


def test_what_is_shown_ends_with_the_page():
    page = technique()

    with pytest.raises(ZeroDivisionError), released_references([page]):
        _ = 1 / 0

    past_the_gate(Page.objects.filter(pk=page.contraindications[0].value["block"].pk), live=False)
    assert read_again(page).contraindications[0].value["block"] is not None


def tampered(page: Page, **values: str) -> None:
    past_the_gate(type(page).objects.filter(pk=page.pk), **values)


def test_a_page_whose_row_was_tampered_with_is_left_out_where_others_show_it(client, caplog):
    forbids = make.contraindication(title="A danger")
    page = make.technique(forbids=[forbids, make.contraindication(title="Another danger")])
    tampered(forbids, title="Nothing to fear")

    seen = client.get(page.url).content.decode()

    assert "Another danger" in seen
    assert "Nothing to fear" not in seen
    assert f"Page {forbids.pk} is not what was signed" in caplog.text


def test_a_list_leaves_out_what_was_tampered_with(client):
    work = make.source(what_it_covers="Sore calves.")
    make.source(what_it_covers="Swollen calves.")
    tampered(work, title="Nobody signed this title")

    seen = client.get(work.get_parent().url).content.decode()

    assert "Nobody signed this title" not in seen


def test_a_row_that_was_right_before_is_compared_again(client):
    page = make.technique(forbids=[forbids := make.contraindication(title="A danger")])
    assert "A danger" in client.get(page.url).content.decode()
    tampered(forbids, title="Nothing to fear")

    assert "Nothing to fear" not in client.get(page.url).content.decode()


def test_a_reviewer_sees_what_a_change_does_to_the_pages_that_show_it():
    page = make.technique(forbids=[forbids := make.contraindication()])
    proposed = ContraindicationPage.objects.get(pk=forbids.pk)
    proposed.why = "<p>Proposed words.</p>"

    with overlay.showing({proposed.pk: proposed}), released_references([page], drafts=True):
        assert read_again(page).contraindications[0].value["block"].why == "<p>Proposed words.</p>"
    with overlay.showing({proposed.pk: proposed}), released_references([page]):
        assert read_again(page).contraindications[0].value["block"].why == forbids.why
