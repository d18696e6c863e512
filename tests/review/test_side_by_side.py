"""Pages that show each other: readers see only what somebody has seen and signed together."""

import pytest

from review import actions
from review.doors import RefusedError
from review.enums import State
from review.models import Standing, Submission
from tests.review import making
from tests.review.making import LATER, NOW

pytestmark = pytest.mark.django_db


def test_pages_that_show_each_other_are_released_together():
    source = making.source()
    term = making.term(sources=[source])
    first, second = making.submitted(source), making.submitted(term)
    for row, page in ((first, source), (second, term)):
        for person in (making.reviewer(), making.reviewer()):
            if Submission.objects.get(pk=row.pk).state == State.IN_REVIEW:
                actions.sign_off(submission=row, by=person, now=NOW, answers=making.all_yes(page))
    releaser = making.reviewer(credential=False)

    with pytest.raises(RefusedError, match="not released"):
        actions.release(submission=second, by=releaser, now=NOW)
    actions.release_together(submissions=[first, second], by=releaser, now=NOW)

    term.refresh_from_db()
    assert term.live


def test_a_change_is_reviewed_with_the_pages_that_show_it():
    source = making.released(making.source())
    term = making.released(making.term(sources=[source]))

    row = making.signed(making.edited(source, organisation="Another organisation"))
    actions.release(submission=row, by=making.reviewer(credential=False), now=NOW)

    assert row.touched == [term.pk]
    assert Standing.objects.get(pk=source.pk).touched == [term.pk]


def test_a_page_that_began_to_show_it_after_the_signature_must_be_seen_too():
    source = making.released(making.source())
    row = making.signed(making.edited(source, organisation="Another organisation"))
    making.released(making.term(sources=[source]))

    with pytest.raises(RefusedError, match="review the change again"):
        actions.release(submission=row, by=making.reviewer(credential=False), now=NOW)


def test_a_signature_on_something_that_changed_since_is_not_enough():
    source = making.released(making.source())
    waiting = making.signed(making.term(sources=[source]))
    making.released(making.edited(source, organisation="Another organisation"))

    with pytest.raises(RefusedError, match="has changed since it was signed"):
        actions.release(submission=waiting, by=making.reviewer(credential=False), now=NOW)


def test_two_changes_that_each_were_signed_beside_the_old_other_do_not_meet():
    source = making.released(making.source())
    term = making.released(making.term(sources=[source]))
    inside = making.signed(making.edited(source, organisation="Another organisation"))
    outside = making.signed(making.edited(term, definition="<p>Another ache.</p>"))
    releaser = making.reviewer(credential=False)

    actions.release(submission=outside, by=releaser, now=LATER)
    with pytest.raises(RefusedError, match=r"Soreness.*has changed since .*A guideline"):
        actions.release(submission=inside, by=releaser, now=LATER)


def test_nor_the_other_way_round():
    source = making.released(making.source())
    term = making.released(making.term(sources=[source]))
    inside = making.signed(making.edited(source, organisation="Another organisation"))
    outside = making.signed(making.edited(term, definition="<p>Another ache.</p>"))
    releaser = making.reviewer(credential=False)

    actions.release(submission=inside, by=releaser, now=LATER)
    with pytest.raises(RefusedError, match="has changed since it was signed"):
        actions.release(submission=outside, by=releaser, now=LATER)
