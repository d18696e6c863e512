"""Blocks check themselves as a whole, never in a draft; every one can be told apart and tried out in the picker."""

import inspect
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import get_template
from wagtail import blocks

from articles.blocks import base, conditions, guide, knowledge, previews, references
from articles.models import CareRulePage, CausePage, FindingPage, SourcePage
from review.problems import flatten

pytestmark = pytest.mark.django_db
OURS = sorted(
    {
        found
        for module in (base, conditions, guide, knowledge, references)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, blocks.Block)
        and found.__module__ == module.__name__
        and found is not base.CheckedStructBlock
    },
    key=lambda block: block.__name__,
)
AMOUNT = {"what": "Hold", "low": Decimal(20), "high": Decimal(30), "unit": "seconds", "vague": ""}


def cleaned(block: blocks.Block, value: Any) -> list[tuple[str, str]]:
    try:
        block.clean(block.normalize(value))
    except ValidationError as error:
        return list(flatten(error, "", block.normalize(value)))
    return []


@pytest.mark.parametrize("block", OURS, ids=lambda block: block.__name__)
def test_every_block_has_an_icon_and_says_what_it_is_for(block):
    meta = block._meta_class

    assert getattr(meta, "icon", "placeholder") != "placeholder"
    assert len(meta.description) > 20


def picked() -> list[blocks.Block]:
    return list(guide.ContentBlock().child_blocks.values())


@pytest.mark.parametrize("block", picked(), ids=lambda block: block.name)
def test_every_block_of_a_guide_can_be_tried_out_in_the_picker(block, client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("tester"))

    response = client.get("/admin/block-preview/", {"id": block.definition_prefix})

    assert block.is_previewable
    assert response.status_code == 200
    assert "portal/css/components.css" in response.content.decode()
    assert block.render(block.get_preview_value()).strip()


@pytest.mark.parametrize("block", picked(), ids=lambda block: block.name)
def test_every_block_of_a_guide_has_a_template(block):
    assert get_template(block.meta.template)


def test_examples_are_sound():
    for block in picked():
        if block.name not in {"claim", "techniques", "picture"}:
            assert cleaned(block, block.get_preview_value()) == [], block.name


def test_examples_do_without_any_page(monkeypatch):
    monkeypatch.setattr(CausePage.objects, "live", CausePage.objects.none)

    assert previews.causes()["groups"][0]["causes"] == []
    assert previews.one("CausePage") is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({}, None),
        ({"high": None}, None),
        ({"low": None}, None),
        ({"low": None, "high": None, "unit": "", "vague": "it differs from person to person"}, None),
        ({"low": None, "high": None}, "Vague"),
        ({"vague": "it differs"}, "Vague"),
        ({"unit": ""}, "Unit"),
        ({"low": Decimal(31)}, "High"),
        ({"what": ""}, "What"),
    ],
)
def test_an_amount_has_a_number_with_its_unit_or_a_reason(change, place):
    assert [where for where, _ in cleaned(base.AmountBlock(), AMOUNT | change)] == ([place] if place else [])


@pytest.mark.parametrize(
    ("low", "high", "sound"), [(None, 7, True), (3, 7, True), (7, 7, True), (8, 7, False), (0, 1, True)]
)
def test_a_course_runs_forwards(low, high, sound):
    rule = CareRulePage.objects.first()
    value = {"text": "<p>Better soon.</p>", "low_days": low, "high_days": high, "after": rule, "citations": []}

    assert (cleaned(guide.CourseBlock(), value) == []) is sound


@pytest.mark.parametrize(
    ("certainty", "sourced", "sound"),
    [("moderate", True, True), ("moderate", False, False), ("no_source", False, True), ("no_source", True, True)],
)
def test_a_link_of_a_chain_is_as_sure_as_its_sources(certainty, sourced, sound):
    citations = [{"source": SourcePage.objects.first(), "place": "Section 1"}] if sourced else []
    value = {"cause": "A", "effect": "B", "certainty": certainty, "citations": citations}

    assert (cleaned(knowledge.LinkBlock(), value) == []) is sound


def test_a_condition_has_something_that_can_be_seen():
    absent = {"findings": ["breathless"], "present": False}
    present = {"findings": ["calf_tender"], "present": True}
    block = conditions.ConditionBlock()

    assert cleaned(block, {"words": "x", "needs": [present, absent]}) == []
    assert [place for place, _ in cleaned(block, {"words": "x", "needs": [absent]})] == ["Needs"]


def test_a_finding_that_is_not_in_the_vocabulary_is_refused():
    block = conditions.NeedBlock()

    assert cleaned(block, {"findings": ["breathless"], "present": True}) == []
    assert cleaned(block, {"findings": ["bad_hair_day"], "present": True}) != []


def test_findings_are_read_without_a_query_for_each(django_assert_num_queries):
    rule = CareRulePage.objects.filter(mode="any").first()

    with django_assert_num_queries(0):
        plain = rule.plain_conditions()

    known = set(FindingPage.objects.values_list("code", flat=True))
    assert {f for c in plain for need in c["needs"] for f in need["findings"]} <= known


def test_a_finding_is_referred_to_by_its_page():
    page = FindingPage.objects.get(code="breathless")

    found = list(conditions.FindingsBlock().extract_references(["breathless", "no-such"]))

    assert found == [(FindingPage, str(page.pk), "", "")]


def test_a_draft_is_saved_however_unfinished():
    block = guide.ContentBlock()
    value = block.normalize([(child.name, child.get_default()) for child in block.child_blocks.values()])
    block.defer_required_validation()
    try:
        assert cleaned(block, value) == []
    finally:
        block.restore_deferred_validation()
    assert cleaned(block, value) != []


def test_a_draft_may_state_a_wrong_number():
    block = guide.CausesBlock()
    causes = list(CausePage.objects.all()[:2])
    value = {
        "stated_number": 3,
        "intro": "",
        "groups": [{"group": "muscle", "rank": "main", "intro": "", "causes": causes}],
    }
    block.defer_required_validation()
    try:
        assert cleaned(block, value) == []
    finally:
        block.restore_deferred_validation()
    assert [message for _, message in cleaned(block, value)] == ["The text says 3 causes, but the list has 2."]
