"""A guide says what its check says, or it is not submitted and the check is not signed."""

import json
from uuid import uuid4

import pytest

from articles.models import CareRulePage, GuidePage
from triage import approval, cards, techniques
from triage.models.approval import Status


@pytest.fixture
def guide(protocols):
    return GuidePage.objects.get(check_key="calf").get_latest_revision_as_object()


def with_cards(guide, change):
    """Change the list of rules on the first care card, as it is stored."""
    raw = json.loads(json.dumps(list(guide.body.raw_data)))
    blocks = [block for section in raw for block in section["value"]["content"]]
    change(next(block["value"]["rules"] for block in blocks if block["type"] == "care_card"))
    guide.body = json.dumps(raw)
    return guide


@pytest.mark.parametrize("key", ["calf", "pregnancy"])
def test_the_starter_guides_and_checks_agree(protocols, key):
    found = cards.agreed(approval.Text(protocols[key]))

    assert found.status == Status.PASSED, found.sentence
    assert found.details["cards"] > 10  # each guide has more rules than that
    assert techniques.agreed(approval.Text(protocols[key])).status == Status.PASSED


def test_a_guide_with_a_rule_that_its_check_does_not_know_is_not_submitted(guide):
    assert guide.content_problems() == []
    rule = CareRulePage.objects.get(code="PR1")
    with_cards(guide, lambda rules: rules.append({"type": "item", "value": rule.pk, "id": str(uuid4())}))

    (problem,) = guide.content_problems()

    assert "shows the rule PR1, which this check does not know" in str(problem)


def test_a_guide_that_leaves_out_an_emergency_is_not_submitted(guide):
    with_cards(guide, lambda rules: rules.pop(0))

    assert "No card shows CR1 " in str(guide.content_problems()[0])


def test_a_place_that_a_draft_leaves_empty_says_nothing_to_the_check(guide):
    with_cards(guide, lambda rules: rules.append({"type": "item", "value": None, "id": str(uuid4())}))

    assert "No card" not in str(guide.content_problems())
    with_cards(guide, lambda rules: rules.pop(0))
    assert "No card shows CR1 " in str(guide.content_problems())


def test_a_guide_to_no_check_is_not_asked(guide):
    guide.check_key = "nowhere"
    assert guide.content_problems() == []
    guide.check_key = ""
    assert guide.content_problems() == []


def test_a_changed_card_voids_what_was_recorded_for_the_check(protocols, monkeypatch):
    text = approval.Text(protocols["calf"])
    before = approval.besides("cards", text)
    monkeypatch.setattr(cards, "_chosen", lambda _guide: iter(()))

    assert approval.besides("cards", text) != before
