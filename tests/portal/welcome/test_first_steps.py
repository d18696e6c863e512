"""First steps are ticked by what happened, and can be put away and brought back."""

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.welcome import first_steps
from review import actions, demo
from tests.review import making
from tests.review.making import NOW

pytestmark = pytest.mark.django_db


def done(person):
    """What of the first steps of somebody's only role is done."""
    (steps,) = first_steps.steps_for(person, NOW)
    return {step.what for step in steps.steps if step.is_done}


def test_an_author_ticks_by_working():
    author = making.editor()
    assert done(author) == set()

    page = making.info(by=author)
    assert done(author) == {"Begin a first draft"}
    row = making.submitted(page)
    assert done(author) == {"Begin a first draft", "Submit a first draft"}
    actions.request_changes(submission=row, by=making.reviewer(), now=NOW, reason="Why?")
    assert done(author) == {"Begin a first draft", "Submit a first draft", "Get your first answer"}


def test_a_reviewer_ticks_by_registration_and_decision():
    person = making.reviewer(credential=False)
    assert done(person) == set()
    making.give_credential(person)
    TOTPDevice.objects.create(user=person, confirmed=True)

    actions.request_changes(submission=making.submitted(making.info()), by=person, now=NOW, reason="Why?")

    assert done(person) == {
        "Set up a second factor", "Have your registration on record", "Sign a first text, or send it back",
    }  # fmt: skip


def test_demonstrations_are_no_reviewers_for_an_administrator():
    person = making.user(demo.ADMINISTRATORS)
    demo.make_people()
    assert "Have two reviewers" not in done(person)
    assert "Close the demonstration accounts" not in done(person)

    for _ in range(2):
        making.reviewer()

    assert "Have two reviewers" in done(person)


def test_reading_is_what_somebody_says(client):
    author = making.editor()
    client.force_login(author)
    assert "I have read this" in client.get("/admin/welcome/checklist/").content.decode()

    client.post("/admin/welcome/say/", {"say": "read-checklist"})

    author.refresh_from_db()
    assert "Read what reviewers are asked" in done(author)
    assert "I have read this" not in client.get("/admin/welcome/checklist/").content.decode()


def test_first_steps_are_put_away_and_brought_back(client):
    client.force_login(making.editor())
    assert "As author: 0 of 5 done" in client.get("/admin/").content.decode()

    client.post("/admin/welcome/say/", {"say": "put-away"})
    away = client.get("/admin/").content.decode()
    client.post("/admin/welcome/say/", {"say": "bring-back"})

    assert "As author" not in away
    assert "As author: 0 of 5 done" in client.get("/admin/").content.decode()


def test_nothing_else_is_kept(client):
    person = making.editor()
    client.force_login(person)

    assert client.post("/admin/welcome/say/", {"say": "anything"}).status_code == 400
    assert first_steps.said_by(person) == {}
