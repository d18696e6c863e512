"""Pages in another language for journeys: released at their place, with words that stand for a translation."""

from typing import Any

from articles.content.release import release_as_demonstration
from articles.models import TranslationPage
from articles.translations.parts import parts_of
from tests.articles.translations import conftest as translations

ZH, NOTICE = translations.ZH, "原文已更新，以下是最新的英文。"


def released_below(source: Any, parent: Any, words: dict[str, str] | None = None, **values: Any) -> TranslationPage:
    """Return a released translation of a page at its place; a text without words of its own says what it stands for."""
    page = translations.draft(source, parent, _texts(source, words), **values)
    return _released(page)


def translated_again(page: TranslationPage, words: dict[str, str]) -> TranslationPage:
    """Return a translation after its words were brought up to those that its source has now."""
    now = TranslationPage.objects.get(pk=page.pk)
    now.texts = translations.words(now.source_page, _texts(now.source_page, words))
    return _released(now)


def _texts(source: Any, words: dict[str, str] | None) -> dict[str, str]:
    return {text: f"譯{text}" for part in parts_of(source) for text in part.texts.values()} | (words or {})


def _released(page: TranslationPage) -> TranslationPage:
    """Return a translation after a demonstration of its review; none of its checks stands in its way."""
    for part in page.texts.values():
        part["reason"] = "A test."
    page.save_revision(user=page.owner)
    release_as_demonstration([page])
    return page
