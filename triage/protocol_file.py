"""Protocol files: read with the line of everything, refused with line and reason, written as they were."""

import copy
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from wagtail import blocks

from articles.content.files import ContentError, Entry, Fault, Steps, check_outline, read_entries
from articles.content.values import Converter, Index
from articles.models import CareRulePage, ContraindicationPage, FindingPage, TechniquePage
from triage.engine.join import JoinError, join
from triage.engine.parse import parse
from triage.engine.protocol import Issue
from triage.library import Library
from triage.schema import file_form

KEYS = frozenset(
    "key title audience include order questions rules default dispositions advice also unfinished "
    "block_levels "
    "mitigating hidden_rules only_together red_lines minimum limits safety_net".split()
)
ITEMS = ("questions", "dispositions", "mitigating", "hidden_rules", "red_lines", "minimum")
LISTS = (*ITEMS, "order", "rules", "also", "unfinished", "only_together")
MAPPINGS = ("include", "default", "advice", "block_levels", "limits")
_PART = re.compile(r"^(?P<name>[a-z_]+)(?:\[(?P<item>[^\]]*)\])?$")
_QUOTED = re.compile(r"'([^']+)'")
_WIDTH = 110


def read_text(text: str, name: str) -> Entry:
    """Return the entry of an uploaded file; raises ContentError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "protocol.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            check_outline(text, path)
            entry = read(path)
        except ContentError as error:
            raise ContentError([Fault(Path(name), f.line, f.reason) for f in error.faults]) from error
    entry.file = Path(name)
    return entry


def read(path: Path) -> Entry:
    """Return the one protocol in a file; raises ContentError when its outline is wrong."""
    entries = list(read_entries(path))
    if len(entries) != 1:
        raise ContentError([Fault(path, 1, "A protocol file holds one protocol: keys and values.")])
    entry = entries[0]
    faults = [entry.fault(f"“{key}” is not a part of a protocol.", key) for key in entry.data if key not in KEYS]
    faults += _outline(entry)
    if faults:
        raise ContentError(faults)
    return entry


def _outline(entry: Entry) -> Iterable[Fault]:
    """Yield what has another shape than lists and mappings where they must be."""
    for key in ("key", "title"):
        if not isinstance(entry.data.get(key), str):
            yield entry.fault(f"“{key}” is missing or not a text.", key)
    for key in LISTS:
        if not isinstance(entry.data.get(key, []), list):
            yield entry.fault(f"“{key}” must be a list.", key)
    for key in MAPPINGS:
        if not isinstance(entry.data.get(key, {}), Mapping):
            yield entry.fault(f"“{key}” must be keys and values.", key)
    for key in ITEMS:
        items = entry.data.get(key)
        for n, item in enumerate(items if isinstance(items, list) else []):
            yield from _item(entry, key, n, item)


def _item(entry: Entry, key: str, n: int, item: Any) -> Iterable[Fault]:
    if not isinstance(item, Mapping) or not isinstance(item.get("key", ""), str):
        yield entry.fault("Keys and values are needed here.", key, n)
    elif key in {"questions", "dispositions"} and "key" not in item:
        yield entry.fault("“key” is missing.", key, n)


def check(entry: Entry, shelves: Library, included: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """Return what keeps the protocol of a file from being run."""
    try:
        found = parse(join(copy.deepcopy(entry.data), shelves, included))
    except JoinError as error:
        return [fault(entry, issue) for issue in error.issues]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return [entry.fault(f"The protocol cannot be put together: {type(error).__name__} {error}.")]
    return [fault(entry, issue) for issue in found] if isinstance(found, list) else []


def fault(entry: Entry, issue: Issue) -> Fault:
    """Return an engine's fault at its line."""
    steps: list[str | int] = []
    at: Any = entry.data
    for part in issue.place.split("."):
        match = _PART.match(part)
        if match is None or not isinstance(at, Mapping) or match["name"] not in at:
            break
        steps.append(match["name"])
        at = at[match["name"]]
        number = _position(at, match["item"])
        if number is not None:
            steps.append(number)
            at = at[number]
    return entry.fault(f"{issue.place}: {issue.message}.", *_named(entry, tuple(steps), issue.message))


def _named(entry: Entry, steps: Steps, message: str) -> Steps:
    """Return where the word that a message quotes stands last below a place, or the place itself."""
    quoted = _QUOTED.search(message)
    found = steps
    for place in entry.lines:
        if quoted and place[: len(steps)] == steps and _value(entry.data, place) == quoted[1]:
            found = place
    return found


def _value(data: Any, steps: Steps) -> Any:
    for step in steps:
        data = data[step]
    return data


def _position(items: Any, name: str | None) -> int | None:
    """Return which item of a list has this key, code or number."""
    if not name or not isinstance(items, list):
        return None
    for number, item in enumerate(items):
        names = [item] if isinstance(item, str) else list(item.values())[:2] if isinstance(item, Mapping) else []
        if name in names:
            return number
    return int(name) - 1 if name.isdigit() and 0 < int(name) <= len(items) else None


