"""What the first page tells each person to do, and in which order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import contradictions
from portal.models import Work
from portal.welcome.tasks import MOST, tasks_of, when_nothing_waits
from portal.work.jobs import NO_QUARREL, QUARRELS, _quarrels
from review import actions, demo, doors
from review.models import Concern, Hold, Standing
from tests.review import making
from tests.review.making import NOW

pytestmark = pytest.mark.django_db


def told(person, now=NOW):
    return {one.heading: [row.what for row in one.rows] for one in tasks_of(person, now)}


def concern(page, *, due):
    return Concern.objects.create(
        page_id=page.pk, page_title=page.title, text="It says heat.", raised_at=NOW, due_at=due
    )


def test_danger_stands_before_work_and_work_before_drafts():
    person = making.reviewer()
    page = making.released(making.info(title="Public"))
    making.submitted(making.info(title="Somebody else's"))
    draft = making.info(by=person, title="Begun")
    concern(page, due=NOW - timedelta(hours=1))

    assert list(told(person)) == [
        "Readers say that something is unsafe", "Your account", "Waiting for your review", "Your drafts",
    ]  # fmt: skip
    assert told(person)["Your drafts"] == [draft.title]


def test_what_is_late_says_so_and_stands_first():
    person = making.reviewer()
    page = making.released(making.info())
    concern(page, due=NOW + timedelta(days=1))
    concern(page, due=NOW - timedelta(days=1))

    first = tasks_of(person, NOW)[0]

    assert [row.is_late for row in first.rows] == [True, False]


def test_an_author_reads_what_came_back_and_why_a_draft_cannot_go():
    author = making.editor()
    row = making.submitted(making.info(by=author, title="Sent back"))
    actions.request_changes(submission=row, by=making.reviewer(), now=NOW, reason="Say for whom.")
    making.source(by=author, title="Half a source", organisation="")

    found = {one.heading: one.rows for one in tasks_of(author, NOW)}

    assert [task.what for task in found["Came back to you"]] == ["Sent back"]
    half = next(task for task in found["Your drafts"] if task.what == "Half a source")
    assert half.why == (
        "1 thing to do before it can be submitted. First: Organisation: Name the organisation or the authors."
    )


def test_a_review_that_is_overdue_is_told_to_author_and_reviewer():
    author, reviewer = making.editor(), making.reviewer()
    page = making.released(making.info(by=author, title="Old"))
    with doors.open_for([page.pk]):
        Standing.objects.filter(pk=page.pk).update(due_on=NOW.date() - timedelta(1))

    for person in (author, reviewer):
        assert told(person)["Reviews that are overdue"] == ["Old"]
    assert "Reviews that are overdue" not in told(making.keeper())


def test_a_hold_is_late_when_nobody_has_decided_for_days():
    person = making.reviewer()
    page = making.released(making.info(title="Held"))
    Hold.objects.create(page_id=page.pk, block="x", reason="A look at it.", held_at=NOW - timedelta(days=3))

    (row,) = next(one.rows for one in tasks_of(person, NOW) if one.heading == "On hold")

    assert (row.what, row.is_late) == ("Held", True)


def test_nobody_is_told_of_what_is_not_theirs():
    page = making.released(making.info())
    concern(page, due=NOW)
    making.submitted(making.info())

    assert told(making.user("")) == {}
    Hold.objects.create(page_id=page.pk, block="x", reason="A look at it.", held_at=NOW)
    assert {"Readers say that something is unsafe", "On hold"} & told(making.editor()).keys() == set()


def test_contradictions_are_looked_for_at_night_and_told_in_the_morning():
    number = len(contradictions.found())
    assert _quarrels(None) == (f"{number} contradictions between texts." if number else NO_QUARREL)
    reviewer = making.reviewer()
    row = Work.objects.update_or_create(
        job=QUARRELS, defaults={"next_at": NOW, "ended_at": NOW, "said": "2 contradictions between texts."}
    )[0]
    assert told(reviewer)["Texts that contradict each other"] == ["2 contradictions between texts."]

    row.said = NO_QUARREL
    row.save()

    assert "Texts that contradict each other" not in told(reviewer)


def test_the_sentence_for_nothing_to_do_is_true():
    person = making.reviewer()
    for row in [making.submitted(making.info()) for _ in range(2)]:
        actions.decline(submission=row, by=person, now=NOW, reason="A conflict.")

    assert "Waiting for your review" not in told(person)
    assert when_nothing_waits(person).startswith(
        "2 texts are in review, which you wrote, signed or declined to review."
    )


def test_many_of_everything_ask_no_more_than_few(client):
    person = making.reviewer()
    client.force_login(person)
    page = making.released(making.info())

    def asked():
        client.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        return len(queries)

    def more(number):
        begun = timezone.now() - timedelta(days=60)
        for place in range(number):
            concern(page, due=begun)
            Hold.objects.create(page_id=page.pk, block=f"{number}-{place}", reason="Why.", held_at=begun)

    more(2)
    few = asked()
    more(MOST * 2)

    assert asked() <= few
    assert f"{MOST * 2 + 2 - MOST} more concerns" in client.get("/admin/").content.decode()


def test_an_administrator_reads_by_name_what_could_not_be_done_and_nobody_else_does():
    Work.objects.update_or_create(job="audit", defaults={"next_at": NOW, "error": "3 faults, of which the first: x"})
    administrator = making.user(demo.ADMINISTRATORS)

    assert told(administrator)["The site could not do by itself"] == ["Prove that everything public was signed"]
    assert "The site could not do by itself" not in told(making.reviewer())
