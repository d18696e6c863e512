"""Every number to ring, with its place, stands on every paper: styles for paper have hidden one before."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils.translation import override

from articles.models import GuidePage
from articles.paper.printing import Job, Press
from articles.translations.reading import reading
from tests import papers
from tests.triage.test_other_words import ZH, in_chinese
from triage import views
from triage.answers import State
from triage.around import in_its_languages
from triage.artefacts import Check, Shelf, opened
from triage.steps import Show, Step
from triage.summary_paper import summary_html

Printed = Callable[[bytes | str], str]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the same words on every database"),
]
# The words of the records themselves are not translated in the content of the tests.
NUMBERS = {
    "en-gb": ["999 (United Kingdom)", "111 (United Kingdom)"],
    ZH: ["119（Taiwan）或 999（Hong Kong、United Kingdom）", "111（United Kingdom）"],
}


@pytest.fixture(scope="module")
def printed() -> Iterator[Printed]:
    """Return a function that prints a page and reads what stands on the paper."""
    press = Press(seconds=20, memory=900)

    def words(html: bytes | str) -> str:
        made = html.encode() if isinstance(html, str) else html
        return ink(papers.text_of(press.to_pdf(Job(made, foot="", made=""), wait=True)))

    yield words
    press.stop()


def ink(words: str) -> str:
    """Return the letters and numbers of a text: lines break anywhere, and a place stands in brackets or below."""
    return "".join(one for one in words if unicodedata.category(one)[0] in "LN")


def missing(words: str, language: str) -> list[str]:
    return [one for one in NUMBERS[language] if ink(one) not in words]


@pytest.fixture
def checks(released: Shelf, documents: Any) -> dict[str, Check]:
    """Return the calf check in each language."""
    return {"en-gb": released.current("calf"), ZH: opened(in_chinese(documents[0]["calf"])[0])}


@pytest.mark.parametrize("language", NUMBERS)
def test_a_guide_tells_every_number(printed: Printed, rf: RequestFactory, language: str) -> None:
    guide = GuidePage.objects.get(slug="calf-soreness")
    with override(language), reading(language) if language == ZH else nullcontext():
        html = in_its_languages(guide.serve(rf.get("/")).render().content.decode())
    # what follows is long, and tells no number that does not stand above
    first, second, _ = re.split('(?=<section class="section")', html, maxsplit=2)

    assert "care-card--emergency_now" in second
    assert missing(printed(first + second), language) == []


@pytest.mark.parametrize("language", NUMBERS)
def test_the_sheet_of_a_check_tells_every_number(printed: Printed, checks: dict[str, Check], language: str) -> None:
    with override(language):
        html = views.sheet_html(checks[language])

    assert missing(printed(html), language) == []


@pytest.mark.parametrize("language", NUMBERS)
def test_the_summary_for_a_doctor_tells_every_number(printed: Printed, checks: dict[str, Check], language: str) -> None:
    with override(language):
        html = summary_html(State(checks[language], {}), Step(Show.SUMMARY_PDF, {}), date(2026, 11, 22), draft=False)

    assert missing(printed(html), language) == []
    assert ("Summary for a doctor" in html) is (language != ZH)
    assert ("給醫師或護理師的摘要" in html) is (language == ZH)
