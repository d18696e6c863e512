"""What pages say in the words of schema.org: types and properties that exist, values of the right kind, no more."""

import json
import re
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from wagtail.models import Page

from articles import models as m
from articles.structured_data import graph, page_node

pytestmark = pytest.mark.django_db

# The part of the vocabulary that we use: each type with its parents and the properties it adds.
THING = {"name", "description", "url", "alternateName", "identifier", "mainEntityOfPage"}
WORK = {
    "author",
    "publisher",
    "datePublished",
    "dateModified",
    "inLanguage",
    "isAccessibleForFree",
    "citation",
    "audience",
    "about",
    "mainEntity",
}
PAGE = WORK | {"breadcrumb", "lastReviewed", "reviewedBy", "specialty"}
PROPERTIES: dict[str, set[str]] = {
    "WebPage": THING | PAGE,
    "AboutPage": THING | PAGE,
    "ItemPage": THING | PAGE,
    "CollectionPage": THING | PAGE,
    "MedicalWebPage": THING | PAGE | {"aspect"},
    "CreativeWork": THING | WORK,
    "Book": THING | WORK | {"isbn"},
    "MedicalScholarlyArticle": THING | WORK | {"publicationType"},
    "MedicalCondition": THING
    | {
        "associatedAnatomy",
        "differentialDiagnosis",
        "naturalProgression",
        "possibleTreatment",
        "riskFactor",
        "signOrSymptom",
    },
    "MedicalTherapy": THING | {"howPerformed", "preparation", "followup", "bodyLocation", "contraindication"},
    "MedicalContraindication": THING,
    "MedicalSignOrSymptom": THING,
    "MedicalRiskFactor": THING | {"increasesRiskOf"},
    "AnatomicalStructure": THING,
    "DDxElement": THING | {"diagnosis", "distinguishingSign"},
    "DefinedTerm": THING | {"inDefinedTermSet", "termCode"},
    "DefinedTermSet": THING | {"hasDefinedTerm"},
    "MedicalAudience": THING | {"audienceType"},
    "Organization": THING,
    "Person": THING | {"jobTitle"},
    "BreadcrumbList": THING | {"itemListElement"},
    "ListItem": THING | {"position", "item"},
}
REQUIRED: dict[str, set[str]] = {
    "MedicalWebPage": {"name", "description", "url", "inLanguage", "audience"},
    "MedicalCondition": {"name", "description", "mainEntityOfPage"},
    "MedicalTherapy": {"name", "description", "howPerformed"},
    "DefinedTerm": {"name", "description", "inDefinedTermSet"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "DDxElement": {"diagnosis", "distinguishingSign"},
    "MedicalAudience": {"audienceType"},
    "DefinedTermSet": {"name", "url"},
    "Organization": {"name"},
}
# Types that are never named in passing: all they must have stands where they are.
PARTS = {"ListItem", "DDxElement", "DefinedTermSet", "MedicalAudience"}
EXPECTED: dict[type[Page], str] = {
    m.CausePage: "MedicalCondition",
    m.TechniquePage: "MedicalTherapy",
    m.TermPage: "DefinedTerm",
}


def nodes_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for child in value.values():
            yield from nodes_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from nodes_in(child)


def faults(data: dict[str, Any]) -> list[str]:
    found, ids = [], {node["@id"] for node in data["@graph"]}
    for node in nodes_in(data["@graph"]):
        kind = node["@type"]
        names = {name for name in node if not name.startswith("@")}
        if kind not in PROPERTIES:
            found.append(f"{kind} is not a type we know")
            continue
        found += [f"{kind}.{name} does not exist" for name in names - PROPERTIES[kind]]
        required = REQUIRED.get(kind, set()) if "@id" in node or kind in PARTS else {"name"}
        found += [f"{kind}.{name} is missing" for name in required - names]
        found += [f"{kind}.{name} is empty" for name in names if node[name] in ("", None, [], {})]
        for name in names & {"mainEntity", "mainEntityOfPage", "breadcrumb"}:
            if node[name].get("@id") not in ids:
                found.append(f"{kind}.{name} leads nowhere")
        found += [f"{name} is no date" for name in names & {"dateModified", "lastReviewed"} if not _is_date(node[name])]
        found += [f"{name} is no address" for name in names & {"url", "item"} if not node[name].startswith("http")]
    return found


def _is_date(text: str) -> bool:
    return bool(date.fromisoformat(text))


def in_page(client: Client, page: Page) -> dict[str, Any]:
    text = client.get(page.url).content.decode()
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert len(blocks) == 1
    return json.loads(blocks[0])


def one_of_each() -> list[Page]:
    found: dict[Any, Page] = {}
    for page in Page.objects.live().filter(depth__gt=1, content_type__app_label="articles").order_by("path"):
        found.setdefault(page.content_type_id, page)
    return list(found.values())


def test_every_page_type_says_only_what_the_vocabulary_knows(client: Client):
    pages = one_of_each()

    found = {page.url: faults(in_page(client, page)) for page in pages}

    assert len(pages) > 15
    assert {url: said for url, said in found.items() if said} == {}


@pytest.mark.parametrize("model", list(EXPECTED), ids=lambda model: model.__name__)
def test_every_page_of_a_kind_is_valid(model):
    for page in model.objects.live():
        data = graph(page, [("Home", "/"), (page.title, page.url)])
        assert faults(data) == [], page.title
        assert EXPECTED[model] in {node["@type"] for node in data["@graph"]}


@pytest.mark.parametrize(
    ("node", "fault"),
    [
        ({"@type": "FAQPage", "@id": "a"}, "FAQPage is not a type we know"),
        (
            {
                "@type": "MedicalCondition",
                "@id": "a",
                "name": "x",
                "description": "y",
                "mainEntityOfPage": {"@id": "a"},
                "citation": "z",
            },
            "MedicalCondition.citation does not exist",
        ),
        ({"@type": "Organization", "@id": "a"}, "Organization.name is missing"),
        ({"@type": "Organization", "@id": "a", "name": ""}, "Organization.name is empty"),
    ],
)
def test_the_check_finds_faults(node, fault):
    assert faults({"@graph": [node]}) == [fault]


def test_a_guide_is_a_medical_web_page_with_its_sources(client: Client):
    guide = m.GuidePage.objects.get(slug="calf-soreness")

    page = in_page(client, guide)["@graph"][0]

    assert page["@type"] == "MedicalWebPage"
    assert page["audience"] == {"@type": "MedicalAudience", "audienceType": "Patient"}
    assert len(page["citation"]) > 3
    assert {"@type": "MedicalCondition", "name": "Muscle cramp"} in page["about"]


def test_breadcrumbs_lead_from_home_to_the_page(client: Client, settings):
    cause = m.CausePage.objects.get(slug="muscle-cramp")

    trail = next(n for n in in_page(client, cause)["@graph"] if n["@type"] == "BreadcrumbList")["itemListElement"]

    assert [step["position"] for step in trail] == [1, 2, 3]
    assert [step["item"] for step in trail] == [f"{settings.SITE_URL}{path}" for path in ("/", "/causes/", cause.url)]
    assert trail[-1]["name"] == cause.title


def test_nobody_has_reviewed_a_page_that_only_a_demonstration_signed():
    page = m.CausePage.objects.first()
    page.__dict__["_standing"] = None

    assert "lastReviewed" not in page_node(page)
    assert "reviewedBy" not in page_node(page)


@pytest.mark.parametrize(("demonstration", "expected"), [(True, None), (False, "2026-03-04")])
def test_the_review_date_is_that_of_a_real_sign_off(monkeypatch, demonstration, expected):
    page = m.CausePage.objects.first()
    signers = [{"name": "A. Person", "profession": "Doctor", "number": "1"}]
    facts = SimpleNamespace(demonstration=demonstration, reviewed_on=date(2026, 3, 4), signers=signers)
    monkeypatch.setattr(m.CausePage, "review_facts", facts)

    assert page_node(page).get("lastReviewed") == expected
    named = [{"@type": "Person", "name": "A. Person", "jobTitle": "Doctor"}]
    assert page_node(page).get("reviewedBy") == (named if expected else None)


def test_a_page_names_the_fields_of_medicine_of_whoever_sees_people_for_it():
    clot = page_node(m.CausePage.objects.get(slug="deep-vein-thrombosis"))["specialty"]
    guide = page_node(m.GuidePage.objects.get(slug="calf-soreness"))["specialty"]

    assert clot[0] == "https://schema.org/Cardiovascular"
    assert "https://schema.org/Musculoskeletal" in guide
    assert len(guide) == len(set(guide)) > 3


def rendered(page: Page, **attributes: Any) -> str:
    request = RequestFactory().get(page.url or "/")
    for name, value in attributes.items():
        setattr(request, name, value)
    return Template("{% load structured_data %}{% json_ld %}").render(Context({"page": page, "request": request}))


def test_no_text_can_end_the_script_element():
    page = m.TermPage.objects.first()
    page.title = "</script><script>alert(1)</script>&\u2028"

    text = rendered(page)

    assert text.count("</script>") == 1
    assert "<script>alert" not in text
    assert "\u2028" not in text
    data = json.loads(text.removeprefix('<script type="application/ld+json">').removesuffix("</script>"))
    assert data["@graph"][0]["name"] == page.title


def test_a_preview_says_nothing_to_search_engines():
    assert rendered(m.TermPage.objects.first(), is_preview=True) == ""


def test_a_plain_view_says_nothing():
    assert Template("{% load structured_data %}{% json_ld %}").render(Context({})) == ""


@pytest.mark.parametrize("host", ["testserver", "evil.example"])
def test_the_canonical_address_is_the_public_one(client: Client, settings, host):
    cause = m.CausePage.objects.get(slug="muscle-cramp")

    text = client.get(f"{cause.url}?utm=1", headers={"host": host}).content.decode()

    assert f'<link rel="canonical" href="{settings.SITE_URL}{cause.url}">' in text
    assert f'<meta property="og:url" content="{settings.SITE_URL}{cause.url}">' in text
    assert f'<meta property="og:title" content="{cause.title}">' in text
    assert "evil" not in text
