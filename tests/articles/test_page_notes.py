"""What a page gathers while it is shown."""

from types import SimpleNamespace as Row

import pytest
from wagtail.rich_text import expand_db_html

from articles.page_notes import PageNotes, current_notes, linked_ids, page_notes
from tests.factories import articles as make


def test_a_source_keeps_its_number_and_a_place_its_anchor():
    notes, one, two = PageNotes(explains_words=True), Row(pk=1), Row(pk=2)

    marks = [notes.cite(one, "A"), notes.cite(two, "A"), notes.cite(one, "B"), notes.cite(one, "A")]

    assert [(m.number, m.anchor) for m in marks] == [
        (1, "source-1-1"),
        (2, "source-2-1"),
        (1, "source-1-2"),
        (1, "source-1-1"),
    ]
    assert [(s.number, list(s.places)) for s in notes.sources] == [(1, ["A", "B"]), (2, ["A"])]


def test_notes_end_with_the_page_even_when_it_fails():
    def fail():
        with page_notes(PageNotes(explains_words=True)):
            raise ValueError(current_notes())

    with pytest.raises(ValueError, match="PageNotes"):
        fail()

    assert current_notes() is None


@pytest.mark.django_db
def test_linked_ids_are_found_in_fields_and_however_deep_in_blocks():
    word, other = make.term(), make.term()
    page = make.cause(
        features=f"<p>{make.link(word, 'here')} and <a href='https://example.org'>there</a></p>",
        audience_variants=make.stream("variant", {"audience": "pregnant", "text": f"<p>{make.link(other, 'x')}</p>"}),
    )

    assert linked_ids([page]) == {word.pk, other.pk}


@pytest.mark.django_db
def test_all_links_are_read_in_three_queries(django_assert_num_queries):
    words = [make.term() for _ in range(5)]
    causes = [make.cause() for _ in range(5)]
    html = " ".join(make.link(page, "x") for page in [*words, *causes])
    # the links, the words, and what was signed of the words
    words[0].get_url()  # the addresses of sites are remembered by the process

    with page_notes(PageNotes(explains_words=True)) as notes, django_assert_num_queries(3):
        notes.read_targets({page.pk for page in [*words, *causes]})
        shown = expand_db_html(html)

    assert shown.count('class="word"') == 5
    assert all(f'href="{cause.get_url()}"' in shown for cause in causes)
    assert list(notes.words.values()) == words


@pytest.mark.django_db
def test_link_to_a_draft_or_to_nothing_is_no_link():
    draft = make.term(released=False)

    with page_notes(PageNotes(explains_words=True)):
        shown = expand_db_html(f'{make.link(draft, "x")}<a linktype="page" id="999999">y</a>')

    assert shown == "<a>x</a><a>y</a>"


@pytest.mark.django_db
def test_without_notes_links_work_as_wagtail_makes_them():
    word = make.term()

    assert expand_db_html(make.link(word, "x")) == f'<a href="{word.get_url()}">x</a>'
