"""A small site in two languages: the home page, its list of guides' rules, one rule and one page about the site."""

from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Locale, Page

from articles.models import HomePage, InfoPage, TranslationPage
from articles.translations.parts import parts_of
from review import actions
from tests.conftest import Unblocked
from tests.review import making as make

ZH = "zh-hant"
BODY = "<p>Hold the stretch for 10 to 15 seconds. Do not bounce.</p>"
ZH_BODY = "<p>伸展時維持 10 到 15 秒。不要彈動。</p>"


def released(page: Page) -> Page:
    """Return the page after a full review, now: the starter content that it stands beside was signed just before."""
    row = actions.submit(page=page, by=page.owner, now=timezone.now())
    for person in [make.reviewer() for _ in range(row.signers_needed)]:
        actions.sign_off(submission=row, by=person, now=timezone.now(), answers=make.all_yes(page))
    actions.release(submission=row, by=make.reviewer(credential=False), now=timezone.now())
    return type(page).objects.get(pk=page.pk)


def words(source: Page, texts: dict[str, str]) -> dict[str, Any]:
    """Return the texts of a translation as its page keeps them, from source text to words."""
    made: dict[str, Any] = {}
    for part in parts_of(source):
        own = {name: texts[text] for name, text in part.texts.items() if text in texts}
        if own:
            made[part.key] = {"of": part.of, "mark": part.mark, "texts": own, "reason": ""}
    return made


def draft(source: Any, parent: Page, texts: dict[str, str], **values: Any) -> TranslationPage:
    """Return a draft of a translation at its place."""
    Locale.objects.get_or_create(language_code=ZH)
    by = make.editor()
    page = TranslationPage(
        title=texts.get(source.title, source.title), slug=source.slug if parent.depth > 2 else ZH, source=source,
        language=ZH, texts=words(source, texts), owner=by, live=False,
        locale=Locale.objects.get(language_code=ZH), **values,
    )  # fmt: skip
    parent.add_child(instance=page)
    page.save_revision(user=by)
    return page


@pytest.fixture(scope="module")
def made_first(made_once: Unblocked) -> int:
    """Release the first page in Chinese, once for a module; its long texts give a reason instead of a translation."""
    with made_once():
        home = HomePage.objects.get()
        texts = {text: f"譯{text}" for part in parts_of(home) for text in part.texts.values()}
        texts["Gaitway"] = "Gaitway"
        page = draft(home, home, texts, stale_notice="原文已更新，以下是最新的英文。")
        for part in page.texts.values():
            part["reason"] = "A test."
        page.save_revision(user=page.owner)
        return released(page).pk


@pytest.fixture(scope="module")
def made_source(made_once: Unblocked) -> int:
    """Release a page in the language of the source, once for a module."""
    with made_once():
        return released(make.info(title="How to stretch", body=BODY)).pk


@pytest.fixture
def first(made_first: int, db: None) -> TranslationPage:
    """Return the first page in Chinese, released."""
    return TranslationPage.objects.get(pk=made_first)


@pytest.fixture
def source(made_source: int, db: None) -> InfoPage:
    """Return a released page in the language of the source."""
    return InfoPage.objects.get(pk=made_source)


@pytest.fixture
def translation(first: TranslationPage, source: InfoPage) -> TranslationPage:
    """Return its released translation."""
    texts = {
        "How to stretch": "怎麼伸展", BODY: ZH_BODY,
        source.search_description: "這一頁用一句簡單的話說明讀者會得到什麼。",
    }  # fmt: skip
    return released(draft(source, first, texts))
