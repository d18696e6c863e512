"""What keeps a page from being submitted: refused with a message that names the place, and never in a draft."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Page

from articles.models import CareRulePage, CausePage, ClaimPage, GuidePage, SourcePage, TechniquePage
from review.problems import Problem, flatten
from tests.factories.articles import past_the_gate

pytestmark = pytest.mark.django_db
DESCRIPTION = "What this page tells a reader, in one plain sentence that is long enough."


def said(page: Page) -> list[str]:
    return [str(problem) for problem in page.problems()]


def with_blocks(*blocks: tuple[str, Any]) -> GuidePage:
    """Return a guide that leads to no check: its few cards need not say all that a check says."""
    guide = GuidePage.objects.get(slug="calf-soreness")
    guide.check_key = ""
    guide.body = [("section", {"heading": "What can it be?", "content": [card(), *blocks]})]
    return guide


def card(**wanted: Any) -> tuple[str, Any]:
    return "care_card", {"rules": [CareRulePage.objects.filter(mode="any", **wanted).first()]}


def causes(stated: int, listed: int) -> tuple[str, Any]:
    pages = list(CausePage.objects.order_by("path")[:listed])
    group = {"group": "muscle", "rank": "main", "intro": "", "causes": pages}
    return "causes", {"stated_number": stated, "intro": "", "groups": [group]}


def test_released_pages_have_no_problems():
    for model in (GuidePage, CausePage, TechniquePage, ClaimPage, CareRulePage, SourcePage):
        page = model.objects.order_by("path").first()
        assert said(page) == [], page.title


def test_a_guide_that_says_three_causes_and_lists_six_is_refused():
    assert said(with_blocks(causes(6, 6))) == []
    assert said(with_blocks(causes(3, 6))) == [
        "Body › Section 1 › Content › Causes by group 2 › Stated number: The text says 3 causes, but the list has 6."
    ]


def test_a_cause_that_is_listed_twice_is_refused():
    page = CausePage.objects.first()
    groups = [{"group": "muscle", "rank": "main", "intro": "", "causes": [page, page]}]

    found = said(with_blocks(("causes", {"stated_number": 2, "intro": "", "groups": groups})))

    assert found == ["Body › Section 1 › Content › Causes by group 2 › Groups: A cause is listed twice."]


def test_a_guide_that_says_one_technique_and_lists_two_is_refused():
    items = [{"technique": page, "add": "", "note": ""} for page in TechniquePage.objects.all()[:2]]

    found = said(with_blocks(("techniques", {"stated_number": 1, "intro": "", "items": items})))

    assert [text.split(":")[0] for text in found] == ["Body › Section 1 › Content › Techniques 2 › Stated number"]


def test_a_guide_without_a_care_card_is_refused():
    guide = with_blocks()
    guide.body = [("section", {"heading": "Why?", "content": [("text", {"text": "<p>Because.</p>", "citations": []})]})]

    assert said(guide) == ["Body: A guide needs a care card: who must be seen, and how soon."]


def test_a_guide_that_relieves_before_it_warns_is_refused():
    guide = with_blocks()
    techniques = {"stated_number": 1, "intro": "", "items": [{"technique": TechniquePage.objects.first()}]}
    guide.body = [("section", {"heading": "What helps?", "content": [("techniques", techniques), card()]})]

    assert said(guide) == ["Body: The first care card stands before the first technique."]


@pytest.mark.parametrize("mode", ["", None])
def test_a_care_rule_that_says_neither_any_nor_all_is_refused(mode):
    rule = CareRulePage.objects.filter(mode="any").first()
    rule.mode = mode

    assert [text.split(":")[0] for text in said(rule)] == ["Any or all"]


def test_a_care_card_of_a_rule_without_any_or_all_is_refused():
    rule = CareRulePage.objects.filter(mode="any").first()
    past_the_gate(CareRulePage.objects.filter(pk=rule.pk), mode="")

    found = said(with_blocks(("care_card", {"rules": [CareRulePage.objects.get(pk=rule.pk)]})))

    assert found == [
        (
            "Body › Section 1 › Content › Care card 2 › Rules: "
            "A rule does not say whether any one or all of its conditions must hold."
        )
    ]


def test_a_care_card_with_two_urgencies_is_refused():
    rules = [CareRulePage.objects.filter(mode="any", disposition=d).first() for d in ("emergency_now", "self_care")]

    found = said(with_blocks(("care_card", {"rules": rules})))

    assert found == [
        (
            "Body › Section 1 › Content › Care card 2 › Rules: "
            "A card has one urgency: these rules have different ones. Make one card for each."
        )
    ]


def test_a_technique_without_contraindications_is_refused():
    technique = TechniquePage.objects.filter(no_contraindications=False).first()
    technique.contraindications = []

    assert said(technique) == [
        "Contraindications: A technique needs its contraindications, or a tick at “nothing forbids it”."
    ]


def test_a_technique_that_nothing_forbids_has_no_contraindications():
    technique = TechniquePage.objects.filter(no_contraindications=False).first()
    technique.no_contraindications = True

    assert said(technique) == ["Contraindications: “Nothing forbids it” is ticked, but contraindications are listed."]


@pytest.mark.parametrize("model", [ClaimPage, CausePage, TechniquePage])
def test_a_claim_without_certainty_is_refused(model):
    page = model.objects.exclude(certainty="no_source").first()
    page.certainty = ""

    assert said(page) == ["Certainty: This field cannot be blank."]


@pytest.mark.parametrize("model", [ClaimPage, CausePage, TechniquePage])
def test_certainty_without_a_source_is_refused(model):
    page = model.objects.exclude(certainty="no_source").first()
    page.citations = []

    assert said(page) == ["Sources: Name the source, or choose “No source” as certainty."]


def test_one_link_of_a_causal_chain_is_judged_alone():
    cause = CausePage.objects.get(slug="varicose-veins")
    link = cause.mechanism[0].value["links"][0]
    link["certainty"], link["citations"] = "moderate", []

    found = said(cause)

    assert [text.split(":")[0] for text in found] == ["How it comes about › Chain 1 › Links › Link 1 › Sources"]


def test_a_citation_without_its_place_is_refused():
    claim = ClaimPage.objects.exclude(certainty="no_source").first()
    claim.citations = [("citation", {"source": SourcePage.objects.first(), "place": ""})]

    assert said(claim) == ["Sources › Source 1 › Place: This field is required."]


def test_a_long_sentence_in_an_urgent_rule_is_refused():
    rule = CareRulePage.objects.filter(disposition="emergency_now").first()
    rule.why = "<p>" + "word " * 21 + "ends.</p>"

    assert said(rule)[0].startswith("Why: At most 20 words in a sentence of urgent text: “word word")


@pytest.mark.parametrize(
    ("disposition", "days", "place"), [("routine", None, "Within days"), ("emergency_now", 3, "Within days")]
)
def test_only_a_routine_rule_has_days(disposition, days, place):
    rule = CareRulePage.objects.filter(mode="any", disposition="emergency_now").first()
    rule.disposition, rule.within_days = disposition, days

    assert [problem.place for problem in rule.problems()] == [place]


@pytest.mark.parametrize("length", [0, 10, 161])
def test_a_search_description_has_a_length(length):
    claim = ClaimPage.objects.first()
    claim.search_description = "x" * length

    assert [problem.place for problem in claim.problems()] == ["Search description"]


def test_an_empty_part_that_is_needed_is_named():
    guide = GuidePage.objects.get(slug="calf-soreness")
    guide.body = []

    assert "Body: This part is empty." in said(guide) or "Body: This field is required." in said(guide)


def test_a_plain_error_keeps_its_message():
    assert list(flatten(ValidationError(["one", "two"]), "Title")) == [("Title", "one"), ("Title", "two")]
    assert list(flatten(ValidationError({"title": ["no"]}), "")) == [("title", "no")]


def test_a_problem_reads_as_a_sentence():
    assert str(Problem("Body", "It is empty.")) == "Body: It is empty."
    assert str(Problem("", "It is empty.")) == "It is empty."


def guide_with(technique: str, *audiences: str) -> GuidePage:
    """Return the starter guide about calves, for other people, with a card and one technique."""
    items = [{"technique": TechniquePage.objects.get(code=technique), "add": "", "note": ""}]
    guide = with_blocks(("techniques", {"stated_number": 1, "intro": "", "items": items}))
    guide.audience = [("audience", audience) for audience in audiences]
    return guide


@pytest.mark.parametrize(
    ("technique", "audience", "who", "forbids"),
    [
        ("M-NSAID", "pregnant", "you are pregnant", "You are pregnant or may be"),
        ("M-MASSAGE", "pregnant", "you are pregnant", "You are pregnant or may be"),
        ("M-NSAID", "blood_thinner", "you take a blood thinner", "You take a blood thinner"),
    ],
)
def test_a_guide_offers_nobody_what_is_forbidden_to_all_whom_it_is_for(technique, audience, who, forbids):
    guide = guide_with(technique, audience)

    title = TechniquePage.objects.get(code=technique).title
    assert said(guide) == [f"Body › Section 1: Nobody may use “{title}” if {who}: “{forbids}” forbids it."]


@pytest.mark.parametrize(
    ("technique", "audiences"),
    [("M-STRETCH", ("pregnant",)), ("M-NSAID", ("general",)), ("M-NSAID", ("general", "pregnant")), ("M-NSAID", ())],
)
def test_a_technique_that_is_forbidden_to_some_readers_only_may_stand_in_a_guide(technique, audiences):
    assert said(guide_with(technique, *audiences)) == []


@pytest.mark.parametrize("doi", ["10.1136/bmj/../x y", "https://doi.org/10.1136/bmj.h3080", "10.1136", "bmj.h3080"])
def test_a_doi_that_leads_nowhere_is_refused(doi):
    source = SourcePage.objects.order_by("path").first()
    source.doi = doi

    assert said(source) == ["DOI: Write it like 10.1136/bmj.h3080, without spaces or an address."]


def test_a_doi_may_be_written_in_capitals():
    source = SourcePage.objects.order_by("path").first()
    source.doi = "10.1136/BMJ.H3080"

    assert said(source) == []
