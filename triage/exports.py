"""Released checks in other people's formats: made from the artefact on disk, once for each release and process.

Nothing here asks the database, and nothing but the current release is ever given out.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from triage.artefacts import Check, NoCheckError
from triage.engine.protocol import Answers
from triage.result_page import not_advised
from triage.standards.bundle import resources
from triage.standards.codes import About, Fhir
from triage.standards.dmn import TooWideError, dmn
from triage.standards.response import response

FHIR_JSON = "application/fhir+json; charset=utf-8"


@dataclass(frozen=True)
class File:
    """One file as it is sent."""

    body: bytes
    kind: str
    name: str
    etag: str


def about(check: Check, held: frozenset[str]) -> About:
    """Return what a release says of itself; `held`: advice that is not shown."""
    known = check.document
    review = known["review"]
    services = known["services"]["names"]
    return About(
        base=f"{settings.SITE_URL}/check/{known['slug']}",
        version=check.hash[:8],
        title=known["title"],
        description=known["description"],
        publisher=settings.WAGTAIL_SITE_NAME,
        reviewed_on=review.get("reviewed_on") or "",
        due_on=review.get("due_on") or "",
        demonstration=bool(review.get("demonstration")),
        held=held,
        steps={code: tuple(step["text"] for step in how["steps"]) for code, how in known["techniques"].items()},
        services={key: place["name"] for key, place in services.items()},
        reviewers=tuple(str(signer["name"]) for signer in review.get("signers", []) if signer.get("name")),
    )


def fhir_file(check: Check, fhir: Fhir, name: str) -> File:
    """Return a FHIR resource by the end of its address; raises NoCheckError where there is none."""
    return _named(_fhir_files(check, fhir, not_advised(check, timezone.localdate())), name)


def _named(files: Mapping[str, File], name: str) -> File:
    if name not in files:
        raise NoCheckError(name)
    return files[name]


# a check is one release, the same object as long as it is on the shelf
@functools.lru_cache(maxsize=16)
def _fhir_files(check: Check, fhir: Fhir, held: frozenset[str]) -> dict[str, File]:
    made = resources(check.machine.protocol, about(check, held), fhir)
    slug = check.document["slug"]
    return {
        name: file(
            json.dumps(one, ensure_ascii=False), FHIR_JSON, f"{slug}-{fhir.lower()}-{name.replace('/', '-')}.json"
        )
        for name, one in made.items()
    }


def dmn_file(check: Check) -> File:
    """Return the rules as a decision model; raises NoCheckError where a rule has too many alternatives for a table."""
    try:
        return _dmn_file(check)
    except TooWideError:
        raise NoCheckError(check.key) from None


@functools.lru_cache(maxsize=8)
def _dmn_file(check: Check) -> File:
    text = dmn(check.machine.protocol, about(check, frozenset()))
    return file(text, "application/xml; charset=utf-8", f"{check.document['slug']}.dmn")


def fhir_response(check: Check, answers: Answers, fhir: Fhir) -> str:
    """Return a run as a QuestionnaireResponse; `answers` are those on the path. Nothing of it is kept."""
    now = timezone.localtime()
    told = about(check, not_advised(check, now.date()))
    return json.dumps(response(check.machine, answers, told, fhir, now), ensure_ascii=False)


def file(text: str, kind: str, name: str) -> File:
    """Return a text as a file, with a mark that changes when a byte of it does."""
    body = text.encode()
    return File(body, kind, name, f'"{sha256(body).hexdigest()[:32]}"')
