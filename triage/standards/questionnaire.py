"""A protocol as a FHIR Questionnaire that computes its own urgency, as SDC describes it.

Public addresses of extensions are HL7's. R4 and R5 differ in a few names only; `Fhir` chooses between them.
"""

from collections.abc import Iterable
from typing import Any

from triage.engine.protocol import Kind, Option, Protocol, Question
from triage.standards.codes import DOUBT, NONE_CODE, UNSURE_CODE, About, Codes, Fhir
from triage.standards.fhirpath import Expressions, Variable, quoted, when

Json = dict[str, Any]
HL7 = "http://hl7.org/fhir/StructureDefinition"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition"
CONTROL = "http://hl7.org/fhir/questionnaire-item-control"
HIDDEN = {"url": f"{HL7}/questionnaire-hidden", "valueBoolean": True}
DOWNWARDS = {"url": f"{HL7}/questionnaire-choiceOrientation", "valueCode": "vertical"}
RESULT = "result"
CALCULATED = {
    "urgency": "Urgency, as a code",
    "deciding": "Rules that decide, by code",
    "advice": "Advice that fits, by code",
    "alone": "Advice to leave alone now, by code",
}
"""Hidden items, each the value of the named expression of the same name."""
LIMITS = (
    "What a program must be able to do to give the same urgency: evaluate FHIRPath in `variable`,"
    " `enableWhenExpression` and `calculatedExpression` (Structured Data Capture). One that cannot shows every"
    " question, in any order, and no result: it must not be used to tell anybody how urgent something is. “Not sure”"
    " counts as present wherever a warning sign is asked for; no answer has a default. An item whose name ends in"
    " “-doubt” only narrows a “not sure”; left empty, everything that was not ticked is in doubt."
    " Not carried: which day it is (a review that is overdue, a date to be seen by), drawings, the words of the result"
    " page, and explanations of why. The result holds only for this version."
)


def questionnaire(protocol: Protocol, about: About, fhir: Fhir) -> Json:
    """Return the Questionnaire of a protocol."""
    codes = Codes(protocol)
    expressions = Expressions(protocol, codes, about.held)
    writer = Writer(protocol, about, fhir, codes, expressions)
    found = {
        "resourceType": "Questionnaire",
        "id": f"{protocol.key}-{about.version}"[:64],
        **head(about, fhir, "Questionnaire", f"Check{protocol.key.title().replace('-', '').replace('_', '')}"),
        "subjectType": ["Patient"],
        "purpose": protocol.audience,
        "extension": [_variable(item) for item in expressions.all()],
        "item": [*(item for one in protocol.questions for item in writer.question(one)), *writer.results()],
    }
    return without_empty(found)


def head(about: About, fhir: Fhir, kind: str, name: str, *more: str) -> Json:
    """Return what every resource with an address of its own says of itself."""
    return {
        "url": about.url(fhir, kind, *more),
        "version": about.version,
        "name": name,
        "title": about.title,
        "status": "active",
        "experimental": about.demonstration,
        "date": about.reviewed_on,
        "publisher": about.publisher,
        "description": "\n\n".join(part for part in (about.description, LIMITS) if part),
        "approvalDate": about.reviewed_on,
        "lastReviewDate": about.reviewed_on,
        "effectivePeriod": without_empty({"start": about.reviewed_on, "end": about.due_on}),
    }


def without_empty(value: Json) -> Json:
    """Leave out what says nothing: FHIR allows no empty text, list or object."""
    return {key: item for key, item in value.items() if item not in ("", [], {}, None)}


def expression(text: str, **more: str) -> Json:
    """Return an Expression in FHIRPath."""
    return {**more, "language": "text/fhirpath", "expression": text}


def _variable(item: Variable) -> Json:
    value = expression(item.expression, description=item.meaning, name=item.name)
    return {"url": f"{HL7}/variable", "valueExpression": value}


def _control(name: str) -> Json:
    concept = {"coding": [{"system": CONTROL, "code": name}]}
    return {"url": f"{HL7}/questionnaire-itemControl", "valueCodeableConcept": concept}


