"""What follows from a run, as FHIR PlanDefinition and ActivityDefinitions, and the codes they are written in.

Every condition looks at what the Questionnaire has computed into its hidden items, so a program that runs the plan
needs the finished QuestionnaireResponse and nothing else.
"""

from collections.abc import Iterable
from typing import Any

from triage.engine.protocol import Disposition, Module, Protocol, Rule
from triage.standards.codes import About, Codes, Fhir
from triage.standards.questionnaire import expression, head, quoted, without_empty, words_of

Json = dict[str, Any]
PRIORITY = {4: "stat", 3: "asap", 2: "urgent"}
"""By rank; everything below waits for days."""
PLAN_TYPE = "http://terminology.hl7.org/CodeSystem/plan-definition-type"


def plan(protocol: Protocol, about: About, fhir: Fhir) -> Json:
    """Return the PlanDefinition: urgencies from the most urgent down, then advice, then what to leave alone."""
    writer = _Plan(protocol, about, fhir)
    shown = [one for one in protocol.modules if one.code not in about.held]
    forbidden = [one for one in protocol.modules if one.withhold]
    levels = sorted(protocol.dispositions, key=lambda item: -item.rank)
    groups = [
        writer.group("Urgency", [writer.level(one) for one in levels], "at-most-one"),
        writer.group("What helps", [writer.helps(one) for one in shown], "any"),
        writer.group("Leave alone now", [writer.alone(one) for one in forbidden], "any"),
    ]
    return without_empty(
        {
            "resourceType": "PlanDefinition",
            "id": f"{protocol.key}-{about.version}",
            **head(about, fhir, "PlanDefinition", "Plan"),
            "type": {"coding": [{"system": PLAN_TYPE, "code": "clinical-protocol"}]},
            "reviewer": [{"name": name} for name in about.reviewers],
            "action": [group for group in groups if group["action"]],
        }
    )


class _Plan:
    """Writes the actions of one protocol."""

    def __init__(self, protocol: Protocol, about: About, fhir: Fhir) -> None:
        self.protocol, self.about, self.fhir = protocol, about, fhir

    def group(self, title: str, actions: list[Json], choose: str) -> Json:
        needed: Json = {"type": "QuestionnaireResponse"}
        return {
            **_named(self.fhir, title.lower().replace(" ", "-")),
            "title": title,
            "input": [needed] if self.fhir is Fhir.R4 else [{"title": "The finished check", "requirement": needed}],
            "groupingBehavior": "logical-group",
            "selectionBehavior": choose,
            "action": actions,
        }

    def level(self, level: Disposition) -> Json:
        rules = [*self.protocol.rules, self.protocol.default]
        reached = [
            one for one in rules if level.key in {one.disposition, self.protocol.disposition[one.disposition].not_sure}
        ]
        return without_empty(
            {
                **_named(self.fhir, level.key),
                "title": level.label,
                "description": " ".join(part for part in (level.action, level.safety_net) if part),
                "priority": PRIORITY.get(level.rank, "routine"),
                "code": self._code(level),
                "condition": [_applies(f"{_said('urgency')} = {quoted(level.key)}")],
                "action": [self.rule(level, rule) for rule in reached],
            }
        )

    def _code(self, level: Disposition) -> Any:
        coding = {"system": self.about.url(self.fhir, "CodeSystem", "urgency"), "code": level.key}
        concept = {"coding": [{**coding, "display": level.label}]}
        return [concept] if self.fhir is Fhir.R4 else concept

    def rule(self, level: Disposition, rule: Rule) -> Json:
        sure = rule.disposition == level.key
        own = self.protocol.disposition[rule.disposition]
        specialties = rule.specialties if sure else (own.not_sure_specialties or rule.specialties)
        said = [rule.action or level.action, rule.while_waiting] if sure else [level.action]
        return without_empty(
            {
                **_named(self.fhir, f"{level.key}-{rule.code}"),
                "title": rule.title if sure else f"{rule.title} (not sure)",
                "description": " ".join(part for part in said if part),
                "textEquivalent": rule.why,
                "condition": [_applies(_lists("deciding", rule.code))],
                "timingRange": _days(rule) if sure else {},
                "participant": [self._participant(name) for name in specialties],
            }
        )

    def _participant(self, name: str) -> Json:
        called = self.about.services.get(name) or name.replace("_", " ").capitalize()
        return {"type": "practitioner", "role": {"text": called}}

    def helps(self, module: Module) -> Json:
        return without_empty(
            {
                **_named(self.fhir, module.code),
                "title": module.title,
                "description": module.summary,
                "condition": [_applies(_lists("advice", module.code))],
                "definitionCanonical": f"{self._activity(module)}|{self.about.version}",
            }
        )

    def alone(self, module: Module) -> Json:
        reasons = dict.fromkeys(item.reason for item in module.withhold if item.reason)
        return without_empty(
            {
                **_named(self.fhir, f"not-{module.code}"),
                "title": f"Not now: {module.title}",
                "description": " ".join(reasons),
                "condition": [_applies(_lists("alone", module.code))],
            }
        )

    def _activity(self, module: Module) -> str:
        return self.about.url(self.fhir, "ActivityDefinition", module.code)


