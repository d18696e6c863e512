"""A run as a FHIR QuestionnaireResponse, and back: what was answered, and what follows from it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from triage.engine.compiled import Machine
from triage.engine.protocol import MAYBE, NONE, SOME, UNSURE, Answer, Answers, Kind, Protocol, Question
from triage.engine.result import Result
from triage.standards.codes import DOUBT, NONE_CODE, UNSURE_CODE, About, Codes, Fhir
from triage.standards.questionnaire import CALCULATED, RESULT, UNFINISHED, words_of

Json = dict[str, Any]


def response(machine: Machine, answers: Answers, about: About, fhir: Fhir, now: datetime) -> Json:
    """Return a run as a resource; `answers` are those on the path. It names nobody and no place."""
    result = machine.result(answers)
    asked = {key: answers[key] for key in result.asked if key in answers}
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{about.url(fhir, 'Questionnaire')}|{about.version}",
        "status": "completed" if result.finished else "in-progress",
        "authored": now.isoformat(timespec="seconds"),
        "item": [
            *answered(machine.protocol, asked, about, fhir),
            *_results(machine, result, about.held),
        ],
    }


def answered(protocol: Protocol, answers: Mapping[str, Answer], about: About, fhir: Fhir) -> Iterable[Json]:
    """Yield the items for answers in their written form, on the path or not, in the order of the questions."""
    writer = _Writer(Codes(protocol), about, fhir)
    for question in protocol.questions:
        if question.key in answers:
            yield from writer.answered(question, answers[question.key])


class _Writer:
    """Writes the answers of one run."""

    def __init__(self, codes: Codes, about: About, fhir: Fhir) -> None:
        self.codes, self.system = codes, about.url(fhir, "CodeSystem", "answers")

    def answered(self, question: Question, answer: Answer) -> Iterable[Json]:
        if question.kind is Kind.NUMBER and answer == UNSURE:
            yield _item(question.key + DOUBT, question.unsure_label, [{"valueBoolean": True}])
        elif question.kind is Kind.NUMBER:
            yield _item(question.key, question.text, [{"valueInteger": answer}])
        else:
            yield from self._chosen(question, answer if isinstance(answer, tuple) else (str(answer),))

    def _chosen(self, question: Question, tokens: tuple[str, ...]) -> Iterable[Json]:
        doubted = [token.removeprefix(MAYBE) for token in tokens if token.startswith(MAYBE)]
        whole = [UNSURE if token == SOME else token for token in tokens if not token.startswith(MAYBE)]
        said = [*whole, *([UNSURE] if doubted else [])]
        yield _item(question.key, question.text, [self._coding(question, token) for token in said])
        if doubted:
            yield _item(question.key + DOUBT, "Not sure about", [self._coding(question, token) for token in doubted])

    def _coding(self, question: Question, token: str) -> Json:
        option = question.by_option.get(token)
        if option:
            code, display = self.codes.option(question, option), option.label
        elif token == NONE:
            code, display = NONE_CODE, question.none_label
        else:
            code, display = UNSURE_CODE, question.unsure_label
        return {"valueCoding": {"system": self.system, "code": code, "display": display}}


def _item(name: str, text: str, answer: list[Json]) -> Json:
    return {"linkId": name, "text": text, "answer": answer}


def _results(machine: Machine, result: Result, held: frozenset[str]) -> Iterable[Json]:
    """Yield the same items as a program that evaluates the Questionnaire."""
    protocol = machine.protocol
    level = protocol.disposition.get(result.disposition or "")
    yield _item(RESULT, "Result", [{"valueString": words_of(level.label, level.action) if level else UNFINISHED}])
    places = {module.code: place for place, module in enumerate(protocol.modules)}
    values = {
        "urgency": result.disposition or "",
        "deciding": _in_order(result.winning, {rule.code: n for n, rule in enumerate(protocol.rules)}) if level else "",
        "advice": "".join(f"{code} " for code in result.shown if code not in held),
        "alone": _in_order([item.code for item in result.withheld], places),
    }
    for name, value in values.items():
        if value.strip():
            yield _item(name, CALCULATED[name], [{"valueString": value}])


def _in_order(codes: Iterable[str], places: Mapping[str, int]) -> str:
    return "".join(f"{code} " for code in sorted(codes, key=lambda code: places.get(code, len(places))))


def answers_in(machine: Machine, resource: Mapping[str, Any]) -> Answers:
    """Return what a QuestionnaireResponse answers, as the engine writes it; what does not fit is left out."""
    codes = Codes(machine.protocol)
    items = {item.get("linkId"): item.get("answer", []) for item in resource.get("item", [])}
    found: dict[str, object] = {}
    for question in machine.protocol.questions:
        given, doubt = items.get(question.key, []), items.get(question.key + DOUBT, [])
        if question.kind is Kind.NUMBER:
            unsure = any(one.get("valueBoolean") for one in doubt)
            values = [one.get("valueInteger") for one in given] or ([UNSURE] if unsure else [])
        else:
            values = _tokens(codes, question, given, doubt)
        if values:
            found[question.key] = values if question.several else values[0]
    return machine.clean(found)


def _tokens(codes: Codes, question: Question, given: Iterable[Json], doubt: Iterable[Json]) -> list[object]:
    fixed = {NONE_CODE: NONE, UNSURE_CODE: UNSURE}
    said = [one["valueCoding"]["code"] for one in given]
    tokens = [codes.read(question, code) or fixed.get(code, code) for code in said]
    doubted = [codes.read(question, one["valueCoding"]["code"]) for one in doubt]
    named = [f"{MAYBE}{key}" for key in doubted if key and key not in tokens]
    if named and UNSURE in tokens:
        tokens = [token for token in tokens if token != UNSURE] + named
    return list(tokens)
