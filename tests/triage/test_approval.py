"""What must have passed before a protocol is signed."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from articles.models import CareRulePage, TermPage
from review import actions, demo, doors, overlay
from review.doors import RefusedError
from review.models import SignOff
from review.settled import UnsettledError
from triage import approval
from triage.models import ApprovalRun
from triage.models.approval import Status


@pytest.fixture
def people(mini, monkeypatch):
    # the other checks have tests of their own
    monkeypatch.setattr(approval, "CHECKS", {"proofs": "triage.proofs.prove_text"})
    return demo.make_people()


def test_every_starter_protocol_was_released_with_proofs_that_were_followed_step_by_step(protocols):
    for page in protocols.values():
        run = ApprovalRun.objects.filter(page_id=page.pk, name="proofs").first()

        assert run.status == Status.PASSED
        assert len(run.details["certificate"]) == 64
        assert page.code == "mini" or run.details["statements"] > 500
        assert all(topic["open"] == topic["failed"] == 0 for topic in run.details["topics"])


def without_rule(page, code):
    """Save a draft without one of its rules."""
    draft = page.get_latest_revision_as_object()
    for place, item in enumerate(draft.rules):
        if item.value.code == code:
            del draft.rules[place]
            break
    draft.save_revision(user=demo.make_people().author)
    return draft


def reworded(page, people):
    """Save a draft with other words, and submit it."""
    draft = page.get_latest_revision_as_object()
    draft.audience += " It says so."
    draft.save_revision(user=people.author)
    return actions.submit(page=page, by=people.author, now=timezone.now(), follow=False)


def sign(row, people, *reviewers):
    for reviewer in reviewers:
        actions.sign_off(submission=row, by=reviewer, now=timezone.now(), demonstration=True)


def test_a_broken_protocol_cannot_be_submitted_and_the_reason_is_a_patient(mini, people):
    draft = without_rule(mini, "CR1")

    with pytest.raises(UnsettledError) as refused:
        actions.submit(page=mini, by=people.author, now=timezone.now(), follow=False)

    assert "Someone who says" in str(refused.value)
    row = approval.held(approval.Text(draft))["proofs"]
    assert row.status == Status.FAILED
    assert any(item["people"] for item in row.details["failures"])


def test_who_submits_in_the_editor_is_told_for_whom_it_goes_wrong(mini, people):
    draft = without_rule(mini, "CR1")

    with doors.hearing() as said, pytest.raises(UnsettledError):
        draft.get_workflow().start(draft, people.author)

    assert "Someone who says" in said[-1]


def test_what_passed_is_kept_for_exactly_this_text_and_run_once(mini, people):
    row = reworded(mini, people)
    sign(row, people, *people.reviewers)

    actions.release(submission=row, by=people.reviewer, now=timezone.now())

    runs = ApprovalRun.objects.filter(fingerprint=row.fingerprint, name="proofs")
    assert [run.status for run in runs] == [Status.PASSED]
    assert runs[0].code_version == approval.code_version()


@pytest.mark.parametrize("ended", [Status.NOT_PROVED, Status.FAILED])
def test_what_was_not_proved_is_never_signed(mini, people, monkeypatch, ended):
    row = reworded(mini, people)
    monkeypatch.setitem(approval.CHECKS, "late", "tests.triage.test_approval.ending")
    monkeypatch.setattr("tests.triage.test_approval.ENDED", ended)

    with pytest.raises(RefusedError, match="It says why"):
        sign(row, people, people.reviewer)

    assert not SignOff.objects.filter(submission_id=row.pk).exists()


ENDED = Status.PASSED


def ending(text):
    return approval.Outcome(ENDED, "It says why.")


def test_a_rule_is_not_signed_when_it_breaks_a_released_protocol(mini, people):
    rule = CareRulePage.objects.get(code="T-SWOLLEN")
    draft = rule.get_latest_revision_as_object()
    draft.disposition = "self_care"
    draft.save_revision(user=people.author)
    row = actions.submit(page=rule, by=people.author, now=timezone.now(), follow=False)

    with pytest.raises(UnsettledError, match="Check “mini”"):
        sign(row, people, people.reviewer)


def test_in_one_look_a_text_is_made_once_for_each_change_that_is_looked_at(mini):
    rule = CareRulePage.objects.get(code="T-SWOLLEN").get_latest_revision_as_object()
    rule.disposition = "self_care"
    word = TermPage.objects.live().first()
    with overlay.one_look():
        released = approval.made(mini)
        with overlay.showing({rule.pk: rule}):
            changed = approval.made(mini)
            assert approval.made(mini) is changed
        # what no check is made of makes no other text
        with overlay.showing({word.pk: word}):
            assert approval.made(mini) is released
        mini.audience += " It says so."
        assert approval.made(mini).fingerprint != released.fingerprint

    assert changed.source_hash != released.source_hash
    assert approval.made(mini) is not approval.made(mini), "outside of a look nothing is kept"


def test_a_signature_puts_each_check_that_is_concerned_together_once_a_look(mini, people, monkeypatch):
    made, rule = [], CareRulePage.objects.get(code="T-SWOLLEN")
    draft = rule.get_latest_revision_as_object()
    draft.why = "<p>In other words.</p>"
    draft.save_revision(user=people.author)
    row = actions.submit(page=rule, by=people.author, now=timezone.now(), follow=False)

    class Counted(approval.Text):
        def __init__(self, page, own=None):
            super().__init__(page, own)
            made.append((page.pk, self.source_hash))

    monkeypatch.setattr(approval, "Text", Counted)
    sign(row, people, people.reviewer)

    texts = [text for pk, text in made if pk == mini.pk]
    # before the transaction and inside of it; and once what readers have now, which it is compared with
    assert len(texts) == 3
    assert len(set(texts)) == 2


def test_records_are_never_changed(mini, people):
    reworded(mini, people)
    run = ApprovalRun.objects.first()
    run.status = Status.PASSED

    with pytest.raises(RefusedError):
        run.save()
    with pytest.raises(RefusedError):
        ApprovalRun.objects.filter(pk=run.pk).delete()
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE triage_approvalrun SET status = 'passed'")
