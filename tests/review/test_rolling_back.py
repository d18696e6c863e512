"""Back to an earlier signed text: at once, and never to a mixture that nobody has signed."""

from datetime import timedelta

import pytest
from django.db import transaction
from wagtail.models import Revision

from articles.models import InfoPage, SourcePage, TermPage
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
OLD, NEW = "<p>Old words.</p>", "<p>New words.</p>"
REST = "<p>Rest for 2 days.</p>"
WARNED = "<p>Rest for 2 days. Call an ambulance if you cannot breathe.</p>"


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


def back(page, place, number=90, *, by=None, reason="It was better"):
    """Roll a page back to one of its releases, by place in its ledger; None when that waits for a second person."""
    entry = Release.objects.filter(page_id=page.pk).order_by("number")[place]
    by = by or making.reviewer()
    return actions.roll_back(page=page, release_hash=entry.hash, by=by, now=day(number), reason=reason)


def back_by_two(page, place):
    """Roll a page back as two reviewers do it where safety text goes away."""
    assert back(page, place) is None
    return back(page, place)


@pytest.fixture(scope="module")
def made(made_once):
    """Pages with their releases: what most tests begin with."""
    with made_once():
        source = release(making.source(), 1)
        return {
            "source": source.pk,
            "term": release(making.term(sources=[source]), 2).pk,
            "page": release(making.info(body=OLD), 1).pk,
            "changed": release(release(making.info(body=OLD), 1), 2, body=NEW).pk,
            "with_warning": release(release(making.info(body=REST), 1), 2, body=WARNED).pk,
        }


@pytest.fixture
def source(made):
    return SourcePage.objects.get(pk=made["source"])


@pytest.fixture
def term(made):
    return TermPage.objects.get(pk=made["term"])


@pytest.fixture
def page(made):
    """A page with one release."""
    return InfoPage.objects.get(pk=made["page"])


@pytest.fixture
def changed(made):
    """A page with two releases, which differ in a word that hurts nobody."""
    return InfoPage.objects.get(pk=made["changed"])


@pytest.fixture
def with_warning(made):
    """A page to which its second release has added a warning."""
    return InfoPage.objects.get(pk=made["with_warning"])


def definition(term):
    return TermPage.objects.get(pk=term.pk).definition


def test_the_earlier_text_is_public_at_once(changed):
    first = Release.objects.filter(page_id=changed.pk).first()

    entry = back(changed, 0)

    assert (body(changed), entry.fingerprint, entry.kind) == (OLD, first.fingerprint, "rolled_back")
    assert entry.reviewed_on == first.reviewed_on
    assert not Standing.objects.get(pk=changed.pk).second_person_needed
    assert serving.fault_of(InfoPage.objects.get(pk=changed.pk)) is None


def test_a_withdrawn_page_comes_back(page):
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

    done = [
        actions.roll_back_together(releases=entries, by=making.reviewer(), now=day(90), reason="They were better")
        for _ in range(2)
    ]

    source.refresh_from_db()
    assert [len(entries) for entries in done] == [0, 2]
    assert (definition(term), source.organisation) == ("<p>An ache.</p>", "An organisation")
    assert serving.fault_of(TermPage.objects.get(pk=term.pk)) is None
    assert list(audit.use_faults()) == []


def test_what_others_show_goes_back_when_they_stand_as_they_stood(source, term):
    release(source, 3, organisation="Another one")

    back_by_two(source, 0)

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


def test_signatures_that_no_longer_hold_are_no_way_back(changed):
    with pytest.raises(RefusedError, match="out of date"):
        back(changed, 0, number=4000)


def test_a_tampered_revision_is_no_way_back(changed):
    old = Revision.objects.get(pk=Release.objects.filter(page_id=changed.pk).first().revision_id)
    with transaction.atomic(), past_the_triggers():
        type(old).objects.filter(pk=old.pk).update(content=old.content | {"body": "<p>Poison.</p>"})

    with pytest.raises(RefusedError, match="not the text that was signed"):
        back(changed, 0)


def test_what_a_page_type_asks_for_is_asked_again_before_a_rollback(changed, monkeypatch):
    asked = []

    def problems(page, fingerprint):
        asked.append((page.body, fingerprint))
        return [Problem("Check", "It is not proved.")]

    monkeypatch.setattr(InfoPage, "sign_off_problems", problems)

    with pytest.raises(UnsettledError, match="not proved"):
        back(changed, 0)

    first = Release.objects.filter(page_id=changed.pk).first()
    assert asked == [(OLD, first.fingerprint)]
    assert Standing.objects.get(pk=changed.pk).fingerprint != first.fingerprint


def test_what_shows_a_page_is_asked_before_it_goes_back(source, term, monkeypatch):
    release(source, 3, organisation="Another one")
    monkeypatch.setattr(TermPage, "sign_off_problems", lambda page, own: [Problem("Check", "It breaks.")])

    with pytest.raises(UnsettledError, match="It breaks"):
        back(source, 0)


