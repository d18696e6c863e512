"""From draft to public and back: who may, what holds, what is refused."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from review import actions
from review.actions.signing import StaleError
from review.actions.submitting import ProblemsError
from review.doors import RefusedError
from review.enums import ChangeClass, PublicState, State
from review.fingerprint import fingerprint
from review.models import Event, SignOff, Standing, Submission
from tests.review import making
from tests.review.making import LATER, NOW

pytestmark = pytest.mark.django_db


def test_a_signed_text_becomes_public_as_it_was_signed():
    page = making.info()
    row = making.signed(page)

    entry = actions.release(submission=row, by=making.reviewer(credential=False), now=NOW)

    page.refresh_from_db()
    standing = Standing.objects.get(pk=page.pk)
    assert (page.live, page.live_revision_id) == (True, row.revision_id)
    assert fingerprint(type(page).objects.get(pk=page.pk)) == row.fingerprint == entry.fingerprint
    assert (standing.state, standing.release_hash) == (PublicState.RELEASED, entry.hash)
    assert Submission.objects.get(pk=row.pk).state == State.RELEASED


def test_release_publishes_the_signed_revision_not_the_latest():
    page = making.info(body="<p>Signed words.</p>")
    row = making.signed(page)
    Submission.objects.filter(pk=row.pk).update(state=State.WITHDRAWN)
    page.body = "<p>Later words.</p>"
    page.save_revision(user=page.owner)
    Submission.objects.filter(pk=row.pk).update(state=State.SIGNED)

    actions.release(submission=row, by=making.reviewer(credential=False), now=NOW)

    page.refresh_from_db()
    assert page.body == "<p>Signed words.</p>"
    assert page.has_unpublished_changes


def test_submit_refuses_a_draft_with_faults():
    page = making.info()
    page.search_description = "Too short."
    page.save_revision(user=page.owner, clean=False)

    with pytest.raises(ProblemsError) as refused:
        making.submitted(page)

    assert [p.field for p in refused.value.problems] == ["search_description"]
    assert not Submission.objects.filter(page_id=page.pk).exists()


def test_submit_refuses_a_stranger():
    page = making.info()

    with pytest.raises(RefusedError, match="who may edit"):
        making.submitted(page, by=making.user())


def test_submit_refuses_a_page_in_review():
    page = making.info()
    making.submitted(page)

    with pytest.raises(RefusedError, match="in review already"):
        making.submitted(page)


@pytest.mark.parametrize("role", ["owner", "helper", "submitter"])
def test_nobody_signs_what_they_had_a_hand_in(role):
    author, helper, submitter = (making.reviewer(), making.reviewer(), making.reviewer())
    for person in (author, helper, submitter):
        person.is_superuser = True
        person.save()
    page = making.info(by=author)
    page.body = "<p>Mended words.</p>"
    page.save_revision(user=helper)
    row = making.submitted(page, by=submitter)
    person = {"owner": author, "helper": helper, "submitter": submitter}[role]

    with pytest.raises(RefusedError, match="contributed"):
        actions.sign_off(submission=row, by=person, now=NOW, answers=making.all_yes(page))


def test_an_unknown_contributor_makes_nobody_independent():
    page = making.info()
    page.body = "<p>From nowhere.</p>"
    page.save_revision()
    row = making.submitted(page)

    with pytest.raises(RefusedError, match="not known who"):
        actions.sign_off(submission=row, by=making.reviewer(), now=NOW, answers=making.all_yes(page))


@pytest.mark.parametrize("fault", ["none", "expired", "revoked", "no permission", "inactive"])
def test_signing_needs_permission_and_a_valid_credential(fault):
    page = making.info()
    row = making.submitted(page)
    person = making.reviewer(
        credential=fault != "none",
        valid_until=NOW.date() - timedelta(days=1) if fault == "expired" else date(2030, 1, 1),
    )
    if fault == "revoked":
        actions.revoke_credential(credential=person.credentials.get(), by=making.keeper(), now=NOW, reason="Struck off")
    if fault == "no permission":
        person.groups.clear()
        person = type(person).objects.get(pk=person.pk)
    if fault == "inactive":
        person.is_active = False

    with pytest.raises(RefusedError):
        actions.sign_off(submission=row, by=person, now=NOW, answers=making.all_yes(page))

    assert SignOff.objects.filter(submission_id=row.pk).count() == 0


def test_a_safety_change_needs_two_different_signers():
    page = making.info(body="<p>Rest for 2 days.</p>")
    row = making.submitted(page)
    first = making.reviewer()
    actions.sign_off(submission=row, by=first, now=NOW, answers=making.all_yes(page))
    row.refresh_from_db()

    assert (row.change_class, row.signers_needed, row.state) == (ChangeClass.SAFETY, 2, State.IN_REVIEW)
    with pytest.raises(RefusedError, match="signed this already"):
        actions.sign_off(submission=row, by=first, now=NOW, answers=making.all_yes(page))
    with pytest.raises(RefusedError, match="cannot be released"):
        actions.release(submission=row, by=first, now=NOW)


def test_one_registration_does_not_sign_twice():
    page = making.info(body="<p>Rest for 2 days.</p>")
    row = making.submitted(page)
    first, second = making.reviewer(), making.reviewer(credential=False)
    known = first.credentials.get()
    actions.record_credential(
        holder=second, by=making.keeper(), now=NOW, name="Same person", profession="Doctor", body=known.body,
        number=known.number, valid_until=date(2030, 1, 1),
    )  # fmt: skip
    actions.sign_off(submission=row, by=first, now=NOW, answers=making.all_yes(page))

    with pytest.raises(RefusedError, match="two different registrations"):
        actions.sign_off(submission=row, by=second, now=NOW, answers=making.all_yes(page))


def test_a_raised_class_needs_its_signers_and_never_falls():
    page = making.released(making.info(title="Words of ours"))
    page = making.edited(page, seo_title="Other words")
    row = making.submitted(page)
    actions.raise_class(submission=row, by=page.owner, now=NOW, change_class=ChangeClass.SAFETY)
    row.refresh_from_db()

    assert (row.change_class, row.signers_needed) == (ChangeClass.SAFETY, 2)
    with pytest.raises(RefusedError, match="never lowered"):
        actions.raise_class(submission=row, by=page.owner, now=NOW, change_class=ChangeClass.WORDING)


def test_a_checklist_with_an_open_question_is_refused():
    page = making.info()
    row = making.submitted(page)
    answers = making.all_yes(page)
    answers.popitem()

    with pytest.raises(RefusedError, match="Not answered with yes"):
        actions.sign_off(submission=row, by=making.reviewer(), now=NOW, answers=answers)


def test_the_reviewer_signs_what_they_saw():
    page = making.info()
    row = making.submitted(page)

    with pytest.raises(RefusedError, match="another text"):
        actions.sign_off(submission=row, by=making.reviewer(), now=NOW, fingerprint="0" * 64, answers={})


def test_a_byte_changed_after_submission_voids_it(on_postgresql):
    page = making.info()
    row = making.submitted(page)
    revision = page.get_latest_revision()
    revision.content["body"] += " "
    type(revision).objects.filter(pk=revision.pk).update(content=revision.content)

    with pytest.raises(StaleError):
        actions.sign_off(submission=row, by=making.reviewer(), now=NOW, answers=making.all_yes(page))

    assert Submission.objects.get(pk=row.pk).state == State.VOID


def test_a_demonstration_credential_signs_demonstrations_only():
    page = making.info()
    row = making.submitted(page)
    person = making.reviewer(credential=False)
    making.give_credential(person, demonstration=True)

    with pytest.raises(RefusedError, match="demonstration"):
        actions.sign_off(submission=row, by=person, now=NOW, answers=making.all_yes(page))
    signed = actions.sign_off(submission=row, by=person, now=NOW, demonstration=True)

    assert signed.demonstration
    assert "No clinician has checked" in signed.statement


def test_needs_local_signoff_until_only_real_people_have_signed():
    page = making.info()
    assert page.needs_local_signoff

    page = making.released(page)

    assert not page.needs_local_signoff
    assert [s["profession"] for s in page.review_facts.signers] == ["General practitioner"] * len(
        page.review_facts.signers
    )


def test_changes_are_requested_with_a_reason_and_the_page_is_free_again():
    page = making.info()
    row = making.submitted(page)
    person = making.reviewer()
    with pytest.raises(RefusedError, match="has to change"):
        actions.request_changes(submission=row, by=person, now=NOW, reason=" ")

    actions.request_changes(
        submission=row, by=person, now=NOW, reason="See below", blocks=[{"block": "body", "reason": "Who?"}]
    )

    event = Event.objects.get(submission_id=row.pk, what="changes requested")
    assert event.data["blocks"] == [{"block": "body", "reason": "Who?"}]
    assert making.submitted(making.edited(page, body="<p>We do.</p>")).state == State.IN_REVIEW


def test_who_declines_does_not_sign():
    page = making.info()
    row = making.submitted(page)
    person = making.reviewer()

    actions.decline(submission=row, by=person, now=NOW, reason="My sister wrote the study")

    with pytest.raises(RefusedError, match="declined"):
        actions.sign_off(submission=row, by=person, now=NOW, answers=making.all_yes(page))


def test_taken_out_of_review_it_cannot_be_signed():
    page = making.info()
    row = making.submitted(page)
    actions.withdraw_from_review(submission=row, by=page.owner, now=NOW)

    with pytest.raises(RefusedError, match="not in review"):
        actions.sign_off(submission=row, by=making.reviewer(), now=NOW, answers=making.all_yes(page))


def test_withdraw_takes_a_page_off_at_once_and_asks_for_a_second_person():
    page = making.released(making.info(body="<p>Rest for 2 days.</p>"))
    person, other = making.reviewer(), making.reviewer()

    entry = actions.withdraw(page=page, by=person, now=LATER, reason="A fault")

    page.refresh_from_db()
    assert (page.live, entry.kind, entry.summary) == (False, "withdrawn", "A fault")
    assert Standing.objects.get(pk=page.pk).second_person_needed
    with pytest.raises(RefusedError, match="somebody else"):
        actions.confirm(page=page, by=person, now=LATER)
    actions.confirm(page=page, by=other, now=LATER)
    assert not Standing.objects.get(pk=page.pk).second_person_needed


def test_a_wording_change_does_not_move_the_review_date():
    page = making.released(making.info())
    row = making.submitted(making.edited(page, seo_title="Other words"), by=page.owner)
    later = NOW + timedelta(days=100)
    assert row.change_class == ChangeClass.WORDING
    actions.sign_off(submission=row, by=making.reviewer(), now=later, answers=making.all_yes(page))

    entry = actions.release(submission=row, by=making.reviewer(credential=False), now=later)

    assert entry.reviewed_on == NOW.date()


def test_a_review_without_change_moves_the_review_date():
    page = making.released(making.info())
    row = actions.submit(page=making.edited(page), by=page.owner, now=LATER)
    later = NOW + timedelta(days=100)
    actions.sign_off(submission=row, by=making.reviewer(), now=later, answers=making.all_yes(page))

    entry = actions.release(submission=row, by=making.reviewer(credential=False), now=later)

    assert (entry.reviewed_on, entry.summary) == (later.date(), "Reviewed again; nothing changed.")


def test_release_counts_signatures_itself():
    page = making.info()
    row = making.submitted(page)
    Submission.objects.filter(pk=row.pk).update(state=State.SIGNED)

    with pytest.raises(RefusedError, match="not signed"):
        actions.release(submission=row, by=making.reviewer(), now=NOW)


@pytest.mark.parametrize("action", ["withdraw", "roll_back", "release"])
def test_only_those_with_the_right_decide(action):
    page = making.released(making.info())
    stranger = making.editor()
    calls = {
        "withdraw": lambda: actions.withdraw(page=page, by=stranger, now=LATER, reason="No"),
        "roll_back": lambda: actions.roll_back(page=page, release_hash="x", by=stranger, now=LATER, reason="No"),
        "release": lambda: actions.release(submission=1, by=stranger, now=LATER),
    }

    with pytest.raises(PermissionDenied):
        calls[action]()


@pytest.mark.parametrize("who", ["superuser", "administrator", "holder", "reviewer"])
def test_credentials_are_kept_by_their_keepers(who):
    person = making.reviewer(credential=False)
    by = {
        "superuser": making.superuser,
        "administrator": lambda: making.user("Administrators"),
        "holder": lambda: person,
        "reviewer": making.reviewer,
    }[who]()

    with pytest.raises(RefusedError):
        actions.record_credential(
            holder=person, by=by, now=NOW, name="Me", profession="Doctor", body="B", number="1",
            valid_until=date(2030, 1, 1),
        )  # fmt: skip
