"""What changed, where, and how much it can matter."""

import pytest

from review import words
from review.difference import ADDED, CHANGED, MOVED, REMOVED, difference
from review.enums import ChangeClass
from tests.review.labelled_changes import LABELLED

CLASSES = {"body": "wording", "body.safe": "safety", "claims": "clinical"}


def text_of(value: str) -> dict:
    return {"body": [{"type": "text", "value": {"words": value}}]}


def test_sixty_changes_are_labelled():
    assert len(LABELLED) == len(set(LABELLED)) == 60


@pytest.mark.parametrize(("old", "new"), [(old, new) for old, new, safety in LABELLED if safety])
def test_no_safety_change_is_classed_lower(old, new):
    assert difference(text_of(old), text_of(new), CLASSES).change_class == ChangeClass.SAFETY
    assert difference(text_of(new), text_of(old), CLASSES).change_class == ChangeClass.SAFETY


def test_most_harmless_changes_stay_harmless(record_property):
    classed = [
        difference(text_of(old), text_of(new), CLASSES).change_class for old, new, safety in LABELLED if not safety
    ]
    harmless = sum(c == ChangeClass.WORDING for c in classed)
    record_property("harmless_kept", f"{harmless} of {len(classed)}")

    assert harmless >= 6


def test_what_nobody_declared_is_of_class_safety():
    assert difference({"new_field": "A word."}, {"new_field": "A term."}, {}).change_class == ChangeClass.SAFETY


def test_a_place_decides_the_class_of_harmless_words():
    old, new = {"claims": "The calf."}, {"claims": "The thigh."}
    assert difference(old, new, CLASSES).change_class == ChangeClass.CLINICAL
    inside = [{"type": "safe", "value": "The calf."}]
    assert difference({"body": []}, {"body": inside}, CLASSES).change_class == ChangeClass.SAFETY


def test_no_change_has_no_class_above_wording():
    assert difference(text_of("Take 2."), text_of("Take 2."), CLASSES).changes == []


def test_numbers_that_are_not_text_are_of_class_safety():
    assert difference({"body": 3}, {"body": 4}, CLASSES).change_class == ChangeClass.SAFETY


def block(kind: str, **value: str) -> dict:
    return {"type": kind, "value": value}


def test_a_moved_block_is_called_moved():
    first, second, third = block("text", words="One."), block("text", words="Red."), block("text", words="Blue.")

    found = difference({"body": [first, second, third]}, {"body": [second, third, first]}, CLASSES).changes

    assert [c.what for c in found] == [MOVED]
    assert [c.path[-1] for c in found] == ["text 3"]


def test_a_changed_word_is_found_inside_nested_blocks():
    old = {"body": [block("section", heading="Why?"), {"type": "list", "value": [{"type": "item", "value": "Cold."}]}]}
    new = {"body": [block("section", heading="Why?"), {"type": "list", "value": [{"type": "item", "value": "Warm."}]}]}

    (change,) = difference(old, new, CLASSES).changes

    assert (change.old, change.new, change.what) == ("Cold.", "Warm.", CHANGED)
    assert change.kinds == ("body", "list")


def test_added_and_removed_blocks_are_told_apart():
    a, b = block("text", words="Kept."), block("note", words="Other.")
    assert {c.what for c in difference({"body": [a]}, {"body": [a, b]}, CLASSES).changes} == {ADDED}
    assert {c.what for c in difference({"body": [a, b]}, {"body": [a]}, CLASSES).changes} == {REMOVED}


def test_a_link_target_is_shown_and_flagged():
    old = {"body": '<p>See <a linktype="page" id="4">help</a>.</p>'}
    new = {"body": '<p>See <a linktype="page" id="9">help</a>.</p>'}

    found = difference(old, new, CLASSES)

    assert "⟦link to page 9⟧" in found.changes[0].new_text
    assert "link target" in found.changes[0].flags()
    assert found.unseen == 1


def test_formatting_alone_counts_as_not_visible():
    found = difference({"body": "<p>Very sore.</p>"}, {"body": "<p><b>Very</b> sore.</p>"}, CLASSES)

    assert found.unseen == 1
    assert "⟦bold⟧" in found.changes[0].new_text


@pytest.mark.parametrize(
    ("old", "new", "flag"),
    [
        ("Take 2.", "Take 3.", "number"),
        ("2 days.", "2 weeks.", "unit"),
        ("Do not.", "Do.", "negation"),
        ("Call now.", "Call.", "urgency"),
        ("You must.", "You may.", "strength of advice"),
    ],
)
def test_dangers_are_flagged(old, new, flag):
    assert flag in difference({"body": old}, {"body": new}, CLASSES).changes[0].flags()


def test_a_slip_of_the_pen_beside_a_number_is_harmless():
    assert not words.may_change_what_readers_do("Sore calfes get well in 7 days.", "Sore calves get well in 7 days.")


def test_the_order_of_sentences_matters_when_they_say_what_to_do():
    assert words.may_change_what_readers_do("Call first. Then rest.", "Then rest. Call first.")
