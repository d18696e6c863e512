"""Chosen pages are read at once while a page is shown, and an unreleased one is not there."""

import pytest
from wagtail.models import Page

from articles.blocks.references import references_of, released_references
from articles.models import CareRulePage, CausePage, ContraindicationPage, GuidePage, SourcePage, TechniquePage
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
