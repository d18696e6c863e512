"""What a page says in the words of schema.org, as plain data; pure functions over a page that has been read.

Only what the page shows to readers is said here, and nobody is named as a reviewer who has not signed it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.html import strip_tags
from wagtail.blocks import StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.fields import StreamField
from wagtail.models import Page

from articles import enums
from articles import models as m
from articles.addresses import absolute, address_of
from articles.translations.switch import now as this_language

CONTEXT = "https://schema.org"
ORGANISATION = {"@type": "Organization", "name": "Gaitway"}
SOURCE_TYPES = {
    enums.SourceKind.GUIDELINE: "CreativeWork",
    enums.SourceKind.SYSTEMATIC_REVIEW: "MedicalScholarlyArticle",
    enums.SourceKind.TRIAL: "MedicalScholarlyArticle",
    enums.SourceKind.REVIEW_ARTICLE: "MedicalScholarlyArticle",
    enums.SourceKind.SAFETY_ALERT: "CreativeWork",
    enums.SourceKind.WEBSITE: "WebPage",
    enums.SourceKind.REFERENCE_WORK: "Book",
}
# Page types of schema.org; every other page with health content is a MedicalWebPage.
PAGE_TYPES: dict[type[Page], str] = {
    m.HomePage: "WebPage",
    m.InfoPage: "AboutPage",
    m.SourcePage: "ItemPage",
    m.TermPage: "WebPage",
    m.GlossaryPage: "CollectionPage",
    m.SourceIndexPage: "CollectionPage",
}
# Who sees a person, as schema.org names fields of medicine; who is of no such field is not named there.
SPECIALTIES: dict[str, str] = {
    enums.Specialty.AMBULANCE: "Emergency",
    enums.Specialty.EMERGENCY: "Emergency",
    enums.Specialty.MATERNITY: "Obstetric",
    enums.Specialty.OBSTETRICS: "Obstetric",
    enums.Specialty.MIDWIFE: "Midwifery",
    enums.Specialty.DVT_SERVICE: "Cardiovascular",
    enums.Specialty.VASCULAR_SURGERY: "Cardiovascular",
    enums.Specialty.CARDIOLOGY: "Cardiovascular",
    enums.Specialty.GP: "PrimaryCare",
    enums.Specialty.REHABILITATION: "Musculoskeletal",
    enums.Specialty.SPORTS_MEDICINE: "Musculoskeletal",
    enums.Specialty.ORTHOPAEDICS: "Musculoskeletal",
    enums.Specialty.PHYSIOTHERAPY: "Physiotherapy",
    enums.Specialty.NEUROLOGY: "Neurologic",
    enums.Specialty.SPINE_SURGERY: "Neurologic",
    enums.Specialty.NEPHROLOGY: "Renal",
    enums.Specialty.DIABETES_FOOT: "Podiatric",
    enums.Specialty.CHILDRENS_DOCTOR: "Pediatric",
}

Node = dict[str, Any]


def graph(page: Page, trail: Iterable[tuple[str, str]], *, is_further: bool = False) -> Node:
    """Return everything that is said of a page; `trail` is (name, path) from home down to the page itself.

    `is_further`: it is a further page of a list, which says nothing of what the page is about.
    """
    trail = list(trail)
    nodes = [further_node(page)] if is_further else [page_node(page), *entity_nodes(page)]
    if len(trail) > 1:
        nodes.append(breadcrumb_node(page, trail))
        nodes[0]["breadcrumb"] = {"@id": _id(page, "breadcrumb")}
    return {"@context": CONTEXT, "@graph": nodes}


def page_node(page: Page) -> Node:
    """Return the web page itself: for whom it is, when it changed and was reviewed, what it rests on."""
    node: Node = {
        "@type": page_type(page),
        "@id": _id(page, "page"),
        "url": address_of(page),
        "name": page.title,
        "description": page.search_description,
        "inLanguage": this_language().tag,
        "isAccessibleForFree": True,
        "publisher": ORGANISATION,
        "datePublished": _day(page.first_published_at),
        "dateModified": _day(page.last_published_at),
        "lastReviewed": _last_reviewed(page),
        "reviewedBy": _reviewed_by(page),
        "citation": [source_node(source) for source in sources_of(page)],
    }
    if node["@type"] == "MedicalWebPage":
        node["audience"] = {"@type": "MedicalAudience", "audienceType": "Patient"}
        node["specialty"] = [f"{CONTEXT}/{name}" for name in _specialties(page)]
    if _entity_builder(page):
        node["mainEntity"] = {"@id": _id(page, "subject")}
    if isinstance(page, m.GuidePage):
        node["about"] = [{"@type": "MedicalCondition", "name": cause.title} for cause in _causes(page)]
    return _without_empty(node)


def further_node(page: Page) -> Node:
    """Return a further page of what a page lists."""
    said = ("@id", "url", "name", "inLanguage", "isAccessibleForFree", "publisher", "datePublished", "dateModified")
    return {"@type": "CollectionPage", **{key: value for key, value in page_node(page).items() if key in said}}


def page_type(page: Page) -> str:
    """Return the schema.org type of a page."""
    if type(page) in PAGE_TYPES:
        return PAGE_TYPES[type(page)]
    return "CollectionPage" if isinstance(page, m.base.SectionPage) else "MedicalWebPage"


def entity_nodes(page: Page) -> list[Node]:
    """Return what the page is about, where it is about one thing."""
    builder = _entity_builder(page)
    if builder is None:
        return []
    node = builder(page) | {"@id": _id(page, "subject"), "mainEntityOfPage": {"@id": _id(page, "page")}}
    return [_without_empty(node)]


def condition_node(page: m.CausePage) -> Node:
    """Return a cause as a condition."""
    return {
        "@type": "MedicalCondition",
        "name": page.title,
        "alternateName": page.medical_name,
        "description": page.summary,
        "associatedAnatomy": [_named("AnatomicalStructure", site.title) for site in page.released_sites],
        "signOrSymptom": [_named("MedicalSignOrSymptom", item.value["text"]) for item in page.extra_signs],
        "riskFactor": [_named("MedicalRiskFactor", item.value["text"]) for item in page.at_risk],
        "possibleTreatment": [
            _named("MedicalTherapy", item.value["technique"].title, url=address_of(item.value["technique"]))
            for item in page.techniques
            if item.value["technique"]
        ],
        "differentialDiagnosis": [
            {
                "@type": "DDxElement",
                "diagnosis": _named("MedicalCondition", item.value["cause"].title),
                "distinguishingSign": _named("MedicalSignOrSymptom", item.value["tell_apart"]),
            }
            for item in page.confused_with
            if item.value["cause"]
        ],
        "naturalProgression": _plain(page.course),
    }


def therapy_node(page: m.TechniquePage) -> Node:
    """Return a technique as a therapy, with what forbids it."""
    return {
        "@type": "MedicalTherapy",
        "name": page.title,
        "description": page.summary,
        "howPerformed": " ".join(item.value["text"] for item in page.steps),
        "preparation": " ".join(item.value["text"] for item in page.preconditions),
        "contraindication": [
            _named("MedicalContraindication", item.value["block"].title, description=item.value["reason"])
            for item in page.contraindications
            if item.value["block"]
        ],
    }


def term_node(page: m.TermPage) -> Node:
    """Return a word as a defined term of the glossary."""
    glossary = page.get_parent()
    return {
        "@type": "DefinedTerm",
        "name": page.title,
        "alternateName": [page.medical_term, *(text for _, text in page.translation_list)],
        "description": _plain(page.definition),
        "inDefinedTermSet": {"@type": "DefinedTermSet", "name": glossary.title, "url": address_of(glossary)},
    }


def source_node(page: m.SourcePage) -> Node:
    """Return a source as the work that it is."""
    return _without_empty(
        {
            "@type": SOURCE_TYPES[enums.SourceKind(page.kind)],
            "name": page.title,
            "author": page.authors,
            "publisher": _named("Organization", page.organisation) if page.organisation else None,
            "datePublished": str(page.updated or page.year or ""),
            "url": page.link,
            "identifier": f"doi:{page.doi}" if page.doi else "",
        }
    )


def breadcrumb_node(page: Page, trail: list[tuple[str, str]]) -> Node:
    """Return the way from home to the page."""
    return {
        "@type": "BreadcrumbList",
        "@id": _id(page, "breadcrumb"),
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
            for place, (name, path) in enumerate(trail, start=1)
        ],
    }


def sources_of(page: Page) -> list[m.SourcePage]:
    """Return the sources cited anywhere in a page, each once, in order."""
    found: dict[int, m.SourcePage] = {}
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for item in getattr(page, field.name):
                found |= {source.pk: source for source in _cited(item.value)}
    return list(found.values())


def _cited(value: Any) -> Iterator[m.SourcePage]:
    """Yield the sources inside of a block's value."""
    if isinstance(value, StructValue):
        source = value.get("source")
        if isinstance(source, m.SourcePage):
            yield source
        for child in value.values():
            yield from _cited(child)
    elif isinstance(value, ListValue):
        for child in value:
            yield from _cited(child)
    elif hasattr(value, "stream_block"):
        for child in value:
            yield from _cited(child.value)


