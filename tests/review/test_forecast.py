"""When reviews lapse: the forecast against a year that is played through."""

import random
from datetime import date, timedelta

import pytest

from review.forecast import LEAD_DAYS, Hand, Item, forecast

START = date(2026, 12, 1)
LONG = date(2036, 1, 1)


def test_it_names_the_month_in_which_reviews_lapse_and_the_pace_that_would_do():
    items = [Item(date(2027, 1, 10))] * 5 + [Item(date(2027, 6, 10))] * 5

    slow = forecast(items, [Hand(2, LONG)], start=START)
    fast = forecast(items, [Hand(6, LONG)], start=START)

    assert slow.lapse_month == date(2027, 1, 1)
    assert fast.lapse is None
    assert sum(month.done for month in fast.months) == 10
    assert 3 < slow.enough_per_month < 4
    assert forecast([], [], start=START).lapse is None


def test_nobody_there_means_the_first_due_day():
    assert forecast([Item(date(2027, 1, 10))], [], start=START).lapse == date(2027, 1, 10)
    assert forecast([Item(date(2026, 1, 10))], [], start=START).lapse == START


def test_what_nobody_does_stays_late_until_the_last_month():
    items = [Item(START + timedelta(40)), Item(START + timedelta(1090))]

    assert [month.late for month in forecast(items, [], start=START).months] == [1, 2]


def test_an_ending_credential_ends_the_help():
    items = [Item(date(2027, month, 20)) for month in range(1, 13)]

    assert forecast(items, [Hand(1.5, LONG)], start=START).lapse is None
    assert forecast(items, [Hand(1.5, date(2027, 5, 1))], start=START).lapse.year == 2027


def test_two_signatures_take_twice_the_work():
    items = [Item(START + timedelta(30 * n + 30), signatures=2) for n in range(12)]

    assert forecast(items, [Hand(1.2, LONG)], start=START).lapse is not None
    assert forecast(items, [Hand(2.4, LONG)], start=START).lapse is None


def played(items: list[Item], per_week: int, seed: int) -> date | None:
    """Play a year: reviewers sign on random days of each week; return when the first review was late."""
    chance = random.Random(seed)  # noqa: S311  # no secret: a year of work
    queue = sorted(items, key=lambda item: item.due)
    for week in range(60):
        for day in sorted(START + timedelta(days=7 * week + chance.randrange(7)) for _ in range(per_week)):
            if queue and queue[0].due < day:
                return queue[0].due
            if queue and queue[0].due <= day + timedelta(LEAD_DAYS):
                queue.pop(0)
    return None


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("per_week", [1, 2])
def test_the_forecast_meets_a_year_that_is_played_within_two_weeks(seed, per_week):
    chance = random.Random(seed)  # noqa: S311  # no secret: a year of work
    items = [Item(START + timedelta(days=20 + chance.randrange(340))) for _ in range(180)]

    said = forecast(items, [Hand(per_week * 365.25 / 84, LONG)], start=START).lapse
    happened = played(items, per_week, seed)

    assert said is not None
    assert happened is not None
    assert abs((said - happened).days) <= 14
