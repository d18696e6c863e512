"""The words on top of a care card."""

import pytest

from articles.care_cards import ACTIONS, action, days, heading, level
from articles.enums import Disposition


def test_every_disposition_has_an_action_and_a_level_of_its_own():
    assert set(ACTIONS) == set(Disposition)
    assert sorted(level(d) for d in Disposition) == [1, 2, 3, 4, 5]
    assert level("emergency_now") == 1


@pytest.mark.parametrize(
    ("disposition", "within", "mode", "count", "words"),
    [
        ("emergency_now", None, "any", 4, "Call an ambulance now if any one of these is true"),
        ("ed_now", None, "all", 2, "Go to an emergency department now if all of these are true"),
        ("same_day", None, "any", 1, "Be seen by a doctor today if this is true"),
        ("routine", 7, "any", 2, "See a doctor or clinic within 7 days if any one of these is true"),
        ("routine", 1, "all", 1, "See a doctor or clinic within 1 day if this is true"),
        ("self_care", None, "all", 3, "Look after it at home if all of these are true"),
    ],
)
def test_heading(disposition, within, mode, count, words):
    assert heading(disposition, within, mode, count) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (None, None, ""),
        (3, 7, "3 to 7 days"),
        (7, 7, "7 days"),
        (1, 1, "1 day"),
        (0, 2, "up to 2 days"),
        (None, 14, "up to 14 days"),
        (56, None, "56 days or more"),
        (1, None, "1 day or more"),
    ],
)
def test_days(low, high, words):
    assert days(low, high) == words


def test_action_without_days():
    assert action("routine") == "See a doctor or clinic"
