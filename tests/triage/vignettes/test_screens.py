import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.triage.vignettes.conftest import judged, write
from triage.models import AcceptedMiss, SecondOpinion, Story


def screen(client, page):
    return client.get(reverse("triage_admin:stories", args=[page.pk]))


@pytest.fixture
def reviewer(people, client):
    client.force_login(people.reviewer)
    return client


def test_the_screen_says_what_stands_in_the_way_and_takes_a_reason(calf_page, people, reviewer):
    write(calf_page, people.reviewer_2, gold="self_care")

    html = screen(reviewer, calf_page).content.decode()
    assert "too cautious: “Be seen by a doctor today” instead of “Look after it at home”" in html
    assert "no case has been judged twice yet" in html

    reviewer.post(
        reverse("triage_admin:accept-story", args=[calf_page.pk]),
        {"story": "a-story", "reason": "The guideline leaves this open."},
    )
    assert AcceptedMiss.objects.get().by_id == people.reviewer.pk
    assert judged(calf_page)[1].open == []


def test_one_click_makes_a_draft(calf_page, reviewer):
    goal = "option:danger.cough_blood"
    html = screen(reviewer, calf_page).content.decode()
    assert f'value="{goal}"' in html
    assert "Care rule CR2 “" in html
    assert '<th scope="row">Results</th><td>2</td><td>5</td>' in html

    answer = reviewer.post(reverse("triage_admin:draft-story", args=[calf_page.pk]), {"goal": goal})

    story = Story.objects.get(state="draft")
    assert answer["Location"] == reverse("patient_stories:edit", args=[story.pk])
    form = reviewer.get(answer["Location"]).content.decode()
    assert '<option value="cough_blood" selected>' in form


def form_of(page, **changes):
    data = {
        "code": "by-hand", "protocol": page.pk, "state": "active", "text": "A person with a thick leg.",
        "facts-TOTAL_FORMS": 1, "facts-INITIAL_FORMS": 0, "facts-MIN_NUM_FORMS": 0, "facts-MAX_NUM_FORMS": 1000,
        "facts-0-finding": "one_leg_swollen", "facts-0-state": "true", "facts-0-ORDER": 1, "gold": "same_day",
        "acceptable": ["ed_now"], "must_not_advise": ["massage"], "must_mention": "clot|DVT", "source": "NICE",
        "rationale": "It can be a clot.",
    }  # fmt: skip
    return data | changes


def test_a_story_is_written_in_the_form(calf_page, people, reviewer):
    answer = reviewer.post(reverse("patient_stories:add"), form_of(calf_page))

    assert answer.status_code == 302, answer.content.decode()
    story = Story.objects.get(code="by-hand")
    assert story.vignette().facts == {"one_leg_swollen": True}
    assert (story.acceptable, story.must_not_advise) == (["ed_now"], ["massage"])
    assert (story.people, story.authors) == ([people.reviewer.pk], people.reviewer.get_full_name())
    assert judged(calf_page)[1].open == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gold": ""}, "Say how soon"),
        ({"rationale": ""}, "Say why"),
        ({"acceptable": ["same_day"]}, "acceptable anyway"),
        ({"facts-0-finding": "unicorn"}, "Select a valid choice"),
    ],
)
def test_an_incomplete_story_does_not_become_active(calf_page, reviewer, change, words):
    answer = reviewer.post(reverse("patient_stories:add"), form_of(calf_page, **change))

    assert words in answer.content.decode()
    assert not Story.objects.filter(code="by-hand").exists()


def test_the_protocols_author_cannot_change_a_story_that_judges_it(calf_page, people, client):
    story = write(calf_page, people.reviewer)
    client.force_login(people.author)
    address = reverse("patient_stories:edit", args=[story.pk])

    answer = client.post(address, form_of(calf_page, code=story.code, gold="self_care", acceptable=[]))

    assert answer.status_code in {302, 403}
    story.refresh_from_db()
    assert story.gold == "same_day"


def test_nobody_deletes_a_story_and_keepers_see_none(calf_page, people, client):
    story = write(calf_page, people.reviewer)
    client.force_login(people.reviewer)
    assert client.post(reverse("patient_stories:delete", args=[story.pk])).status_code == 302
    assert Story.objects.filter(pk=story.pk).exists()
    client.post(reverse("triage_admin:retire-story", args=[story.pk]), {"reason": "Said twice."})
    assert Story.objects.get(pk=story.pk).retired_because == "Said twice."

    client.force_login(people.registrar)
    assert screen(client, calf_page).status_code in {302, 403}


def test_a_second_clinician_judges_without_seeing_the_level(calf_page, people, reviewer):
    Story.objects.update(state="retired")
    write(calf_page, people.reviewer_2)

    html = reviewer.get(reverse("triage_admin:judge")).content.decode()
    assert "One leg is thicker." in html
    assert "One leg or calf is newly swollen: is there" in html
    assert "CR11" not in html
    reviewer.post(reverse("triage_admin:judge"), {"story": "a-story", "level": "same_day"})

    assert SecondOpinion.objects.get().level == "same_day"
    assert "<strong>100%</strong> of 1 cases" in reviewer.get(reverse("triage_admin:judge")).content.decode()


def test_files_go_out_and_in_again_in_both_forms(calf_page, people, reviewer):
    export, take_in = (reverse(f"triage_admin:{name}", args=[calf_page.pk]) for name in ("story-export", "story-file"))
    ours, cases = reviewer.get(export), reviewer.get(export + "?form=itu")
    before = [(one["id"], one["facts"]) for one in ours.json()]
    mine = Story.objects.filter(code__in=[code for code, _ in before])
    assert {one["valuesToPredict"]["expectedTriageLevel"] for one in cases.json()} == {"EC", "PC"}

    theirs = cases.json()
    for one in theirs:
        del one["caseData"]["metaData"]["gaitway"]
    files = ((ours.content, "active"), (cases.content, "active"), (json.dumps(theirs).encode(), "draft"))
    for content, state in files:
        mine.delete()
        reviewer.post(take_in, {"file": SimpleUploadedFile("in.json", content)})
        assert {story.state for story in mine.all()} == {state}
        assert [(story.code, story.said()) for story in mine.order_by("code")] == before
    bad = reviewer.post(take_in, {"file": SimpleUploadedFile("in.json", json.dumps([{"id": "x"}]).encode())})
    assert (bad.status_code, "x.facts: must be a mapping" in bad.content.decode()) == (400, True)
