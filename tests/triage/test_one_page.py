"""What a protocol says, on one page: for its reviewers, and with the release for professionals."""

import csv
import io
import json

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from triage import actions, artefacts, one_page
from triage.drafts import check_of


@pytest.fixture
def page(mini_draft):
    return one_page.one_page(check_of(mini_draft), {"covered": 3, "not covered": ["rule:CR1", "option:swelling.yes"]})


def test_every_urgency_has_its_complete_list(page):
    lines = {level["key"]: [line for group in level["by_rule"] for line in group["lines"]] for level in page["levels"]}

    assert list(lines) == ["emergency_now", "same_day", "self_care"]
    assert len(lines["emergency_now"]) == 4
    assert len(lines["same_day"]) == 1
    assert lines["self_care"] == ["none of the lines on this page holds"]


def test_every_answer_has_its_mildest_and_its_most_urgent_result(page):
    ends = {(row["question"], row["answer"]): (row["low"]["key"], row["high"]["key"]) for row in page["answers"]}

    assert ends["Do you have any of these right now?", "New trouble breathing"] == ("emergency_now", "emergency_now")
    assert ends["Do you have any of these right now?", "None of these"] == ("self_care", "same_day")
    assert ends["Do you have any of these right now?", "Not sure"] == ("same_day", "same_day")
    assert ends["Is one calf or leg newly bigger than the other?", "Yes"][0] == "same_day"


def test_what_no_story_exercises_is_said_in_words(page):
    assert page["covered"]["met"] == 3
    assert page["covered"]["missing"][0].startswith("rule CR1")
    assert page["covered"]["missing"][1] == "answer “Yes” to “Is one calf or leg newly bigger than the other?”"


def test_the_table_holds_no_formula(page):
    page["levels"][0]["by_rule"][0]["lines"][0] = '=HYPERLINK("http://evil.example")'

    rows = list(csv.reader(io.StringIO(one_page.as_csv(page))))

    assert rows[1][2].startswith("'=HYPERLINK")
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == 1 + 4 + 1 + 1 + len(page["answers"])


def test_it_is_published_with_the_release_and_made_only_there(
    protocols, client, monkeypatch, django_assert_num_queries
):
    actions.write_artefacts()
    monkeypatch.setattr(one_page, "one_page", None)  # whoever asks now must not compute anything

    with django_assert_num_queries(0):
        shown = client.get(reverse("triage:says", args=["calf"]))
        table = client.get(reverse("triage:says-table", args=["calf"]))

    html = shown.content.decode()
    check = artefacts.shelf().current("calf")
    assert all(rule.code in html for rule in check.machine.protocol.rules if rule.code in str(one_page.kept(check)))
    assert "<svg" in html
    assert table["Content-Type"].startswith("text/csv")
    assert len(table.content.decode().splitlines()) > 100


def test_a_page_of_another_release_is_never_shown(released):
    check = released.current("calf")
    path = artefacts.folder() / f"{check.hash}{one_page.SUFFIX}"
    path.write_text(json.dumps({"of": "another", "levels": [], "answers": []}))

    assert one_page.kept(check) is None


def test_pages_of_releases_that_are_gone_are_removed(released):
    old = artefacts.folder() / f"old{one_page.SUFFIX}"
    old.write_text("{}")

    one_page.tidy([released.current("calf").hash])

    assert not old.exists()


def test_those_who_sign_see_it_of_the_draft(mini_draft, client):
    client.force_login(get_user_model().objects.create_superuser("chief", "chief@example.org", "x"))
    address = reverse("triage_admin:says", args=[mini_draft.pk])

    assert "What each answer can lead to" in client.get(address).content.decode()
    assert client.get(address, {"csv": ""})["Content-Disposition"].startswith("attachment")
