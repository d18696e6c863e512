"""Texts are taken apart without losing a word, whatever they look like."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.quarantine.segments import LONGEST_CLAIM, digest, digests, pieces

LINES = st.lists(
    st.text(alphabet="abcDE .!?;:,\t1234()▶-–“”’é酸。", max_size=60).map(lambda line: line.replace("\n", " ")),
    max_size=8,
)


def told(text):
    return [(piece.text, piece.is_heading, piece.item) for piece in pieces(text)]


@given(LINES)
def test_every_word_stands_in_exactly_one_claim_or_is_the_mark_of_a_line(lines):
    text = "\n".join(lines)
    found = pieces(text)
    held = [n for piece in found for n in range(piece.start, piece.end)]
    outside = [n for n in range(len(text)) if n not in set(held)]

    assert len(held) == len(set(held))
    assert [piece.text for piece in found] == [text[piece.start : piece.end] for piece in found]
    for n in outside:
        line = text[text.rfind("\n", 0, n) + 1 : n + 1]
        assert not re.search(r"\w", text[n]) or re.fullmatch(r"\s*[▶•\W]*\(?[\dlivx]{1,4}", line), (text, n)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One ends.Two begins. Three", [("One ends.", False, 0), ("Two begins.", False, 0), ("Three", False, 0)]),
        ("Take 2.5 mg, e.g. in the morning.", [("Take 2.5 mg, e.g. in the morning.", False, 0)]),
        ("▶ Why does it hurt?", [("Why does it hurt?", True, 0)]),
        ("First; second.", [("First;", False, 0), ("second.", False, 0)]),
        ("Rest:\n\n1. Sit down.\n(2) Lie down. Then wait.\n- Drink.",
         [("Rest:", False, 0), ("Sit down.", False, 1), ("Lie down.", False, 2), ("Then wait.", False, 2),
          ("Drink.", False, 3)]),
        ("1. The signs of a sprain\nIt swells.", [("The signs of a sprain", True, 0), ("It swells.", False, 0)]),
        ("5. Rest.\n4. What to avoid\nStairs.",
         [("Rest.", False, 1), ("What to avoid", True, 0), ("Stairs.", False, 0)]),
        ("The kneeIt gives way.", [("The knee", False, 0), ("It gives way.", False, 0)]),
        ("他停止。他走。", [("他停止。", False, 0), ("他走。", False, 0)]),
    ],
)  # fmt: skip
def test_claims_headings_and_lists(text, expected):
    assert told(text) == expected


def test_the_hash_of_a_claim_is_of_its_words_and_short_claims_have_none():
    assert digest("Keep the wrist straight, while you sleep!") == digest("keep the wrist  straight while you sleep")
    assert digest("Keep the wrist straight.") == ""
    assert digests("Sit. Keep the wrist straight while you sleep.") == {
        digest("Keep the wrist straight while you sleep")
    }


def test_what_nobody_could_decide_about_in_one_go_is_cut_between_two_words():
    found = pieces("leg hurts " * 200)

    assert [len(piece.tokens) for piece in found] == [LONGEST_CLAIM, LONGEST_CLAIM, 100]
    assert "".join(piece.text.replace(" ", "") for piece in found) == "leghurts" * 200
