"""Decisions at one moment: exactly one kind wins, whatever the order."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connections
from wagtail.models import PageLogEntry

from articles.models import InfoPage
from review import actions, audit, scheduled
from review.doors import RefusedError
from review.enums import State
from review.models import Event, Release, SignOff, Standing, Submission
from tests.review import making
from tests.review.making import LATER, NOW


def at_one_moment(*works: Callable[[], object]) -> list[str]:
    """Do everything at the same moment, each in a thread; return what was refused."""
    start, refused = threading.Barrier(len(works)), []

    def one(work: Callable[[], object]) -> None:
        try:
            start.wait()
            work()
        except RefusedError as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_two_who_sign_and_release_at_one_moment_sign_twice_and_release_once(committed_db_of_the_module, on_postgresql):
    if not on_postgresql:
        pytest.skip("SQLite lets one writer in at a time")
    row = making.submitted(making.info(body="<p>Rest for 2 days.</p>"))
    people = [making.reviewer() for _ in range(3)]
    answers = making.all_yes(InfoPage.objects.get(pk=row.page_id))
    sign = partial(actions.sign_off, submission=row.pk, now=NOW, answers=answers)

    late = at_one_moment(*(partial(sign, by=person) for person in (*people, people[0])))
    again = at_one_moment(*(partial(actions.release, submission=row.pk, by=person, now=NOW) for person in people))

    signed = SignOff.objects.filter(submission_id=row.pk)
    assert (signed.count(), len({one.reviewer_id for one in signed}), len(late)) == (2, 2, 2)
    assert (Release.objects.filter(page_id=row.page_id).count(), len(again)) == (1, 2)
    assert [*audit.chain_faults(SignOff), *audit.chain_faults(Release)] == []


def test_two_decisions_at_one_moment_do_not_both_win(committed_db_of_the_module, on_postgresql):
    if not on_postgresql:
        pytest.skip("SQLite lets one writer in at a time")
    row = making.submitted(making.info())
    page = InfoPage.objects.get(pk=row.page_id)
    people = [making.reviewer() for _ in range(4)]
    sign = partial(actions.sign_off, submission=row.pk, now=NOW, answers=making.all_yes(page))
    refuse = partial(actions.request_changes, submission=row.pk, now=NOW, reason="No")

    at_one_moment(*(partial(decide, by=person) for person in people for decide in (sign, refuse)))

    assert Submission.objects.get(pk=row.pk).state == State.CHANGES_REQUESTED
    assert Event.objects.filter(submission_id=row.pk, what="changes requested").count() == 1
    assert not Standing.objects.filter(pk=row.page_id).exists()


def test_two_schedulers_at_one_moment_release_once(committed_db_of_the_module, on_postgresql):
    if not on_postgresql:
        pytest.skip("SQLite lets one writer in at a time")
    rows = [making.signed(making.info()) for _ in range(2)]
    for row in rows:
        actions.schedule(submission=row, by=making.reviewer(), now=NOW, at=LATER)
    told: list[object] = []

    assert at_one_moment(*[lambda: told.append(scheduled.release_due(LATER))] * 3) == []

    assert sorted(title for released, _ in told for title in released) == sorted(row.title for row in rows)
    assert [refused for _, refused in told] == [[], [], []]
    for row in rows:
        assert Release.objects.filter(page_id=row.page_id).count() == 1
        assert PageLogEntry.objects.filter(page_id=row.page_id, action="wagtail.publish").count() == 1
