import pytest
from django.utils import timezone

from review import actions as review_actions
from review.doors import RefusedError
from review.settled import UnsettledError
from tests.triage.vignettes.conftest import accept, judged, write
from triage import approval
from triage.models import Story
from triage.models.approval import Status
from triage.vignettes.check import told_text


def outcome(page):
    text, _ = judged(page)
    return told_text(text)


def test_the_starter_stories_let_the_starter_protocols_pass(protocols):
    found = outcome(protocols["calf"])

    assert (found.status, found.details["open"]) == (Status.PASSED, [])
    assert found.details["counting"] == found.details["stories"] > 200


def test_without_a_story_of_somebody_else_nothing_is_signed(calf_page, people):
    Story.objects.update(state="retired")
    write(calf_page, people.author)

    found = outcome(calf_page)

    assert (found.status, found.details["stories"], found.details["counting"]) == (Status.FAILED, 1, 0)
    assert "somebody other" in found.sentence


def test_a_milder_emergency_is_accepted_by_nobody(calf_page, people):
    write(calf_page, people.reviewer, gold="emergency_now")

    assert outcome(calf_page).status == Status.FAILED
    assert (
        "too risky: “Be seen by a doctor today” instead of “Call an ambulance now”; nobody can accept this"
        in outcome(calf_page).sentence
    )
    with pytest.raises(RefusedError, match="accepted by nobody"):
        accept(calf_page, "a-story", people.reviewer_2)


def test_forbidden_advice_in_an_emergency_is_accepted_by_nobody(calf_page, people):
    write(calf_page, people.reviewer, gold="emergency_now", facts={"breathless": "true"}, must_not_advise=["waiting"])

    row = next(row for row in judged(calf_page)[1].rows if row.story.code == "a-story")
    assert (row.told.violations, row.told.is_barred) == (("waiting",), True)


def test_another_miss_needs_a_reason_by_name_for_exactly_this_text(calf_page, people):
    write(calf_page, people.reviewer, gold="self_care")
    assert outcome(calf_page).status == Status.FAILED

    accept(calf_page, "a-story", people.reviewer_2)

    found = outcome(calf_page)
    assert found.status == Status.PASSED
    assert found.details["accepted"] == [
        {"story": "a-story", "what": "too cautious: “Be seen by a doctor today” instead of “Look after it at home”",
         "reason": "The guideline leaves this open.", "by": people.reviewer_2.get_full_name()}
    ]  # fmt: skip
    draft = calf_page.get_latest_revision_as_object()
    draft.safety_net += " Call us."
    draft.save_revision(user=people.author)
    assert outcome(calf_page).status == Status.FAILED


@pytest.mark.parametrize(
    ("who", "reason", "words"),
    [("author", "It is fine so.", "reviewer"), ("reviewer", "ok", "sentence"), ("admin", "It is fine so.", "reviewer")],
)
def test_who_may_not_accept(calf_page, people, who, reason, words):
    write(calf_page, people.reviewer, gold="self_care")

    with pytest.raises(RefusedError, match=words):
        accept(calf_page, "a-story", getattr(people, who), reason)


def test_a_reviewer_who_wrote_the_protocol_accepts_nothing(calf_page, people):
    write(calf_page, people.reviewer_2, gold="self_care")
    calf_page.get_latest_revision_as_object().save_revision(user=people.reviewer)

    with pytest.raises(RefusedError, match="written a part of this protocol"):
        accept(calf_page, "a-story", people.reviewer)


def test_a_story_that_right_words_are_missing_from_is_a_miss(calf_page, people):
    write(calf_page, people.reviewer, must_mention="clot|DVT\nunicorn")

    assert "not mentioned: unicorn" in outcome(calf_page).sentence


def test_a_story_that_the_protocol_cannot_run_is_a_miss(calf_page, people):
    write(calf_page, people.reviewer, facts={"unicorn": "true"})

    assert "not run: there is no finding 'unicorn'" in outcome(calf_page).sentence


def test_stories_of_the_authors_are_run_but_cover_nothing(calf_page, people):
    facts = {"cough_blood": "true"}
    write(calf_page, people.author, gold="emergency_now", facts=facts)
    assert "option:danger.cough_blood" in judged(calf_page)[1].coverage.missing

    write(calf_page, people.reviewer, code="another", gold="emergency_now", facts=facts)
    assert "option:danger.cough_blood" in judged(calf_page)[1].coverage.met


def test_a_changed_story_is_told_again_and_stops_the_sign_off(calf_page, people, monkeypatch):
    monkeypatch.delitem(approval.CHECKS, "proofs")
    draft = calf_page.get_latest_revision_as_object()
    draft.audience += " It says so."
    draft.save_revision(user=people.author)
    row = review_actions.submit(page=calf_page, by=people.author, now=timezone.now(), follow=False)
    before = approval.held(judged(calf_page)[0])["stories"]

    write(calf_page, people.reviewer, gold="emergency_now")

    assert before.status == Status.PASSED
    assert "stories" not in approval.held(judged(calf_page)[0])
    with pytest.raises(UnsettledError, match="nobody can accept this"):
        review_actions.sign_off(submission=row, by=people.reviewer, now=timezone.now(), demonstration=True)


def test_each_missing_goal_has_a_ready_made_draft(calf_page, people):
    found = judged(calf_page)[1]

    proposals = {one.goal: one for one in found.proposals(["rule:CR5", "option:danger.cough_blood"])}

    assert proposals["option:danger.cough_blood"].facts == {"cough_blood": True}
    assert proposals["option:danger.cough_blood"].says_now == "emergency_now"
    assert set(proposals) == {"rule:CR5", "option:danger.cough_blood"}
