"""Template tags of the public pages."""

from decimal import Decimal
from types import SimpleNamespace as Row

import pytest
from django.template import Context, Template

from articles.page_notes import PageNotes, page_notes
from articles.templatetags import article_tags as tags


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("20", "30", "20 to 30 seconds"),
        ("10.0", "10.0", "10 seconds"),
        ("0.5", None, "0.5 seconds"),
        (None, "20", "up to 20 seconds"),
        ("100", "100", "100 seconds"),
    ],
)
def test_amount_with_a_number(low, high, words):
    value = {"low": low and Decimal(low), "high": high and Decimal(high), "unit": "seconds", "vague": ""}

    assert tags.amount(value) == words


def test_amount_without_a_number_says_why():
    assert tags.amount({"low": None, "high": None, "unit": "", "vague": "No study says."}) == "No study says."


def test_contents_are_the_headings_with_anchors():
    body = (
        '<h2 id="a">One &amp; two</h2><h2>No anchor</h2><h3 id="b">Deeper</h3><h2 class="x" id="c">Say <b>it</b></h2>'
    )

    assert tags.contents(body) == [("a", "One &amp; two"), ("c", "Say it")]


def test_capture_keeps_what_it_renders_for_later():
    text = "{% load article_tags %}{% capture body %}later{% endcapture %}first {{ body }}"

    assert Template(text).render(Context()) == "first later"


def test_own_action_is_said_only_when_it_says_more_than_the_heading():
    plain = Row(disposition="routine", within_days=14, action="See a doctor within 14 days.")
    more = Row(disposition="emergency_now", within_days=None, action="Call an ambulance now and keep pressing.")

    assert (tags.own_action(plain), tags.own_action(more)) == ("", "Call an ambulance now and keep pressing.")


def test_cited_puts_the_marks_into_the_last_paragraph():
    citation = {"source": Row(pk=1), "place": "Page 1"}

    with page_notes(PageNotes(explains_words=True)):
        html = tags.cited("<p>One.</p><p>Two.</p>", [citation])

    assert html.startswith("<p>One.</p><p>Two. <span")
    assert html.endswith("</span></p>")
    assert 'href="#source-1-1"' in html


def test_unreleased_source_has_no_mark():
    with page_notes(PageNotes(explains_words=True)):
        assert tags.cited("<p>One.</p>", [{"source": None, "place": "Page 1"}]) == "<p>One.</p>"


def test_headings_of_a_page_about_the_site_get_anchors():
    assert tags.anchored("<h2>Who we are</h2><p>Us.</p>") == '<h2 id="who-we-are">Who we are</h2><p>Us.</p>'


@pytest.mark.parametrize(
    ("tag", "words"),
    [("zh-hant-TW", "Chinese (Taiwan)"), ("zh-hant-HK", "Chinese (Hong Kong)"), ("de", "German"), ("xx-YY", "xx-YY")],
)
def test_language_words(tag, words):
    assert tags.language_words(tag) == words
