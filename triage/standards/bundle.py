"""Everything that FHIR can be told of a protocol: each resource under its own address, and all of them together."""

from collections.abc import Iterable
from typing import Any

from triage.engine.protocol import Protocol
from triage.standards.codes import About, Fhir
from triage.standards.plan import activities, code_systems, plan
from triage.standards.questionnaire import questionnaire

Json = dict[str, Any]


def resources(protocol: Protocol, about: About, fhir: Fhir) -> dict[str, Json]:
    """Return every resource by the end of its address, such as `Questionnaire` or `ActivityDefinition/M-COLD`."""
    made: Iterable[Json] = (
        questionnaire(protocol, about, fhir),
        plan(protocol, about, fhir),
        *activities(protocol, about, fhir),
        *code_systems(protocol, about, fhir),
    )
    before = len(about.url(fhir)) + 1
    found = {one["url"][before:]: one for one in made}
    entries = [{"fullUrl": one["url"], "resource": one} for one in found.values()]
    return {**found, "Bundle": {"resourceType": "Bundle", "type": "collection", "entry": entries}}
