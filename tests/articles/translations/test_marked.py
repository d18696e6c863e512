"""What is done to a page in another language when it is whole."""

import pytest

from articles.translations.marked import finish, source_text


def whole(html):
    return finish(html, notice="Changed.", language="en-GB")


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        ("<p>（台灣） 或 <a>999</a></p>", "<p>（台灣）或 <a>999</a></p>"),
        ("<p><strong>資料：</strong> 2026 年</p>", "<p><strong>資料：</strong>2026 年</p>"),
        ("<p><strong>撥打</strong> ，現在</p>", "<p><strong>撥打</strong>，現在</p>"),
        ("<p>第一句。</p> <p>第二句</p>", "<p>第一句。</p> <p>第二句</p>"),
        ("<a>甲。</a> <a>乙</a>", "<a>甲。</a> <a>乙</a>"),
        ('<input value="小腿。 抽筋">', '<input value="小腿。 抽筋">'),
        ("<p>In English, and so on.</p>", "<p>In English, and so on.</p>"),
    ],
)
def test_spaces_of_templates_do_not_stand_beside_wide_marks(made, shown):
    assert whole(made) == shown


def test_what_is_in_the_source_language_keeps_its_words():
    marked = source_text("A leg, a foot", rich=False, stale=False)

    assert whole(f"<p>部位： {marked} 。</p>") == '<p>部位：<span lang="en-GB" dir="ltr">A leg, a foot</span>。</p>'
