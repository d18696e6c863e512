"""Scheduled releases: cut off anywhere they are due still; asked for twice they happen once.

`make chaos` kills real processes before every statement; here a few places are enough.
"""

from datetime import timedelta

import pytest
from django.db import connection
from wagtail.models import PageLogEntry, Revision

from articles.models import InfoPage
from review import actions, scheduled
from review.actions import releasing
from review.enums import State
from review.models import Release, Submission
from tests.review import making
from tests.review.making import NOW

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(hours=1)


@pytest.fixture
def row():
    made = making.signed(making.info())
    actions.schedule(submission=made, by=making.reviewer(), now=NOW, at=DUE)
    return made


class Killed(BaseException):
    """What no code of ours may catch."""


def dying_at(share):
    """Cut a run off after a share of the statements of a release."""
    left = [share]

    def count(execute, sql, params, many, context):
        left[0] -= 1
        if left[0] == -1:  # what rolls back after it is the database's own work when a process dies
            raise Killed
        return execute(sql, params, many, context)

    return connection.execute_wrapper(count)


def is_due(row):
    waits = Revision.objects.get(pk=row.revision_id).approved_go_live_at == DUE
    live = InfoPage.objects.get(pk=row.page_id).live
    return (waits, live, Submission.objects.get(pk=row.pk).state) == (True, False, State.SIGNED)


@pytest.mark.parametrize("statements", [3, 50, 90])
def test_a_run_that_is_cut_off_leaves_the_release_due(row, statements):
    with pytest.raises(Killed), dying_at(statements):
        scheduled.release_due(DUE)
    assert is_due(row)

    assert scheduled.release_due(DUE) == ([row.title], [])

    assert InfoPage.objects.get(pk=row.page_id).live
    assert Release.objects.filter(page_id=row.page_id).count() == 1


def test_nothing_is_released_before_its_time(row):
    assert scheduled.release_due(DUE - timedelta(seconds=1)) == ([], [])
    assert is_due(row)


def test_a_scheduler_that_comes_second_does_nothing_and_complains_of_nothing(row, monkeypatch):
    seen = list(releasing.due_submissions(DUE))
    scheduled.release_due(DUE)
    monkeypatch.setattr(releasing, "due_submissions", lambda now: seen)

    assert scheduled.release_due(DUE) == ([], [])

    assert Release.objects.filter(page_id=row.page_id).count() == 1
    assert PageLogEntry.objects.filter(page_id=row.page_id, action="wagtail.publish").count() == 1