def _causes(page: m.GuidePage) -> list[Page]:
    return [c for b in page.blocks("causes") for g in b.value["groups"] for c in g["causes"] if c]


_ENTITIES: dict[type[Page], Callable[[Any], Node]] = {
    m.CausePage: condition_node,
    m.TechniquePage: therapy_node,
    m.TermPage: term_node,
    m.SourcePage: source_node,
}


def _entity_builder(page: Page) -> Callable[[Any], Node] | None:
    return _ENTITIES.get(type(page))


def _last_reviewed(page: Page) -> str | None:
    """Return the day on which clinicians signed the text; none while only a demonstration has."""
    facts = getattr(page, "review_facts", None)
    return None if facts is None or facts.demonstration else facts.reviewed_on.isoformat()


def _reviewed_by(page: Page) -> list[Node]:
    """Return the clinicians who signed the text; nobody while only a demonstration has."""
    facts = getattr(page, "review_facts", None)
    if facts is None or facts.demonstration:
        return []
    return [
        _without_empty({"@type": "Person", "name": one["name"], "jobTitle": one.get("profession", "")})
        for one in facts.signers
        if one.get("name")
    ]


def _specialties(page: Page) -> list[str]:
    """Return the fields of medicine of whoever sees people for what a page is about, first stop first."""
    asked = _causes(page) if isinstance(page, m.GuidePage) else [page]
    keys = [str(item.value) for one in asked for item in getattr(one, "specialties", ())]
    return list(dict.fromkeys(SPECIALTIES[key] for key in keys if key in SPECIALTIES))


def _named(kind: str, name: str, **more: str) -> Node:
    return {"@type": kind, "name": name, **more}


def _id(page: Page, part: str) -> str:
    return f"{address_of(page)}#{part}"


def _day(moment: Any) -> str | None:
    return moment.date().isoformat() if moment else None


def _plain(rich: str) -> str:
    return " ".join(strip_tags(rich.replace("</", " </")).split())


def _without_empty(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in (None, "", [])}
