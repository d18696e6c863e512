"""Who gets a different answer: shown to those who sign, and refused without two reasons when it is milder."""

import pytest
from django.utils import timezone

from articles.models import CareRulePage
from review import actions, demo, going_back
from review.doors import RefusedError
from review.evidence import Case, check_milder
from review.models import Event, Release, SignOff, Standing
from triage import approval, changes
from triage.models import ApprovalRun


@pytest.fixture
def people(mini, monkeypatch):
    # a rule is made milder here on purpose; what the proofs and the stories say of it is tested elsewhere
    monkeypatch.setattr(approval, "CHECKS", {})
    return demo.make_people()


def in_review(page, people, change):
    """Submit a page with a change."""
    draft = page.get_latest_revision_as_object()
    change(draft)
    draft.save_revision(user=people.author)
    return actions.submit(page=page, by=people.author, now=timezone.now(), follow=False)


def reword(draft):
    draft.audience += " It says so."


def lose_the_swollen_leg(draft):
    draft.rules = [("rule", item.value) for item in draft.rules if item.value.code != "T-SWOLLEN"]


def sign(row, by, why=""):
    return actions.sign_off(submission=row, by=by, now=timezone.now(), demonstration=True, why_milder=why)


def test_other_words_change_nobodys_answer(mini, people):
    row = in_review(mini, people, reword)

    change = changes.change_of(mini.get_latest_revision_as_object())
    assert change.sentence == "Nobody gets a different answer."
    assert changes.milder_groups(mini.get_latest_revision_as_object()) == []
    for reviewer in people.reviewers:
        sign(row, reviewer)
    actions.release(submission=row, by=people.reviewer, now=timezone.now())


def test_who_is_told_something_milder_is_shown_first_with_an_example(mini, people):
    draft = mini.get_latest_revision_as_object()
    lose_the_swollen_leg(draft)

    change = changes.change_of(draft)
    kind, _, groups = changes.by_direction(change.details["groups"])[0]

    assert kind == "milder"
    assert groups[0]["told"] == "“Be seen by a doctor today” becomes “Look after it at home”"
    assert "Is one calf or leg newly bigger than the other?" in groups[0]["words"]
    assert groups[0]["example"]["swelling"] in {"yes", "unsure"}
    assert "told something milder" in change.sentence


def test_a_comparison_is_made_once_for_the_same_two_texts(mini, people):
    draft = mini.get_latest_revision_as_object()
    lose_the_swollen_leg(draft)

    first, again = changes.change_of(draft), changes.change_of(draft)

    assert first.pk == again.pk
    assert ApprovalRun.objects.filter(name=changes.NAME, page_id=mini.pk).count() == 1


def test_nobody_signs_what_becomes_milder_without_a_written_reason(mini, people):
    row = in_review(mini, people, lose_the_swollen_leg)

    with pytest.raises(RefusedError, match="Some people are told something milder: Check “mini”"):
        sign(row, people.reviewer)
    with pytest.raises(RefusedError, match="Write why that is safe"):
        sign(row, people.reviewer, "  ")
    assert not SignOff.objects.filter(submission_id=row.pk).exists()


def test_reasons_are_kept_in_the_sign_off_and_stand_in_the_ledger(mini, people):
    row = in_review(mini, people, lose_the_swollen_leg)
    for number, reviewer in enumerate(people.reviewers):
        sign(row, reviewer, f"Reason {number}.")
    actions.release(submission=row, by=people.reviewer, now=timezone.now())

    kept = SignOff.objects.filter(submission_id=row.pk)
    assert [one.why_milder for one in kept] == ["Reason 0.", "Reason 1."]
    assert all(one.hash == one.computed_hash() for one in kept)
    assert "becomes “Look after it at home”" in kept[0].checklist[-1]["groups"][0]
    assert [one["why_milder"] for one in Release.objects.filter(page_id=mini.pk).last().signers] == [
        "Reason 0.", "Reason 1.",
    ]  # fmt: skip


def test_a_rule_counts_for_every_protocol_that_shows_it(mini, people):
    def weaken(draft):
        draft.disposition = "self_care"

    row = in_review(CareRulePage.objects.get(code="T-SWOLLEN"), people, weaken)

    with pytest.raises(RefusedError, match="Check “mini”, “Be seen by a doctor today” becomes"):
        sign(row, people.reviewer)
    sign(row, people.reviewer, "It is written.")
    row.refresh_from_db()
    assert row.signers_needed == 2


def test_the_release_asks_again(mini, people):
    row = in_review(mini, people, reword)
    signed = [sign(row, reviewer) for reviewer in people.reviewers]
    case = Case(mini, row.fingerprint, row.content_hash, signed)

    check_milder(case, [])
    with pytest.raises(RefusedError, match="needs two signatures, each with a written reason"):
        check_milder(case, ["Somebody is told something milder."])
    with pytest.raises(RefusedError):
        check_milder(Case(mini, row.fingerprint, row.content_hash, signed[:1]), ["Somebody."])


def test_one_reviewer_brings_a_rule_back_and_two_take_it_away_again(mini, people):
    row = in_review(mini, people, lose_the_swollen_leg)
    for reviewer in people.reviewers:
        sign(row, reviewer, "It is written.")
    actions.release(submission=row, by=people.reviewer, now=timezone.now())
    strict, milder = Release.objects.filter(page_id=mini.pk).order_by("number")

    def back(entry, by):
        return actions.roll_back(page=mini, release_hash=entry.hash, by=by, now=timezone.now(), reason="It was better.")

    assert back(strict, people.reviewers[0]) is not None
    assert Standing.objects.get(pk=mini.pk).second_person_needed
    assert back(milder, people.reviewers[0]) is None
    asked = Event.objects.get(what=going_back.ASKED)
    assert "becomes “Look after it at home”" in asked.data["milder"][0]
    assert back(milder, people.reviewers[1]) is not None


def test_what_was_not_decided_counts_as_milder(mini, people, monkeypatch):
    from triage.engine import compare  # noqa: PLC0415

    draft = mini.get_latest_revision_as_object()
    lose_the_swollen_leg(draft)
    monkeypatch.setattr(compare.Prover, "possible", lambda self, literals: None)

    found = changes.milder_groups(draft)

    assert found
    assert all("not decided" in one for one in found)