def test_a_change_that_was_compared_with_another_text_is_not_released_after_a_rollback(changed):
    row = making.signed(making.edited(changed, body="<p>Newer words.</p>"), follow=False)

    back(changed, 0)
    with pytest.raises(StaleError, match="submit it again"):
        actions.release(submission=row, by=making.reviewer(), now=day(91))

    row.refresh_from_db()
    assert row.state == "void"


def body(page):
    return InfoPage.objects.get(pk=page.pk).body


def test_one_reviewer_brings_a_warning_back_at_once_and_a_second_person_looks_afterwards(with_warning):
    page, one, other = release(with_warning, 3, body=REST), making.reviewer(), making.reviewer()

    back(page, 1, by=one)

    assert body(page) == WARNED
    assert Standing.objects.get(pk=page.pk).second_person_needed
    with pytest.raises(RefusedError, match="somebody else"):
        actions.confirm(page=page, by=one, now=day(91))
    actions.confirm(page=page, by=other, now=day(91))
    assert not Standing.objects.get(pk=page.pk).second_person_needed
    with pytest.raises(RefusedError, match="Nothing about this page waits"):
        actions.confirm(page=page, by=other, now=day(91))


def test_two_reviewers_with_two_reasons_take_a_warning_away(with_warning):
    one, other = making.reviewer(), making.reviewer()
    with pytest.raises(RefusedError, match="Say why"):
        back(with_warning, 0, by=one, reason="  ")

    assert back(with_warning, 0, by=one, reason="It frightens people") is None
    assert body(with_warning) == WARNED
    with pytest.raises(RefusedError, match="A second reviewer has to agree"):
        back(with_warning, 0, by=one, reason="It does")
    entry = back(with_warning, 0, by=other, reason="It stands in the guide")

    assert body(with_warning) == REST
    names = [who.credentials.get().name for who in (one, other)]
    assert entry.summary == (f"Rolled back by {names[0]}: It frightens people. And {names[1]}: It stands in the guide.")
    assert not Standing.objects.get(pk=with_warning.pk).second_person_needed


def test_whoever_agrees_a_second_time_is_told_that_it_is_done(with_warning):
    back_by_two(with_warning, 0)

    with pytest.raises(RefusedError, match="Readers see this text already"):
        back(with_warning, 0)


def test_withdrawing_first_is_no_way_round_the_second_reviewer(with_warning):
    one = making.reviewer()
    actions.withdraw(page=with_warning, by=one, now=day(3), reason="A fault")

    assert back(with_warning, 0, by=one) is None
    assert not InfoPage.objects.get(pk=with_warning.pk).live
    back(with_warning, 1, by=one)
    assert Standing.objects.get(pk=with_warning.pk).second_person_needed


def test_what_was_asked_long_ago_or_about_another_text_is_asked_again(with_warning):
    assert back(with_warning, 0, number=90) is None
    assert back(with_warning, 0, number=93) is None
    release(with_warning, 94, body=WARNED.replace("2", "3"))

    assert back(with_warning, 0, number=94) is None
    assert "3 days" in body(with_warning)


@pytest.mark.parametrize("who", ["its author", "without a registration", "with the same registration"])
def test_the_second_reviewer_is_independent(with_warning, who):
    one = making.reviewer()
    assert back(with_warning, 0, by=one) is None
    if who == "its author":
        other, said = with_warning.owner, "contributed"
        other.groups.add(one.groups.get())
    elif who == "without a registration":
        other, said = making.reviewer(credential=False), "not on record"
    else:
        other, said = making.reviewer(credential=False), "two different registrations"
        same = {name: getattr(one.credentials.get(), name) for name in ("name", "profession", "body", "number")}
        actions.record_credential(holder=other, by=making.keeper(), now=NOW, valid_until=day(900).date(), **same)

    with pytest.raises(RefusedError, match=said):
        back(with_warning, 0, by=other)
    assert body(with_warning) == WARNED


def test_what_is_milder_for_those_who_read_another_page_needs_two(source, term, monkeypatch):
    release(term, 3, definition="<p>Other words.</p>")
    monkeypatch.setattr(TermPage, "sign_off_problems", lambda page, own: [])
    monkeypatch.setattr(TermPage, "milder_groups", lambda page: ["Some are told to stay at home."])

    assert back(term, 0) is None
    assert definition(term) == "<p>Other words.</p>"
    assert back(term, 0) is not None


@pytest.mark.parametrize("who", ["editor", "superuser without the right", "nobody"])
def test_only_those_with_the_right_roll_back(page, who):
    entry = Release.objects.get(page_id=page.pk)
    by = {"editor": making.editor, "superuser without the right": making.user, "nobody": lambda: None}[who]()

    with pytest.raises(RefusedError):
        actions.roll_back(page=page, release_hash=entry.hash, by=by, now=LATER, reason="No")