def content_index() -> Index:
    """Return the id of every page a protocol can name."""
    kinds = {"finding": FindingPage, "care_rule": CareRulePage, "technique": TechniquePage,
             "contraindication": ContraindicationPage}  # fmt: skip
    return {(kind, code): pk for kind, model in kinds.items() for code, pk in model.objects.values_list("code", "pk")}


class Filler:
    """Writes the protocol of a file into a page; collects faults with their lines."""

    def __init__(self, entry: Entry, page: Any, index: Index) -> None:
        self.entry, self.page = entry, page
        self.data = copy.deepcopy(entry.data)
        self.converter = Converter(entry, f"protocol {entry.data['key']}", index)

    def fill(self, include: Any = None) -> list[Fault]:
        """Set every field that the file governs."""
        page, data = self.page, self.data
        page.code, page.title = data["key"], data["title"]
        page.audience = str(data.get("audience") or "")
        page.include = include
        page.max_questions = (data.get("limits") or {}).get("max_questions")
        page.safety_net = str(data.get("safety_net") or "").strip()
        self._stream("questions", self._questions())
        self._stream("default_rule", [("default", _with(data["default"], "specialties"), ("default",))]
                     if data.get("default") else [])  # fmt: skip
        for field, key, kind, make in _PLAIN:
            items = data.get(key) or []
            self._stream(field, [(kind, make(item), (key, n)) for n, item in enumerate(items)])
        self._stream("advice", [
            ("advice", {"disposition": level, "techniques": codes}, ("advice", level))
            for level, codes in (data.get("advice") or {}).items()
        ])  # fmt: skip
        self._stream("block_levels", [
            ("level", {"block": code, "dispositions": levels}, ("block_levels", code))
            for code, levels in (data.get("block_levels") or {}).items()
        ])  # fmt: skip
        return self.converter.faults

    def _stream(self, field: str, items: Iterable[tuple[str, Any, Steps]]) -> None:
        """Set one stream field from (block type, value, place in the file)."""
        stream_field = self.page._meta.get_field(field)
        kinds: dict[str, blocks.Block] = stream_field.stream_block.child_blocks
        raw = [
            {"type": kind, "value": self.converter.block(kinds[kind], value, steps), "id": self.converter.ident(steps)}
            for kind, value, steps in items
        ]
        setattr(self.page, field, stream_field.to_python(raw))

    def _questions(self) -> list[tuple[str, Any, Steps]]:
        include = self.data.get("include") or {}
        changes = include.get("changes") or {}
        found: dict[str, tuple[str, Any, Steps]] = {
            key: ("included", _included(key, changes.get(key) or {}), ("include", "changes", key))
            for key in include.get("questions") or []
        }
        for n, item in enumerate(self.data.get("questions") or []):
            found[item["key"]] = ("question", _question(item), ("questions", n))
        order = self.data.get("order") or list(found)
        return [found[key] for key in order if key in found]


def _with(item: Mapping[str, Any], *lists: str) -> dict[str, Any]:
    """Return a mapping in which some lists are there even if they are empty."""
    return {**{name: [] for name in lists}, **item}


def _needs(conditions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return conditions with every need spelled out."""
    return [
        {
            "words": item.get("words", ""),
            "needs": [n if isinstance(n, Mapping) else {"findings": n} for n in item["needs"]],
        }
        for item in conditions
    ]


def _question(item: Mapping[str, Any]) -> dict[str, Any]:
    made = _with(item, "unsure", "unsure_sets")
    made["stage"] = item.get("stage", "rest")
    made["skip_means"] = item.get("skip_means", "unknown")
    made["ask_if"] = _needs(item.get("ask_if") or [])
    made["options"] = _options(item)
    return made


def _options(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"concern": 0, **_with(one, "sets", "unknown")} for one in item.get("options") or []]


def _included(key: str, change: Mapping[str, Any]) -> dict[str, Any]:
    made = {**_with(change, "unsure", "unsure_sets"), "key": key, "other_ask_if": "ask_if" in change}
    made["options"] = _options(change)
    made["ask_if"] = _needs(change.get("ask_if") or [])
    return made


Make = Callable[[Any], Any]
_PLAIN: tuple[tuple[str, str, str, Make], ...] = (
    ("rules", "rules", "rule", str),
    ("dispositions", "dispositions", "level", lambda item: {"stops": "never", **_with(item, "not_sure_specialties")}),
    ("also", "also", "technique", str),
    ("unfinished", "unfinished", "technique", str),
    ("mitigating", "mitigating", "finding", lambda item: _with(item, "frees")),
    ("hidden_rules", "hidden_rules", "rule", dict),
    ("only_together", "only_together", "finding", str),
    ("red_lines", "red_lines", "line", dict),
    ("minimum", "minimum", "block", lambda item: _with(item, "findings")),
)


def written(page: Any) -> str:
    """Return the file of a protocol page."""
    return str(yaml.safe_dump(file_form(page), allow_unicode=True, sort_keys=False, width=_WIDTH, indent=2))