class Writer:
    """Writes the items of one protocol."""

    def __init__(self, protocol: Protocol, about: About, fhir: Fhir, codes: Codes, expressions: Expressions) -> None:
        """Take what the items are made from."""
        self.protocol, self.about, self.fhir = protocol, about, fhir
        self.codes, self.expressions = codes, expressions
        self.choice = "choice" if fhir is Fhir.R4 else "coding"

    def coding(self, code: str, display: str) -> Json:
        """Return an answer as a Coding."""
        return {"system": self.about.url(self.fhir, "CodeSystem", "answers"), "code": code, "display": display}

    def question(self, question: Question) -> Iterable[Json]:
        """Yield the item of a question, and the one that narrows a doubt."""
        number = question.kind is Kind.NUMBER
        body: Json = {
            "extension": [*self._enabled(question), *(self._range(question) if number else self._shape(question))],
            "linkId": question.key,
            "text": question.text,
            "type": "integer" if number else self.choice,
            # a number may be replaced by “not sure”, which stands in an item of its own
            "required": not (number and question.allow_unsure),
        }
        if not number:
            body |= {"repeats": question.several, "answerOption": [*self._options(question)]}
        hint = " ".join(part for part in (question.help, question.why) if part)
        body["item"] = [self._hint(question, hint)] if hint else []
        yield without_empty(body)
        if question.allow_unsure and (number or question.several):
            yield self._unsure_number(question) if number else self._which(question)

    def _enabled(self, question: Question) -> list[Json]:
        if question is self.protocol.questions[0]:
            return []
        asked = expression(self.expressions.enabled(question))
        return [{"url": f"{SDC}/sdc-questionnaire-enableWhenExpression", "valueExpression": asked}]

    def _shape(self, question: Question) -> list[Json]:
        return [_control("check-box" if question.several else "radio-button"), DOWNWARDS]

    def _range(self, question: Question) -> list[Json]:
        number = question.number
        if number is None:
            return []
        unit = {"url": f"{HL7}/questionnaire-unit", "valueCoding": {"display": number.unit}}
        ends = (("minValue", number.low), ("maxValue", number.high))
        return [*([unit] if number.unit else []), *({"url": f"{HL7}/{key}", "valueInteger": end} for key, end in ends)]

    def _hint(self, question: Question, text: str) -> Json:
        return {"extension": [_control("help")], "linkId": f"{question.key}-help", "text": text, "type": "display"}

    def _options(self, question: Question) -> Iterable[Json]:
        for option in question.options:
            yield self._option(question, option)
        if question.several:
            alone = {"url": f"{HL7}/questionnaire-optionExclusive", "valueBoolean": True}
            yield {"extension": [alone], "valueCoding": self.coding(NONE_CODE, question.none_label)}
        if question.allow_unsure:
            yield {"valueCoding": self.coding(UNSURE_CODE, question.unsure_label)}

    def _option(self, question: Question, option: Option) -> Json:
        words = f"{option.label} ({option.help})" if option.help else option.label
        return {"valueCoding": self.coding(self.codes.option(question, option), words)}

    def _which(self, question: Question) -> Json:
        return {
            "extension": [_control("check-box"), DOWNWARDS],
            "linkId": question.key + DOUBT,
            "text": "Which of these are you not sure about? Leave it empty if you cannot say.",
            "type": self.choice,
            "enableWhen": [
                {
                    "question": question.key,
                    "operator": "=",
                    "answerCoding": self.coding(UNSURE_CODE, question.unsure_label),
                }
            ],
            "required": False,
            "repeats": True,
            "answerOption": [self._option(question, option) for option in question.options],
        }

    def _unsure_number(self, question: Question) -> Json:
        asked = f"{self.expressions.enabled(question)} and %resource.item.where(linkId = {quoted(question.key)}).answer"
        enabled = expression(f"{asked}.empty()")
        return {
            "extension": [{"url": f"{SDC}/sdc-questionnaire-enableWhenExpression", "valueExpression": enabled}],
            "linkId": question.key + DOUBT,
            "text": question.unsure_label,
            "type": "boolean",
            "required": False,
        }

    def results(self) -> Iterable[Json]:
        """Yield the items that are computed: one to be read, the others for programs."""
        yield {**_calculated(RESULT, "Result", self._words()), "type": "text"}
        for name, text in CALCULATED.items():
            found = _calculated(name, text, f"%{name}")
            found["extension"].insert(0, HIDDEN)
            yield found

    def _words(self) -> str:
        """The urgency in words; unfinished and nothing urgent so far is no reassurance."""
        found = quoted(UNFINISHED)
        for level in self.protocol.dispositions:
            found = when(f"%urgency = {quoted(level.key)}", quoted(words_of(level.label, level.action)), found)
        return found


UNFINISHED = "Not finished. We cannot say yet that it is safe to wait."


def words_of(label: str, action: str) -> str:
    """Return a level of urgency in one line."""
    return action if action.startswith(label) else f"{label}. {action}".strip()


def _calculated(name: str, text: str, formula: str) -> Json:
    return {
        "extension": [{"url": f"{SDC}/sdc-questionnaire-calculatedExpression", "valueExpression": expression(formula)}],
        "linkId": name,
        "text": text,
        "type": "string",
        "readOnly": True,
    }
