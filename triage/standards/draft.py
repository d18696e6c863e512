"""A FHIR Questionnaire as the beginning of a protocol: its questions, and word for word what could not be carried.

A questionnaire has no rules, so what comes out is never more than a draft. Nothing that it refers to is fetched, no
expression of it is run, and where its condition cannot be carried a question is asked of everybody.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from triage.engine.protocol import RESERVED
from triage.standards.codes import DOUBT, NONE_CODE, UNSURE_CODE

Json = Mapping[str, Any]
MOST_ITEMS, MOST_OPTIONS, MOST_TEXT, DEEPEST = 200, 60, 1000, 8
CHOICES = frozenset({"choice", "open-choice", "coding"})
WIDEST = (0, 999)
NONE_WORDS, UNSURE_WORDS = (
    frozenset({"none", "none of these"}),
    frozenset({"unsure", "not sure", "don't know", "unknown"}),
)
KNOWN_EXTENSIONS = ("itemControl", "choiceOrientation", "minValue", "maxValue", "questionnaire-unit", "optionExclusive")


class UnusableError(ValueError):
    """What was handed over is no Questionnaire that could become a draft; the message says why, for a person."""


@dataclass
class Draft:
    """What a Questionnaire became: questions in the form of a protocol file, and a report."""

    title: str = ""
    questions: list[dict[str, Any]] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)
    """Where, by link id, and what was not carried."""

    def lose(self, place: str, what: str) -> None:
        """Note something that was not carried, once."""
        if (place, what) not in self.lost:
            self.lost.append((place, what))

    @property
    def report(self) -> list[tuple[str, list[str]]]:
        """What was not carried, each with the places where."""
        found: dict[str, list[str]] = {}
        for place, what in self.lost:
            found.setdefault(what, []).append(place)
        return [*found.items()]


def drafted(resource: object, findings: Collection[str]) -> Draft:
    """Return the draft that a Questionnaire becomes; raises UnusableError.

    `findings`: the vocabulary of the site. An answer whose code is one of them establishes it; others do not.
    """
    if not isinstance(resource, Mapping) or resource.get("resourceType") != "Questionnaire":
        raise UnusableError("This is no FHIR Questionnaire: “resourceType” must be “Questionnaire”.")
    reader = _Reader(resource, findings)
    reader.read()
    if not reader.draft.questions:
        reasons = "; ".join(f"{place}: {what}" for place, what in reader.draft.lost[:5])
        raise UnusableError(f"None of its items can become a question of a check. {reasons}".strip())
    return reader.draft


class _Reader:
    """Reads one Questionnaire."""

    def __init__(self, resource: Json, findings: Collection[str]) -> None:
        self.resource, self.findings = resource, findings
        self.draft = Draft(
            title=_text(resource.get("title")) or _text(resource.get("name")) or "Imported questionnaire"
        )
        self.keys: dict[str, str] = {}
        self.sets: dict[tuple[str, str], str] = {}
        self.number = 0

    def read(self) -> None:
        for name in ("variable", "calculatedExpression", "launchContext"):
            if any(name in url for url in _urls(self.resource)):
                self.draft.lose("the whole", f"“{name}”: expressions are not run; rules are written here, and reviewed")
        for item, conditions in self._flat(self.resource.get("item"), (), 0):
            self._item(item, conditions)
        self.draft.lose(
            "the whole", "rules, levels of urgency and advice: a questionnaire has none that could be proved"
        )

    def _flat(self, items: object, conditions: tuple[Json, ...], depth: int) -> Iterator[tuple[Json, tuple[Json, ...]]]:
        """Yield every item with itself and the groups around it, which may all have conditions."""
        if depth > DEEPEST:
            raise UnusableError(f"Its items are nested more than {DEEPEST} deep.")
        for item in _maps(items):
            self.number += 1
            if self.number > MOST_ITEMS:
                raise UnusableError(f"It has more than {MOST_ITEMS} items. A check of that length helps nobody.")
            around = (*conditions, item)
            yield item, around
            yield from self._flat(item.get("item"), around, depth + 1)

    def _item(self, item: Json, around: tuple[Json, ...]) -> None:
        place, kind = _text(item.get("linkId")), item.get("type")
        if kind == "group" or (kind == "display" and self._is_help(item)):
            return
        if self._is_doubt(place):
            return
        if any("hidden" in url or "calculatedExpression" in url for url in _urls(item)):
            self.draft.lose(place, "a hidden or computed item")
            return
        body = self._question(item, place)
        if body is None:
            return
        key = self._key(place or body["text"])
        self.keys[place] = key
        question = {"key": key, "text": _text(item.get("text")), "why": "", "help": self._help(item), **body}
        if asked := self._asked(around, place):
            question["ask_if"] = asked
        for option in question.get("options", ()):
            for finding in option.get("sets", ()):
                self.sets[place, option.pop("code")] = finding
            option.pop("code", None)
        self._noted(item, place)
        self.draft.questions.append(
            {name: value for name, value in question.items() if value not in ("", [])} | {"why": ""}
        )

    def _is_doubt(self, place: str) -> bool:
        """It narrows a “not sure” of a question before it, which every question here can do by itself."""
        return place.endswith(DOUBT) and place.removesuffix(DOUBT) in self.keys

    def _is_help(self, item: Json) -> bool:
        return '"help"' in str(item.get("extension")).replace("'", '"')

    def _help(self, item: Json) -> str:
        return " ".join(_text(one.get("text")) for one in _maps(item.get("item")) if self._is_help(one))

    def _question(self, item: Json, place: str) -> dict[str, Any] | None:
        kind = _text(item.get("type"))
        if not _text(item.get("text")):
            self.draft.lose(place, "an item without a text")
            return None
        if kind == "boolean":
            return {"text": "", "kind": "single", "options": [_option("no", "No"), _option("yes", "Yes")]} | _named(
                item
            )
        if kind == "integer":
            return self._number(item, place)
        if kind in CHOICES:
            return self._choice(item, place)
        self.draft.lose(place, f"an item of type “{_text(kind)}”: a check asks for choices and whole numbers only")
        return None

    def _number(self, item: Json, place: str) -> dict[str, Any]:
        ends: list[int] = []
        for name, other in zip(("minValue", "maxValue"), WIDEST, strict=True):
            found = next(
                (one.get("valueInteger") for one in _extensions(item) if str(one.get("url")).endswith(name)), None
            )
            if not isinstance(found, int) or isinstance(found, bool):
                self.draft.lose(place, f"it has no “{name}”: {other} was put there, please correct it")
                found = other
            ends.append(found)
        low, high = ends if ends[0] < ends[1] else WIDEST
        units = (one.get("valueCoding") for one in _extensions(item) if "questionnaire-unit" in str(one.get("url")))
        unit: object = next(units, None)
        words = _text(unit.get("display") or unit.get("code")) if isinstance(unit, Mapping) else ""
        self.draft.lose(place, "from which number on a finding holds: a questionnaire does not say it")
        return {"kind": "number", "number": {"unit": words, "min": low, "max": high}} | _named(item)

    def _choice(self, item: Json, place: str) -> dict[str, Any] | None:
        several = item.get("repeats") is True
        if item.get("type") == "open-choice":
            self.draft.lose(place, "an answer in free text")
        given = [*self._codings(item, place)]
        if len(given) > MOST_OPTIONS:
            raise UnusableError(f"“{place}” has more than {MOST_OPTIONS} answers.")
        body: dict[str, Any] = {"kind": "multi" if several else "single", "options": []} | _named(item)
        used: dict[str, str] = {}
        for code, display in given:
            if {code.lower(), display.lower()} & NONE_WORDS and several:
                body["none_label"] = display
            elif {code.lower(), display.lower()} & UNSURE_WORDS:
                body["unsure_label"] = display
            else:
                body["options"].append(self._answer(place, code, display, used))
        if len(body["options"]) < (1 if several else 2):
            self.draft.lose(place, "a choice with too few answers in the file itself")
            return None
        if "unsure_label" not in body:
            self.draft.lose(
                place, "it has no “not sure”: here every question has, and it counts as the more worrying answer"
            )
        return body

    def _answer(self, place: str, code: str, display: str, used: dict[str, str]) -> dict[str, Any]:
        key = _slug(code.rpartition(".")[2] or display, used)
        found = _option(key, display or code)
        found["code"] = code
        if code in self.findings:
            found["sets"] = [code]
        elif "." not in code or not code.startswith(f"{place}."):
            self.draft.lose(
                place, f"the answer “{display or code}” establishes no finding yet: choose one where it should"
            )
        return found

    def _codings(self, item: Json, place: str) -> Iterator[tuple[str, str]]:
        """Yield code and words of each answer that stands in the file itself."""
        for option in _maps(item.get("answerOption")):
            coding = option.get("valueCoding")
            if isinstance(coding, Mapping):
                yield _text(coding.get("code")), _text(coding.get("display")) or _text(coding.get("code"))
            else:
                text = _text(option.get("valueString") or option.get("valueInteger") or option.get("valueDate"))
                yield text, text
        named = _text(item.get("answerValueSet"))
        if named.startswith("#"):
            yield from self._contained(named.removeprefix("#"))
        elif named:
            self.draft.lose(place, f"answers of the value set “{named}”: nothing outside of the file is fetched")

    def _contained(self, name: str) -> Iterator[tuple[str, str]]:
        for one in _maps(self.resource.get("contained")):
            if one.get("id") == name:
                parts = [one.get("expansion"), *_maps((one.get("compose") or {}).get("include"))]
                for part in parts:
                    for concept in (
                        _maps(part.get("contains") or part.get("concept")) if isinstance(part, Mapping) else ()
                    ):
                        yield _text(concept.get("code")), _text(concept.get("display")) or _text(concept.get("code"))

    def _asked(self, around: tuple[Json, ...], place: str) -> list[dict[str, Any]]:
        """Return when it is asked; nothing, which asks everybody, where a part of that cannot be carried."""
        found: list[dict[str, Any]] = []
        for item in around:
            if any("enableWhenExpression" in url for url in _urls(item)):
                self.draft.lose(place, "its condition is an expression: it is asked of everybody")
                return []
            rows = [*_maps(item.get("enableWhen"))]
            needs = [self._need(row) for row in rows]
            if not all(needs) or (rows and found):
                self.draft.lose(
                    place, "its condition does not rest on one finding of an earlier answer: it is asked of everybody"
                )
                return []
            if rows:
                together = item.get("enableBehavior") == "all" or len(rows) == 1
                groups = [needs] if together else [[need] for need in needs]
                found = [{"words": "", "needs": group} for group in groups]
        return found

    def _need(self, row: Json) -> list[str]:
        coding = row.get("answerCoding")
        code = _text(coding.get("code")) if isinstance(coding, Mapping) else ""
        finding = self.sets.get((_text(row.get("question")), code))
        return [finding] if finding and row.get("operator") == "=" else []

    def _noted(self, item: Json, place: str) -> None:
        if item.get("initial"):
            self.draft.lose(place, "an answer that is filled in beforehand: here no answer has a default")
        if item.get("required") is not True:
            self.draft.lose(place, "that it may be left out: here each question is answered, if with “not sure”")
        for url in _urls(item):
            if "enableWhen" not in url and not any(known in url for known in KNOWN_EXTENSIONS):
                self.draft.lose(place, f"the extension {url}")

    def _key(self, text: str) -> str:
        return _slug(text, {key: key for key in self.keys.values()})


def _option(key: str, label: str) -> dict[str, Any]:
    return {"key": key, "label": label}


def _named(item: Json) -> dict[str, Any]:
    return {"text": _text(item.get("text"))}


def _slug(text: str, used: Collection[str] | dict[str, str]) -> str:
    """Return a key that is not in use: small letters, digits, - and _."""
    base = re.sub(r"[^a-z0-9_-]+", "_", text.lower()).strip("_-")[:40] or "item"
    key, number = base, 2
    while key in used or key in RESERVED or key in {NONE_CODE, UNSURE_CODE}:
        key, number = f"{base}_{number}", number + 1
    if isinstance(used, dict):
        used[key] = key
    return key


def _maps(value: object) -> Iterable[Json]:
    return (one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()


def _extensions(item: Json) -> Iterable[Json]:
    return _maps(item.get("extension"))


def _urls(item: Json) -> list[str]:
    return [_text(one.get("url")) for one in _extensions(item)]


def _text(value: object) -> str:
    """Return what a person can read, without control signs and not without end."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(value)).split())[:MOST_TEXT]
