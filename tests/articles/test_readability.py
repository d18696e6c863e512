"""How hard a text is to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.readability import long_sentences, measure, plain, sentences, words

EASY = "Sit down. Put your leg up. Rest for a day. Walk a bit. Drink some water. Then see if it is sore. " * 2
HARD = (
    "Persistent unilateral gastrocnemius tenderness necessitates immediate ultrasonographic investigation, particularly"
    " following prolonged immobilisation, because untreated thromboembolic complications occasionally precipitate"
    " catastrophic cardiopulmonary deterioration in otherwise asymptomatic individuals everywhere."
)


def test_easy_text_is_for_younger_readers_than_hard_text():
    assert measure(EASY).age < 9
    assert measure(HARD * 2).age > 16


def test_the_reading_age_is_the_grade_plus_five_years():
    text = "The cat sat on the mat. " * 6

    reading = measure(text)

    # 36 words in 6 sentences, one syllable each: 0.39 * 6 + 11.8 - 15.59 is below nought.
    assert (reading.words, reading.sentences, reading.age) == (36, 6, 5.0)


def test_thirty_words_are_the_least_that_says_anything():
    assert measure("word " * 29).age is None
    assert measure("word " * 30).age is not None


def test_nothing_has_no_words():
    assert measure("").words == measure("<p></p>").sentences == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Call now: do not wait.", ["Call now:", "do not wait."]),
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("<ul><li>Rest</li><li>Walk</li></ul>", ["Rest", "Walk"]),
        ("It takes 1.5 hours.", ["It takes 1.5 hours."]),
        ("—", []),
    ],
)
def test_sentences_end_where_a_reader_breathes(text, expected):
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "count"), [("don’t rub", 2), ("20–30 seconds", 2), ("a well-known x-ray", 3), ("D-dimer", 1), ("!!!", 0)]
)
def test_words_are_what_is_read_as_one(text, count):
    assert len(words(text)) == count


def test_only_sentences_over_the_limit_are_long():
    at, over = "word " * 19 + "end.", "word " * 20 + "end."

    assert long_sentences(f"{at} {over}") == [over]
    assert long_sentences(f"<p>{at}</p>") == []


def test_markup_and_entities_are_no_words():
    assert plain('<p>Rest &amp; <a linktype="page" id="3">walk</a></p>') == "Rest & walk"


@given(st.text())
def test_any_text_can_be_measured(text):
    reading = measure(text)

    assert reading.words >= 0
    assert reading.age is None or reading.age >= 5
