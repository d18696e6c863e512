"""Back to an earlier signed text: at once, and never to a mixture that nobody has signed."""

from datetime import timedelta

import pytest
from django.db import transaction

from articles.models import InfoPage, TermPage
from review import actions, audit, serving
from review.actions.signing import StaleError
from review.doors import RefusedError
from review.models import Release, Standing
from review.problems import Problem
from review.settled import UnsettledError
from tests.past_the_triggers import past_the_triggers
from tests.review import making
from tests.review.making import LATER, NOW

pytestmark = pytest.mark.django_db


def day(number):
    return NOW + timedelta(days=number)


def release(page, number, **values):
    """Release a page, changed where values are given, on some day."""
    if values:
        page = making.edited(page, **values)
    row = actions.submit(page=page, by=page.owner, now=day(number))
    for _ in range(row.signers_needed):
        actions.sign_off(submission=row, by=making.reviewer(), now=day(number), answers=making.all_yes(page))
    actions.release(submission=row, by=making.reviewer(credential=False), now=day(number))
    return type(page).objects.get(pk=page.pk)


def back(page, place, number=90):
    """Roll a page back to one of its releases, by place in its ledger."""
    entry = Release.objects.filter(page_id=page.pk).order_by("number")[place]
    return actions.roll_back(
        page=page, release_hash=entry.hash, by=making.reviewer(), now=day(number), reason="It was better"
    )


@pytest.fixture
def source():
    return release(making.source(), 1)


@pytest.fixture
def term(source):
    return release(making.term(sources=[source]), 2)


def definition(term):
    return TermPage.objects.get(pk=term.pk).definition


def test_the_earlier_text_is_public_at_once():
    page = release(making.info(body="<p>First words.</p>"), 1)
    first = Release.objects.get(page_id=page.pk)
    page = release(page, 2, body="<p>Second words.</p>")

    entry = back(page, 0)

    page.refresh_from_db()
    assert (page.body, entry.fingerprint, entry.kind) == ("<p>First words.</p>", first.fingerprint, "rolled_back")
    assert entry.reviewed_on == first.reviewed_on
    assert serving.fault_of(InfoPage.objects.get(pk=page.pk)) is None


def test_a_withdrawn_page_comes_back():
    page = release(making.info(), 1)
    actions.withdraw(page=page, by=making.reviewer(), now=LATER, reason="A fault")

    back(page, 0)

    page.refresh_from_db()
    assert page.live
    with pytest.raises(RefusedError, match="no such release"):
        back(page, 1)


def test_a_text_that_once_stood_beside_what_it_shows_now_comes_back(source, term):
    release(source, 3, organisation="Another one")
    release(term, 4, definition="<p>Other words.</p>")

    back(term, 0)

    assert definition(term) == "<p>An ache.</p>"
    assert serving.fault_of(TermPage.objects.get(pk=term.pk)) is None
    assert list(audit.use_faults()) == []


def test_a_text_does_not_come_back_beside_what_changed_after_it(source, term):
    release(term, 3, definition="<p>Other words.</p>")
    release(source, 4, organisation="Another one")

    with pytest.raises(RefusedError, match=r"Nobody has signed “Soreness”.*“A guideline”"):
        back(term, 0)

    assert definition(term) == "<p>Other words.</p>"


def test_both_come_back_together(source, term):
    release(term, 3, definition="<p>Other words.</p>")
    release(source, 4, organisation="Another one")
    entries = [Release.objects.filter(page_id=page.pk).order_by("number").first() for page in (term, source)]

    actions.roll_back_together(releases=entries, by=making.reviewer(), now=day(90), reason="They were better")

    source.refresh_from_db()
    assert (definition(term), source.organisation) == ("<p>An ache.</p>", "An organisation")
    assert serving.fault_of(TermPage.objects.get(pk=term.pk)) is None
    assert list(audit.use_faults()) == []


def test_what_others_show_goes_back_when_they_stand_as_they_stood(source, term):
    release(source, 3, organisation="Another one")

    back(source, 0)

    source.refresh_from_db()
    assert source.organisation == "An organisation"
    assert serving.fault_of(TermPage.objects.get(pk=term.pk)) is None


def test_what_others_show_does_not_go_back_under_their_new_text(source, term):
    release(source, 3, organisation="Another one")
    release(term, 4, definition="<p>Other words.</p>")

    with pytest.raises(RefusedError, match="Soreness"):
        back(source, 0)


def test_a_text_does_not_come_back_without_what_was_withdrawn(source, term):
    release(term, 3, definition="<p>Other words.</p>")
    actions.withdraw(page=source, by=making.reviewer(), now=day(4), reason="Outdated")

    with pytest.raises(RefusedError, match="A guideline"):
        back(term, 0)


def test_signatures_that_no_longer_hold_are_no_way_back():
    page = release(making.info(), 1)
    page = release(page, 2, body="<p>Second words.</p>")

    with pytest.raises(RefusedError, match="out of date"):
        back(page, 0, number=4000)


def test_a_tampered_revision_is_no_way_back():
    page = release(making.info(), 1)
    old = page.live_revision
    page = release(page, 2, body="<p>Second words.</p>")
    with transaction.atomic(), past_the_triggers():
        type(old).objects.filter(pk=old.pk).update(content=old.content | {"body": "<p>Poison.</p>"})

    with pytest.raises(RefusedError, match="not the text that was signed"):
        back(page, 0)


def test_what_a_page_type_asks_for_is_asked_again_before_a_rollback(monkeypatch):
    page = release(making.info(), 1)
    page = release(page, 2, body="<p>Second words.</p>")
    asked = []

    def problems(page, fingerprint):
        asked.append((page.body, fingerprint))
        return [Problem("Check", "It is not proved.")]

    monkeypatch.setattr(InfoPage, "sign_off_problems", problems)

    with pytest.raises(UnsettledError, match="not proved"):
        back(page, 0)

    first = Release.objects.filter(page_id=page.pk).order_by("number").first()
    assert asked == [("<p>Who checks our words.</p>", first.fingerprint)]
    assert Standing.objects.get(pk=page.pk).fingerprint != first.fingerprint


def test_what_shows_a_page_is_asked_before_it_goes_back(source, term, monkeypatch):
    release(source, 3, organisation="Another one")
    monkeypatch.setattr(TermPage, "sign_off_problems", lambda page, own: [Problem("Check", "It breaks.")])

    with pytest.raises(UnsettledError, match="It breaks"):
        back(source, 0)


def test_a_change_that_was_compared_with_another_text_is_not_released_after_a_rollback():
    page = release(making.info(), 1)
    page = release(page, 2, body="<p>Rest for 2 days.</p>")
    row = making.signed(making.edited(page, body="<p>Rest for 2 days, please.</p>"), follow=False)

    back(page, 0)
    with pytest.raises(StaleError, match="submit it again"):
        actions.release(submission=row, by=making.reviewer(), now=day(91))

    row.refresh_from_db()
    assert row.state == "void"


@pytest.mark.parametrize("who", ["editor", "superuser without the right", "nobody"])
def test_only_those_with_the_right_roll_back(who):
    page = release(making.info(), 1)
    entry = Release.objects.get(page_id=page.pk)
    by = {"editor": making.editor, "superuser without the right": making.user, "nobody": lambda: None}[who]()

    with pytest.raises(RefusedError):
        actions.roll_back(page=page, release_hash=entry.hash, by=by, now=LATER, reason="No")
