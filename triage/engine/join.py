"""Joins a protocol file with the reviewed rules, blocks, modules and findings it refers to by code."""

from collections.abc import Iterable, Mapping
from typing import cast

from triage.engine.protocol import FORMAT, Issue

Data = Mapping[str, object]
Shelf = Mapping[str, Data]
Json = dict[str, object]

LIBRARY = ("findings", "rules", "blocks", "modules")
INHERITED = ("dispositions", "advice", "unfinished", "default", "limits", "safety_net", "block_levels", "also")
ADDED = ("rules", "mitigating", "hidden_rules", "red_lines", "minimum", "only_together")
RULE_KEYS = (
    "code title disposition within_days review_days mode conditions action why while_waiting specialties "
    "examined referral could_be url"
).split()
BLOCK_KEYS = "code title mode conditions why what_to_do url dispositions".split()


class JoinError(ValueError):
    """A protocol file that names something that is not there."""

    def __init__(self, issues: list[Issue]) -> None:
        """Keep the faults and name them in the message."""
        self.issues = issues
        super().__init__("; ".join(f"{item.place}: {item.message}" for item in issues))


def join(protocol: Data, library: Mapping[str, Shelf], included: Mapping[str, Data] | None = None) -> Json:
    """Return the complete protocol in its dictionary form; raise `JoinError` if a part is missing.

    `library` holds the four shelves findings, rules, blocks and modules, each by code, as the starter
    files spell them (or the pages, in the same keys). `included` holds protocol files by key.
    """
    issues: list[Issue] = []
    merged = _merged(protocol, included or {}, issues)
    joiner = _Joiner(merged, library, issues)
    made = joiner.source()
    if issues:
        raise JoinError(issues)
    return made


def shelf(items: Iterable[Data], protocol: str | None = None) -> dict[str, Data]:
    """Put content mappings on a shelf by code; with `protocol` only those meant for it."""
    return {
        str(item["code"]): item
        for item in items
        if protocol is None or protocol in cast("list[str]", item.get("protocols", [protocol]))
    }


def _list(data: Data, key: str) -> list[object]:
    value = data.get(key)
    return list(value) if isinstance(value, list | tuple) else []


def _merged(protocol: Data, included: Mapping[str, Data], issues: list[Issue]) -> Json:
    """Take over from the included file what this file does not say itself."""
    include = protocol.get("include")
    if not isinstance(include, Mapping):
        return dict(protocol)
    base = included.get(str(include.get("protocol")))
    if base is None:
        issues.append(Issue("include", f"there is no protocol '{include.get('protocol')}' to include"))
        return dict(protocol)
    merged: Json = {key: protocol.get(key, base.get(key)) for key in INHERITED}
    # where two rules are equally urgent, the protocol's own one says first whom to see
    merged |= {key: [*_list(protocol, key), *_list(base, key)] for key in ADDED}
    merged |= {key: protocol.get(key) for key in ("key", "title", "audience", "order")}
    merged["questions"] = [*_included_questions(include, base, issues), *_list(protocol, "questions")]
    return merged


def _included_questions(include: Data, base: Data, issues: list[Issue]) -> list[Json]:
    offered = {str(item["key"]): item for item in cast("list[Data]", _list(base, "questions"))}
    changes = cast("Mapping[str, Data]", include.get("changes") or {})
    found: list[Json] = []
    for key in map(str, _list(include, "questions")):
        if key in offered:
            found.append({**offered[key], **changes.get(key, {})})
        else:
            issues.append(Issue("include.questions", f"there is no question '{key}' to include"))
    return found


