"""A released protocol with every word and number its readers see: one document, sealed by its hash.

It is all that the public form needs. What is in it was released: the protocol, the rules and techniques it refers to,
the names of services, and who reviewed it.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from articles.dialling import dialling, near
from articles.models import BodySitePage, CausePage, ServicesPage, TechniquePage
from articles.queries import records as places
from articles.translations.reading import in_language
from articles.translations.switch import now
from review import facts
from triage.engine.artefact import compile_source, content_hash
from triage.library import Library, address, library, prose
from triage.schema import complete
from triage.speaking import is_source

PACKAGE_FORMAT = 1
PLAIN_ANSWERS = {"none_label": "None of these", "unsure_label": "Not sure"}
Json = dict[str, Any]


class PackageError(ValueError):
    """A package that was changed or is of a version we do not know."""


def package(page: Any, shelves: Library | None = None) -> Json:
    """Return the document of a protocol; raises JoinError or ProtocolError when it cannot be run."""
    source = with_plain_answers(complete(page, shelves or library()))
    body: Json = {
        "format": PACKAGE_FORMAT,
        "engine": compile_source(source),
        "key": page.code,
        "slug": page.slug,
        "page": page.pk,
        "title": page.title,
        "intro": prose(page.intro),
        "description": page.search_description,
        "audience": page.audience,
        "emergency": page.emergency,
        "includes": page.include.code if page.include_id else "",
        "starts": [dict(item.value) for item in page.starts],
        "services": services(),
        "techniques": _techniques(item["code"] for item in source["modules"]),
        "on_hold": on_hold(item["code"] for item in source["modules"]),
        "causes": _causes(slug for rule in source["rules"] for slug in rule.get("could_be", [])),
        "sites": _sites(source["questions"]),
        "review": review(page),
    }
    return sealed(body)


def with_plain_answers(source: Json) -> Json:
    """Return a protocol whose questions say in the language that is read what they say where nobody wrote anything.

    The engine knows “Not sure” and “None of these” in the language of the source alone.
    """
    if is_source():
        return source
    plain = {name: gettext(label) for name, label in PLAIN_ANSWERS.items()}
    return {**source, "questions": [{**plain, **question} for question in source["questions"]]}


def sealed(body: Mapping[str, Any]) -> Json:
    """Return a document with its hash; what was its hash before is left out."""
    kept = {key: value for key, value in body.items() if key != "hash"}
    return {**kept, "hash": content_hash(kept)}


def checked(document: Mapping[str, Any]) -> Json:
    """Return a document whose hash fits; raises PackageError."""
    body = {key: value for key, value in document.items() if key != "hash"}
    if body.get("format") != PACKAGE_FORMAT:
        raise PackageError("This release has a format that this version cannot read.")
    if content_hash(body) != document.get("hash"):
        raise PackageError("The content of this release does not match its hash.")
    return dict(document)


def services() -> Json:
    """Return whom to call, which is the number of the main place, and how each service is called in the place shown.

    `dial` and `names_of` are there as soon as a number must be told with its place.
    """
    records, main = places()
    this = now().language
    shown = next(iter(near(records, main, this)), None)
    if main is None or shown is None:
        return {"place": "", "emergency_number": settings.EMERGENCY_NUMBER, "urgent_number": "", "names": {}}
    told = dialling(records, main, this)
    named = {"dial": told.as_json(), "names_of": shown.place} if any(one.places for one in told.emergency) else {}
    return {
        "place": main.place,
        "emergency_number": main.emergency,
        "urgent_number": main.urgent,
        "url": shown.url,
        "dates": main.dates,
        "names": _names(shown.pk),
        **named,
    }


def _names(pk: int) -> Json:
    """Return how each service is called in one place, what it does and how it is reached."""
    return {
        item.value["specialty"]: {name: item.value[name] for name in ("name", "does", "how_to_reach")}
        for page in in_language(ServicesPage.objects.filter(pk=pk))
        for item in page.services
    }


def _techniques(codes: Iterable[str]) -> Json:
    """Return how each technique is done."""
    return {
        page.code: {
            "steps": [{"text": item.value["text"], "hint": item.value["hint"]} for item in page.steps],
            "doses": [_dose(item.value) for item in page.dose],
            "preconditions": [item.value["text"] for item in page.preconditions],
            "stop_if": [item.value["text"] for item in page.stop_if],
        }
        for page in in_language(TechniquePage.objects.live().filter(code__in=set(codes)))
    }


def on_hold(codes: Iterable[str]) -> list[str]:
    """Return the techniques of which a reviewer has put all or a part on hold; emergency advice never is."""
    pages = TechniquePage.objects.live().filter(code__in=set(codes)).order_by("code")
    return [page.code for page in pages if facts.held(page)]


def _dose(value: Mapping[str, Any]) -> str:
    """Return an amount in words: 'Hold each stretch: 20 to 30 seconds'."""
    low, high = value["low"], value["high"]
    if low is None and high is None:
        return f"{value['what']}: {value['vague']}"
    numbers = [f"{number.normalize():f}" for number in (low, high) if number is not None]
    return f"{value['what']}: {' to '.join(dict.fromkeys(numbers))} {value['unit']}"


def _causes(slugs: Iterable[str]) -> Json:
    rows = in_language(CausePage.objects.live().filter(slug__in=set(slugs)))
    return {page.slug: {"title": page.title, "medical": _medical(page), "url": address(page)} for page in rows}


def _medical(page: CausePage) -> str:
    """Return what doctors call it, unless the title says so already."""
    name = str(page.medical_name)
    return "" if name.lower() in page.title.lower() else name


def _sites(questions: Iterable[Mapping[str, Any]]) -> Json:
    """Return zone and page of each place that a place question offers."""
    keys = {item["key"] for one in questions if one["kind"] == "place" for item in one["options"]}
    rows = in_language(BodySitePage.objects.live().filter(slug__in=keys))
    return {page.slug: {"zone": page.zone, "title": page.title, "url": address(page)} for page in rows}


def review(page: Any) -> Json:
    """Return who reviewed the protocol and until when that holds."""
    facts = page.review_facts
    if facts is None:
        return {"signers": [], "reviewed_on": "", "due_on": "", "relief_until": "", "demonstration": True}
    grace = timedelta(days=settings.REVIEW_GRACE_DAYS)
    return {
        "signers": [_signer(row) for row in facts.signers],
        "reviewed_on": facts.reviewed_on.isoformat(),
        "due_on": facts.due_on.isoformat(),
        "relief_until": (facts.due_on + grace).isoformat(),
        "demonstration": facts.demonstration,
        "ledger": facts.ledger_url,
    }


def _signer(row: Mapping[str, Any]) -> Json:
    return {name: str(row[name]) for name in ("name", "profession", "body", "number") if row.get(name)}
