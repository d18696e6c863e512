from datetime import date

import pytest

from triage.engine.safety_net import calendar_file, safety_net


@pytest.mark.parametrize(
    ("today", "days", "words"),
    [
        (date(2026, 11, 20), 7, "Friday 27 November 2026"),
        (date(2028, 2, 27), 2, "Tuesday 29 February 2028"),
        (date(2026, 2, 27), 2, "Sunday 1 March 2026"),
        (date(2026, 12, 30), 3, "Saturday 2 January 2027"),
    ],
)
def test_day_and_words_agree(today, days, words):
    net = safety_net(today=today, within_days=None, review_days=days)

    assert (net.day - today).days == net.days == days
    assert words in net.text


def test_time_limit_comes_before_review():
    net = safety_net(today=date(2026, 11, 20), within_days=3, review_days=7)

    assert net.text == "Be seen by Monday 23 November 2026, and at once if it gets worse at any time."


def test_nothing_to_wait_for():
    assert safety_net(today=date(2026, 1, 1), within_days=None, review_days=None) is None


def test_calendar_file_has_the_day_and_folds_long_lines():
    net = safety_net(today=date(2026, 11, 20), within_days=None, review_days=7)

    text = calendar_file(net, today=date(2026, 11, 20), title="Look again; or call, if worse", uid="x@gaitway")

    assert "DTSTART;VALUE=DATE:20261127\r\n" in text
    assert "SUMMARY:Look again\\; or call\\, if worse\r\n" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert net.text.replace(",", "\\,") in text.replace("\r\n ", "")