def _named(fhir: Fhir, name: str) -> Json:
    """R5 has a place for the name of an action, R4 only for the id of an element."""
    return {"id": name} if fhir is Fhir.R4 else {"linkId": name}


def _applies(text: str) -> Json:
    return {"kind": "applicability", "expression": expression(text)}


def _said(name: str) -> str:
    return f"%resource.item.where(linkId = {quoted(name)}).answer.value"


def _lists(name: str, code: str) -> str:
    return f"(' ' + {_said(name)}).contains({quoted(f' {code} ')})"


def _days(rule: Rule) -> Json:
    if not rule.within_days:
        return {}
    unit = {"unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}
    return {"low": {"value": 0, **unit}, "high": {"value": rule.within_days, **unit}}


def activities(protocol: Protocol, about: About, fhir: Fhir) -> Iterable[Json]:
    """Yield each technique that may be advised, with how it is done."""
    for module in protocol.modules:
        if module.code not in about.held:
            steps = "\n".join(f"{number}. {step}" for number, step in enumerate(about.steps.get(module.code, ()), 1))
            own = head(about, fhir, "ActivityDefinition", module.code.replace("-", "_"), module.code)
            yield without_empty(
                {
                    "resourceType": "ActivityDefinition",
                    "id": f"{protocol.key}-{module.code}-{about.version}"[:64],
                    **own,
                    "title": module.title,
                    "description": "\n\n".join(part for part in (module.summary, steps) if part),
                    "kind": "CommunicationRequest",
                    "intent": "proposal",
                    "code": {"text": module.title},
                    "reviewer": [{"name": name} for name in about.reviewers],
                }
            )


def code_systems(protocol: Protocol, about: About, fhir: Fhir) -> Iterable[Json]:
    """Yield the codes of answers, each with the findings it sets, and the codes of urgencies, milder ones first."""
    answers = [
        without_empty(
            {
                "code": code,
                "display": words,
                "definition": protocol.finding[code].statement if code in protocol.finding else "",
                "property": [{"code": "finding", "valueString": key} for key in sets if key != code],
            }
        )
        for code, words, sets in Codes(protocol).meanings()
    ]
    levels = [
        {"code": one.key, "display": one.label, "definition": words_of(one.label, one.action)}
        for one in sorted(protocol.dispositions, key=lambda item: item.rank)
    ]
    finding = {"code": "finding", "type": "string", "description": "A finding that an answer with this code makes true"}
    for name, concepts, properties in (("answers", answers, [finding]), ("urgency", levels, [])):
        yield without_empty(
            {
                "resourceType": "CodeSystem",
                "id": f"{protocol.key}-{name}-{about.version}"[:64],
                **{
                    key: value
                    for key, value in head(about, fhir, "CodeSystem", name.title(), name).items()
                    if key not in {"approvalDate", "lastReviewDate", "effectivePeriod"}
                },
                "caseSensitive": True,
                "content": "complete",
                "count": len(concepts),
                "property": properties,
                "concept": concepts,
            }
        )
