"""The hints against texts whose faults are known, with what the starter content knows; see docs/quarantine.md."""

import pytest
from django.db import connection  # noqa: F401  # of what is left out

from articles.management.commands.measure_quarantine import _clean, _marked, _released, measure_raw
from articles.quarantine.hints import Hint, HintKind
from articles.quarantine.measuring import placed, score, span_of, together, unmarked
from articles.quarantine.segments import pieces
from articles.quarantine.vocabulary import RIGHT, vocabulary
from tests.articles.quarantine.conftest import PLACES, TEXTS

MOST_FALSE = 1.0
# the topics of each pair of texts, how many passages are garbled there, and how many the hints find at least
TOPICS = [("shoulder-and-headache", 30, 22), ("back-asthma-wounds-fever", 30, 23), ("cough-burns-bites-knee", 28, 11)]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the same words on every database")
@pytest.mark.django_db
def test_topics_that_no_rule_was_made_for():
    known = vocabulary()
    for name, passages, fewest in TOPICS:
        found = _marked(str(TEXTS / f"{name}-garbled.txt"), known)

        assert len(found.known) == passages
        assert len(found.found) >= fewest
        assert found.false_in_a_hundred <= MOST_FALSE
        clean = (TEXTS / f"{name}-clean.txt").read_text(encoding="utf-8")
        assert _clean(clean, known).false_in_a_hundred <= MOST_FALSE
    # a note of the glossary that the wording is right is no fault
    assert not [meant for _, meant in known.mistranslated if RIGHT in meant.lower()]
    own = together(_clean(text, known) for text in _released())
    assert own.words > 20_000
    assert own.false_in_a_hundred <= MOST_FALSE


@pytest.mark.django_db
def test_the_two_raw_texts(raw_folder):
    measured = measure_raw(PLACES, raw_folder, vocabulary())
    both = together(one for _, one in measured.scores)

    assert len(both.known) == 37
    assert len(both.found) >= 33
    assert both.false_in_a_hundred <= MOST_FALSE
    assert measured.unplaced == ()
    assert set(measured.found) == {f"X{number}" for number in range(1, 9)}


def test_how_it_is_counted():
    text, faults = unmarked("Fine words here. A [[F1|broken phrase]] here. [[F2|Lost]] words. Good words.")
    parts = pieces(text)
    at = text.index("phrase")
    made = [
        Hint(HintKind.TERM, "A reason.", at, at + 6),
        Hint(HintKind.VAGUE, "Not about the wording.", *faults["F2"][0]),
        Hint(HintKind.TERM, "Wrong.", 0, 4),
        Hint(HintKind.TERM, "Wrong once more in one claim.", 5, 10),
        Hint(HintKind.VAGUE, "Wrong.", *span_of(text, "Good", "words")),
    ]
    found = score(text, parts, made, faults, judged=[span_of(text, "Good", "words")])

    assert (found.words, found.found, found.missed, len(found.false)) == (11, ("F1",), ["F2"], 1)
    assert found.false_in_a_hundred == pytest.approx(100 / 11)
    assert together([found, found]).words == 22


def test_statements_are_looked_up_word_by_word():
    text = "1. One thing is so.\n2. Two things are; three are not."
    spans = {
        "R1": [span_of(text, "One", "so")],
        "R2": [(text.index("2."), len(text))],
        "R3": [span_of(text, "three", "not")],
    }
    found = placed(text, pieces(text), spans)

    # the number of the list item is a word that stands in no claim
    assert (found.whole, found.missing, found.alone) == (("R1", "R3"), ("R2",), ("R1", "R2"))
