"""Long lists in another language: parted as in English, in the order of their titles there."""

import re

import pytest

from articles import lists
from articles.models import GlossaryPage, TermPage
from articles.translations.marked import bare
from articles.translations.parts import parts_of
from articles.translations.reading import reading, told_titles
from tests.articles.translations.conftest import draft, released
from tests.factories import articles as make

pytestmark = pytest.mark.django_db
WORDS = {"artery": "動脈", "vein": "靜脈", "calf": "小腿肚"}
TITLES = re.compile(r"<dt><a [^>]*>(?:<span[^>]*>)?([^<]+)")


@pytest.fixture
def parted(monkeypatch):
    """Let lists be parted after twenty entries, as if they were long."""
    monkeypatch.setattr(lists, "LONGEST", 20)
    monkeypatch.setattr(lists, "PER_PAGE", 20)


@pytest.fixture
def words(first):
    """Return the list of words in Chinese, with three of its words."""
    parent = GlossaryPage.objects.get()
    made = released(with_reasons(draft(parent, first, texts(parent, "名詞解釋"))))
    for slug, title in WORDS.items():
        word = TermPage.objects.get(slug=slug)
        released(with_reasons(draft(word, made, texts(word, title))))
    return made


def texts(page, title):
    """Return words for the title, and something for every other part."""
    said = {text: f"譯{text}" for part in parts_of(page) for text in part.texts.values()}
    return said | {page.title: title}


def with_reasons(page):
    for part in page.texts.values():
        part["reason"] = "A test."
    page.save_revision(user=page.owner)
    return page


def test_a_long_list_in_another_language_stands_by_its_titles_there(client, words, parted):
    pages = {path: client.get(path).content.decode() for page, more in [(words, ""), *lists.further_pages()]
             if page.pk == words.pk and (path := f"{page.url}{more}")}  # fmt: skip
    last = list(pages)[-1]
    found = [title.strip() for html in pages.values() for title in TITLES.findall(html)]

    assert len(pages) > 2
    assert found == sorted(found, key=str.casefold)
    assert found[-3:] == sorted(WORDS.values())
    assert len(found) == TermPage.objects.live().count()
    assert f'<link rel="next" href="{words.url}page/2/">' in pages[words.url]
    assert f"第 {len(pages)} 頁，共 {len(pages)} 頁" in pages[last]
    # other entries stand on the page of that number in English: the switch leads to the list
    assert '<link rel="alternate" hreflang="en-GB"' in pages[words.url]
    assert '<link rel="alternate" hreflang' not in pages[last]
    assert '<a href="/words/" hreflang="en-GB"' in pages[last]
    assert f'{last}">' in re.search(r'<link rel="canonical"[^>]*>', pages[last])[0]


def test_titles_in_another_language_are_read_with_one_query(words, django_assert_num_queries):
    parent = GlossaryPage.objects.get()
    rows = dict(TermPage.objects.live().values_list("pk", "title"))
    whole = {page.pk: page for page in TermPage.objects.live()}
    with reading("zh-hant") as made:
        made.put(whole.values())

    with reading("zh-hant"), django_assert_num_queries(1):
        found = told_titles(parent, TermPage, rows)

    assert {pk: bare(title) for pk, title in found.items()} == {pk: bare(page.title) for pk, page in whole.items()}
    assert {bare(title) for title in found.values()}.issuperset(WORDS.values())
    assert told_titles(parent, TermPage, rows) == rows


def test_a_translation_of_no_list_has_no_further_pages(client, translation):
    assert client.get(f"{translation.url}page/2/").status_code == 404


def test_what_a_page_lists_is_parted_in_another_language_too(client, words, monkeypatch):
    monkeypatch.setattr(lists, "LONGEST", 2)
    monkeypatch.setattr(lists, "PER_PAGE", 2)
    word = TermPage.objects.get(slug="vein")
    translation = word.translated_as.get()
    for number in range(3):
        make.claim(title=f"Claim {number}", why=f"<p>{make.link(word, 'word')}</p>")

    first, second = (client.get(f"{translation.url}{more}").content.decode() for more in ("", "page/2/"))

    assert (translation.pk, "page/2/") in [(page.pk, more) for page, more in lists.further_pages()]
    assert f'<link rel="prev" href="{translation.url}">' in second
    assert "譯" in first
    assert '<section class="uses"' in second
    assert 'class="prose definition"' not in second
