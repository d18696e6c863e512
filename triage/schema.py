"""A protocol page as the dictionary that its file holds, and from there to a complete protocol for the engine."""

from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.blocks.list_block import ListValue

from review import overlay
from triage.engine.join import join
from triage.engine.protocol import SkipMeans, Stage
from triage.library import Library

Data = dict[str, Any]


def file_form(page: Any) -> Data:
    """Return what the file of this protocol says, keys in the order of the file."""
    found: Data = {"key": page.code, "title": page.title, "audience": page.audience}
    own = [question_form(item.value) for item in page.questions if item.block_type == "question"]
    if page.include_id:
        found["include"] = _include(page)
        found["order"] = [item.value["key"] for item in page.questions]
    found["questions"] = own
    found["rules"] = [item.value.code for item in page.rules if item.value]
    found |= _care(page)
    if page.max_questions:
        found["limits"] = {"max_questions": page.max_questions}
    if page.safety_net:
        found["safety_net"] = page.safety_net
    return found


def files_of(page: Any) -> dict[str, Data]:
    """Return the file forms of the protocols that a page includes, by key."""
    if not page.include_id:
        return {}
    included = overlay.proposed({page.include_id: page.include})[page.include_id]
    return {included.code: file_form(included)}


def complete(page: Any, shelves: Library) -> Data:
    """Return the complete protocol; raises JoinError when it names something that is not there."""
    return join(file_form(page), shelves, files_of(page))


def question_form(value: Mapping[str, Any]) -> Data:
    """Return one question as the file spells it; what is as usual is left out."""
    found: Data = {"key": value["key"], "kind": str(value["kind"])}
    if value["stage"] != Stage.REST:
        found["stage"] = str(value["stage"])
    found["text"] = value["text"]
    found |= _some(value, "help")
    found["why"] = value["why"]
    if value["ask_if"]:
        found["ask_if"] = _conditions(value["ask_if"])
    if value["skip_means"] != SkipMeans.UNKNOWN:
        found["skip_means"] = str(value["skip_means"])
    if value["options"]:
        found["options"] = [_option(item) for item in value["options"]]
    if value["number"]["unit"]:
        found["number"] = _number(value["number"])
    found |= _some(value, "none_label", "unsure_label", "unsure", "unsure_sets")
    if not value["allow_unsure"]:
        found["allow_unsure"] = False
    return found


def _some(value: Mapping[str, Any], *names: str) -> Data:
    """Return the parts that are not empty."""
    made = {name: value[name] for name in names if value[name]}
    return {name: list(item) if isinstance(item, list | ListValue) else item for name, item in made.items()}


def _option(value: Mapping[str, Any]) -> Data:
    found = {"key": value["key"], "label": value["label"]} | _some(value, "help", "sets", "unknown")
    return found | ({"concern": value["concern"]} if value["concern"] else {})


def _number(value: Mapping[str, Any]) -> Data:
    found: Data = {"unit": value["unit"], "min": value["min"], "max": value["max"]}
    found["cuts"] = [
        {name: cut[name] for name in ("at_least", "below") if cut[name] is not None} | {"sets": list(cut["sets"])}
        for cut in value["cuts"]
    ]
    return found


def _conditions(items: Iterable[Mapping[str, Any]]) -> list[Data]:
    return [
        {
            "words": item["words"],
            "needs": [
                list(need["findings"]) if need["present"] else {"findings": list(need["findings"]), "present": False}
                for need in item["needs"]
            ],
        }
        for item in items
    ]


def _include(page: Any) -> Data:
    taken = [item.value for item in page.questions if item.block_type == "included"]
    found: Data = {"protocol": page.include.code, "questions": [value["key"] for value in taken]}
    changes = {value["key"]: change for value in taken if (change := _change(value))}
    return found | ({"changes": changes} if changes else {})


def _change(value: Mapping[str, Any]) -> Data:
    found = _some(value, "text", "help", "why", "none_label", "unsure_label")
    found |= _some(value, "unsure", "unsure_sets")
    if value["options"]:
        found["options"] = [_option(item) for item in value["options"]]
    if value["skip_means"]:
        found["skip_means"] = str(value["skip_means"])
    if value["other_ask_if"]:
        found["ask_if"] = _conditions(value["ask_if"])
    return found


def _care(page: Any) -> Data:
    """Return levels, advice and limits; an including protocol says only what is different."""
    found: Data = {}
    for item in page.default_rule:
        kept = ("code", "disposition", "review_days", "title", "action", "why", "specialties")
        found["default"] = _some(item.value, *kept)
    if len(page.dispositions):
        found["dispositions"] = [_level(item.value) for item in page.dispositions]
    if len(page.advice):
        found["advice"] = {
            item.value["disposition"]: [one.code for one in item.value["techniques"] if one] for item in page.advice
        }
    for name in ("also", "unfinished"):
        if len(getattr(page, name)):
            found[name] = [item.value.code for item in getattr(page, name) if item.value]
    return found | _limits(page)


def _level(value: Mapping[str, Any]) -> Data:
    found: Data = {"key": value["key"], "rank": value["rank"], "label": value["label"]}
    found |= _some(value, "action")
    found |= {"not_sure": value["not_sure"]} | _some(value, "not_sure_specialties")
    found["stops"] = str(value["stops"])
    return found | _some(value, "safety_net")


def _limits(page: Any) -> Data:
    found: Data = {}
    levels = [item.value for item in page.block_levels if item.value["block"]]
    if levels:
        found["block_levels"] = {value["block"].code: list(value["dispositions"]) for value in levels}
    if len(page.mitigating):
        found["mitigating"] = [_mitigating(item.value) for item in page.mitigating]
    if len(page.hidden_rules):
        found["hidden_rules"] = [_some(item.value, "rule", "why") for item in page.hidden_rules]
    if len(page.only_together):
        found["only_together"] = [item.value for item in page.only_together]
    lines = [item.value for item in page.red_lines if item.value["block"]]
    if lines:
        found["red_lines"] = [{"action": value["action"], "block": value["block"].code} for value in lines]
    least = [item.value for item in page.minimum if item.value["block"]]
    if least:
        found["minimum"] = [{"block": v["block"].code, "findings": list(v["findings"])} for v in least]
    return found


def _mitigating(value: Mapping[str, Any]) -> Data:
    freed = [block.code for block in value["frees"] if block]
    return _some(value, "finding", "lowers", "why") | ({"frees": freed} if freed else {})
