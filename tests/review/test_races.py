"""Decisions at one moment: exactly one kind wins, whatever the order."""

import threading

import pytest
from django.db import connections

from articles.models import InfoPage
from review import actions
from review.doors import RefusedError
from review.enums import State
from review.models import Event, Standing, Submission
from tests.review import making
from tests.review.making import NOW


def test_two_decisions_at_one_moment_do_not_both_win(committed_db, on_postgresql):
    if not on_postgresql:
        pytest.skip("SQLite lets one writer in at a time")
    row = making.submitted(making.info())
    page = InfoPage.objects.get(pk=row.page_id)
    people = [making.reviewer() for _ in range(4)]
    answers, start, done = making.all_yes(page), threading.Barrier(8), []

    def decide(person, sign: bool) -> None:
        try:
            start.wait()
            if sign:
                actions.sign_off(submission=row.pk, by=person, now=NOW, answers=answers)
            else:
                actions.request_changes(submission=row.pk, by=person, now=NOW, reason="No")
            done.append(sign)
        except RefusedError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(p, sign)) for p in people for sign in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    state = Submission.objects.get(pk=row.pk).state
    assert state == State.CHANGES_REQUESTED
    assert done.count(False) == 1
    assert Event.objects.filter(submission_id=row.pk, what="changes requested").count() == 1
    assert not Standing.objects.filter(pk=row.page_id).exists()
