"""What page types tell the review about themselves, tried on the pages that ship with the site."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField

from articles import asked
from articles import models as m
from review import checklist, ledger, roles
from review.difference import BASE_CLASSES, difference
from review.enums import ChangeClass, ReviewKind
from review.fingerprint import content
from review.models import ChecklistItem, Release
from review.triggers import reviewed_models
from tests.review.labelled_changes import LABELLED
from triage.models import ProtocolPage

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "verify_ledger.py"
spec = importlib.util.spec_from_file_location("verify_ledger", SCRIPT)
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
# Every change of a translation is of class safety, and it is shown as its source (`tests/articles/translations`).
TYPES = [model for model in reviewed_models() if model is not m.TranslationPage]


def places_in(block: blocks.Block, path: str) -> set[str]:
    """Return the dotted path of a block and of every block in it, as the review names them."""
    if isinstance(block, blocks.ListBlock):
        return places_in(block.child_block, path)
    found = {path}
    for name, child in getattr(block, "child_blocks", {}).items():
        found |= places_in(child, f"{path}.{name}")
    return found


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.__name__)
def test_every_place_that_is_named_is_there(model):
    there = set(BASE_CLASSES)
    for field in model._meta.get_fields():
        there |= places_in(field.stream_block, field.name) if isinstance(field, StreamField) else {field.name}

    assert set(model.change_classes) - there == set()
    assert set(model.public_fields) - there == set()


def changed(page: Any, field: str, change: Any) -> ChangeClass:
    """Return the class of a change of one field of a page, made on its stored form."""
    old = content(page)
    new = old | {field: json.loads(json.dumps(old[field]))}
    new[field] = change(new[field])
    assert new != old
    return difference(old, new, page.change_classes).change_class


def without(word: str) -> Any:
    """Return a change that drops one word, the first time it stands anywhere."""
    return lambda value: json.loads(json.dumps(value, ensure_ascii=False).replace(f" {word} ", " ", 1))


def first(model: Any, field: str, words: str) -> Any:
    """Return the first page of a type that has some words in a field."""
    return next(p for p in model.objects.all() if words in json.dumps(content(p)[field], ensure_ascii=False))


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (m.CareRulePage, "why"), (m.ContraindicationPage, "what_to_do"), (m.TechniquePage, "steps"),
        (m.CausePage, "features"), (m.ClaimPage, "statement"), (m.GuidePage, "body"), (m.FindingPage, "definition"),
        (m.TermPage, "definition"), (m.InfoPage, "body"), (ProtocolPage, "questions"),
    ],
)  # fmt: skip
def test_a_dropped_not_is_of_class_safety_wherever_it_stood(model, field):
    page = first(model, field, " not ")

    assert changed(page, field, without("not")) == ChangeClass.SAFETY


def longer(value: list[Any]) -> list[Any]:
    value[0]["value"]["high"] = "500"
    return value


def swapped(value: list[Any]) -> list[Any]:
    value[0]["value"]["source"] += 1
    return value


def less_urgent(value: str) -> str:
    return "routine" if value != "routine" else "self_care"


@pytest.mark.parametrize(
    ("model", "field", "change"),
    [
        (m.TechniquePage, "dose", longer),
        (m.TechniquePage, "contraindications", lambda value: value[1:]),
        (m.TechniquePage, "stop_if", lambda value: value[1:]),
        (m.TechniquePage, "citations", swapped),
        (m.CareRulePage, "citations", swapped),
        (m.CareRulePage, "conditions", lambda value: value[1:]),
        (m.CareRulePage, "disposition", less_urgent),
        (m.CausePage, "disposition", less_urgent),
        (m.CausePage, "care_rules", lambda value: value[1:]),
        (m.ServicesPage, "emergency_number", lambda value: "555"),
        (m.HomePage, "emergency", lambda value: ""),
    ],
)
def test_what_can_hurt_is_of_class_safety(model, field, change):
    page = next(p for p in model.objects.all() if content(p)[field])

    assert changed(page, field, change) == ChangeClass.SAFETY


@pytest.mark.parametrize(
    ("model", "field", "expected"),
    [
        (m.CausePage, "summary", ChangeClass.CLINICAL), (m.ClaimPage, "why", ChangeClass.CLINICAL),
        (m.InfoPage, "body", ChangeClass.WORDING), (m.GuidePage, "opening", ChangeClass.WORDING),
        (m.GuideIndexPage, "intro", ChangeClass.WORDING), (m.CareRulePage, "why", ChangeClass.SAFETY),
        (m.FindingPage, "title", ChangeClass.SAFETY), (m.CausePage, "search_words", ChangeClass.WORDING),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_of_the_class_of_its_place(model, field, expected):
    page = model.objects.first()
    old = content(page) | {field: "A common couse of soreness."}
    new = old | {field: "A common cause of soreness."}

    assert difference(old, new, page.change_classes).change_class == expected


@pytest.mark.parametrize("model", [t for t in TYPES if t not in {m.CareRulePage, m.ContraindicationPage}])
def test_labelled_changes_on_every_page_type(model):
    fields = [f for f in model._meta.get_fields() if f.name in model.change_classes]
    texts = [f.name for f in fields if isinstance(f, RichTextField) or f.get_internal_type() == "TextField"]
    assert texts
    for name in texts:
        for old, new, safety in LABELLED:
            found = difference({name: old}, {name: new}, model.change_classes).change_class
            assert found == ChangeClass.SAFETY or not safety, (name, old, new)


@pytest.mark.parametrize("model", [t for t in TYPES if t._meta.app_label == "articles"], ids=lambda t: t.__name__)
def test_readers_find_every_sentence_that_the_ledger_gives_in_full(client, model):
    page = model.objects.live().first()
    markup = client.get(page.url).content.decode()
    entry = Release.objects.filter(page_id=page.pk).last().body()

    assert verify.page_faults(entry, ledger.live_content(page), markup) == []


def test_urgent_text_is_reviewed_sooner_and_never_on_hold():
    urgent, calm = (m.CareRulePage.objects.filter(disposition=d).first() for d in ("emergency_now", "self_care"))

    assert (urgent.review_kind, urgent.is_emergency) == (ReviewKind.URGENT, True)
    assert (calm.review_kind, calm.is_emergency) == (ReviewKind.OTHER, False)
    assert m.HomePage.objects.get().is_emergency
    assert all(record.is_emergency for record in m.ServicesPage.objects.all())
    assert m.TechniquePage.objects.get(code="M-WAIT").is_emergency
    assert not m.TechniquePage.objects.get(code="M-MASSAGE").is_emergency
    assert m.CausePage.objects.get(slug="acute-compartment-syndrome").is_emergency


def test_protocols_need_two_signers_for_a_comma():
    assert ProtocolPage.objects.first().signers_needed(ChangeClass.WORDING) == 2


def test_each_kind_of_page_has_its_questions():
    roles.make_roles()
    asked_of = {item.key for item in checklist.items_for(m.TechniquePage())}

    assert {q[0] for q in asked.QUESTIONS["technique"]} < asked_of
    assert not {q[0] for q in asked.QUESTIONS["source"]} & asked_of
    assert ChecklistItem.objects.filter(kind="protocol").exists()


def test_a_question_that_was_reworded_or_switched_off_stays_so():
    roles.make_roles()
    ChecklistItem.objects.filter(key="technique-amounts").delete()
    ChecklistItem.objects.filter(key="accurate").update(question="Is it right?")

    roles.make_roles()

    assert not ChecklistItem.objects.filter(key="technique-amounts").exists()
    assert ChecklistItem.objects.get(key="accurate").question == "Is it right?"


def test_a_rule_that_sends_people_sooner_is_stricter_in_its_words_too():
    rule = m.CareRulePage(disposition="same_day")

    assert {"disposition", "action", "why"} <= rule.stricter_than({"disposition": "self_care"})
    assert not rule.stricter_than({"disposition": "same_day"})
    assert not rule.stricter_than({"disposition": "ed_now"})
    assert not rule.stricter_than({})


def test_fewer_days_are_stricter_only_for_the_same_urgency():
    rule = m.CareRulePage(disposition="routine", within_days=7)

    assert rule.stricter_than({"disposition": "routine", "within_days": 14}) == {"within_days"}
    assert not rule.stricter_than({"disposition": "routine", "within_days": 3})