class _Joiner:
    """One join: looks things up and notes what is missing."""

    def __init__(self, protocol: Json, library: Mapping[str, Shelf], issues: list[Issue]) -> None:
        self.protocol = protocol
        self.library = library
        self.issues = issues

    def find(self, kind: str, code: str, place: str) -> Data:
        """The thing on the shelf, or an empty one and a fault."""
        found = self.library.get(kind, {}).get(code)
        if found is None:
            self.issues.append(Issue(place, f"there is no {kind[:-1]} '{code}'"))
            return {}
        return found

    def source(self) -> Json:
        """The dictionary form."""
        protocol = self.protocol
        questions = self._ordered()
        rules = [self._rule(str(code)) for code in _list(protocol, "rules")]
        modules = [self._module(code) for code in self._module_codes()]
        blocks = [self._block(code) for code in self._block_codes(modules)]
        return {
            "format": FORMAT,
            "key": protocol.get("key"),
            "title": protocol.get("title"),
            "audience": protocol.get("audience") or "",
            "findings": self._findings(questions, rules, blocks),
            "questions": questions,
            "rules": rules,
            "blocks": blocks,
            "modules": modules,
            **{key: _list(protocol, key) for key in ("dispositions", "unfinished", *ADDED[1:-1])},
            "advice": protocol.get("advice"),
            "default": protocol.get("default"),
            "limits": protocol.get("limits") or {},
            "safety_net": protocol.get("safety_net") or "",
        }

    def _ordered(self) -> list[Data]:
        questions = cast("list[Data]", _list(self.protocol, "questions"))
        order = list(map(str, _list(self.protocol, "order")))
        if not order:
            return questions
        by_key = {str(item["key"]): item for item in questions}
        for key in sorted(set(order) ^ set(by_key)):
            self.issues.append(Issue("order", f"'{key}' is only in one of the order and the questions"))
        return [by_key[key] for key in order if key in by_key]

    def _rule(self, code: str) -> Json:
        data = self.find("rules", code, "rules")
        made = {key: data[key] for key in RULE_KEYS if data.get(key) is not None}
        return {"code": code, **made, "conditions": _conditions(data)}

    def _block(self, code: str) -> Json:
        data = self.find("blocks", code, "blocks")
        levels = cast("Data", self.protocol.get("block_levels") or {})
        made = {key: data[key] for key in BLOCK_KEYS if data.get(key) is not None}
        return {
            "code": code,
            **made,
            "conditions": _conditions(data),
            "dispositions": _list(levels, code) or _list(data, "dispositions"),
        }

    def _module(self, code: str) -> Json:
        data = self.find("modules", code, "advice")
        blocks = [
            {"block": item["block"], "reason": item.get("reason", "")}
            for item in cast("list[Data]", _list(data, "contraindications"))
        ]
        made = {key: data[key] for key in ("title", "actions", "summary", "url") if data.get(key) is not None}
        return {"code": code, **made, "blocks": blocks}

    def _module_codes(self) -> list[str]:
        advice = cast("Data", self.protocol.get("advice") or {})
        lists = [_list(advice, key) for key in advice]
        lists += [_list(self.protocol, "unfinished"), _list(self.protocol, "also")]
        return list(dict.fromkeys(str(code) for codes in lists for code in codes))

    def _block_codes(self, modules: list[Json]) -> list[str]:
        named = [str(item["block"]) for one in modules for item in cast("list[Data]", one["blocks"])]
        for key in ("red_lines", "minimum"):
            named += [str(item["block"]) for item in cast("list[Data]", _list(self.protocol, key))]
        return list(dict.fromkeys(named))

    def _findings(self, questions: list[Data], rules: list[Json], blocks: list[Json]) -> list[Json]:
        used = dict.fromkeys(_asked(questions))
        for owner in (*rules, *blocks):
            used.update(dict.fromkeys(_needed(cast("list[Data]", owner["conditions"]))))
        return [self._finding(key) for key in used if "." not in key]

    def _finding(self, key: str) -> Json:
        data = self.find("findings", key, "findings")
        more = {name: data[name] for name in ("statement", "polarity", "clot_risk", "urgent_as") if data.get(name)}
        if key in _list(self.protocol, "only_together"):
            more.pop("urgent_as", None)
        return {"key": key, "label": data.get("title", key), **more}


def _conditions(data: Data) -> list[object]:
    """Conditions as the engine spells them: words and needs."""
    kept = cast("list[Data]", _list(data, "conditions"))
    return [{"words": item.get("words", ""), "needs": _list(item, "needs")} for item in kept]


def _asked(questions: list[Data]) -> list[str]:
    found: list[str] = []
    for question in questions:
        for option in cast("list[Data]", _list(question, "options")):
            found += [str(key) for key in (*_list(option, "sets"), *_list(option, "unknown"))]
        number = question.get("number")
        for cut in cast("list[Data]", _list(number, "cuts") if isinstance(number, Mapping) else []):
            found += [str(key) for key in _list(cut, "sets")]
    return found


def _needed(conditions: list[Data]) -> list[str]:
    found: list[str] = []
    for condition in conditions:
        for need in _list(condition, "needs"):
            keys = _list(need, "findings") if isinstance(need, Mapping) else need
            found += [str(key) for key in cast("list[object]", keys)]
    return found
