"""From what a person types to comparable words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.words import MAX_QUERY, MAX_TOKENS, parse, parts, readable, stem, stems, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vein", "veins"),
        ("calf", "calves"),
        ("calf", "calve"),
        ("ache", "achy"),
        ("ache", "aching"),
        ("ache", "aches"),
        ("cramp", "cramping"),
        ("cramp", "cramps"),
        ("run", "running"),
        ("numb", "numbness"),
        ("sore", "soreness"),
        ("breath", "breathe"),
        ("breath", "breathless"),
        ("pain", "painful"),
        ("oedema", "edema"),
        ("anaemia", "anemia"),
        ("foot", "feet"),
        ("massage", "massaging"),
        ("body", "bodies"),
    ],
)
def test_forms_of_a_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("shin", "shoe"), ("heel", "heal"), ("nerve", "never"), ("vein", "vain")])
def test_different_words_have_different_stems(one, other):
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Can't breathe", ["cant", "breathe"]),
        ("can’t", ["cant"]),
        ("cannot", ["cant"]),
        ("can not", ["cant"]),
        ("Ménière", ["meniere"]),
        ("ＤＶＴ", ["dvt"]),
        ("小腿 抽筋, cramp", ["小腿", "抽筋", "cramp"]),
        ("calf抽筋", ["calf", "抽筋"]),
        ("B12/D-dimer", ["b12", "d", "dimer"]),
        ("snake_case", ["snake", "case"]),
    ],
)
def test_spellings_of_the_same_word_are_equal(text, expected):
    assert tokens(text) == expected


def test_a_run_is_compared_by_its_pairs():
    assert parts("小腿抽筋") == ["小腿", "腿抽", "抽筋"]
    assert parts("抽筋") == ["抽筋"]


def test_filler_does_not_count_unless_there_is_nothing_else():
    assert parse("why is my calf sore").tokens == ("calf", "sore")
    assert parse("what is it").tokens == ("what", "is", "it")


def test_every_stem_stands_after_a_space():
    assert stems("Sore calves") == " sor calf"


@given(st.text())
def test_a_query_is_bounded_and_clean_whatever_is_typed(text):
    query = parse(text)

    assert len(query.text) <= MAX_QUERY
    assert len(query.tokens) == len(query.stems) <= MAX_TOKENS
    assert query.text.isprintable() or not query.text
    assert readable(query.text) == query.text
    assert bool(query) is bool(query.tokens)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_comparing_is_stable(text):
    assert tokens(" ".join(tokens(text))) == tokens(text)
