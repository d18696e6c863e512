"""What changed between two texts of a page, place by place, and how much it can matter; pure functions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from review import words
from review.enums import ChangeClass
from review.fingerprint import canonical, digest, says_nothing

CHANGED, ADDED, REMOVED, MOVED = "changed", "added", "removed", "moved"
# Not a change for anybody who reads: the editor stores the same words, links and formatting in another way.
STORED = "stored"
# Wagtail's own fields; page types say what their own fields are, and what nobody said is of class safety.
BASE_CLASSES: dict[str, ChangeClass] = {
    "title": ChangeClass.CLINICAL,
    "slug": ChangeClass.WORDING,
    "seo_title": ChangeClass.WORDING,
    "search_description": ChangeClass.CLINICAL,
    "show_in_menus": ChangeClass.WORDING,
}


@dataclass(frozen=True)
class Change:
    """One difference: `path` for people (`review.reading`), `kinds` for the rules, the two values as JSON has them."""

    path: tuple[str, ...]
    kinds: tuple[str, ...]
    what: str
    old: Any
    new: Any

    @property
    def old_text(self) -> str:
        """The old value as text, link targets and formatting in words."""
        return as_text(self.old)

    @property
    def new_text(self) -> str:
        """The new value as text, link targets and formatting in words."""
        return as_text(self.new)

    @property
    def is_visible(self) -> bool:
        """Whether the words differ, not only what is behind them."""
        if self.what == MOVED:
            return True
        old, new = (words.readable(str(v or "")) for v in (self.old, self.new))
        return isinstance(self.old or self.new, str) and _plain(old) != _plain(new)

    def flags(self) -> list[str]:
        """What a reviewer must look at in this change."""
        return list(_flags(self.old_text, self.new_text, self.kinds, self.what))


@dataclass(frozen=True)
class Difference:
    """All changes between two texts, their class, how many cannot be seen by reading, how many are none for readers."""

    changes: list[Change] = field(default_factory=list)
    change_class: ChangeClass = ChangeClass.WORDING
    stored: int = 0

    @property
    def unseen(self) -> int:
        """Number of changes that are not visible as text."""
        return sum(not change.is_visible for change in self.changes)


def difference(old: dict[str, Any], new: dict[str, Any], classes: Mapping[str, str]) -> Difference:
    """Return what changed from one governed content to another, and its class."""
    compared = list(_compare(old, new, (), ()))
    found = [change for change in compared if change.what != STORED]
    return Difference(found, worst(class_of(change, classes) for change in found), len(compared) - len(found))


def worst(classes: Iterable[ChangeClass]) -> ChangeClass:
    """Return the gravest of some classes; wording when there is none."""
    return max(classes, key=lambda c: c.weight, default=ChangeClass.WORDING)


def class_of(change: Change, classes: Mapping[str, str]) -> ChangeClass:
    """Return the class of one change: what its place says, raised by what its words say."""
    known = {**BASE_CLASSES, **classes}
    names = [".".join(change.kinds[:end]) for end in range(len(change.kinds), 0, -1)]
    base = next((ChangeClass(known[name]) for name in names if name in known), ChangeClass.SAFETY)
    if base == ChangeClass.SAFETY:
        return base
    if change.what == MOVED:
        return base
    if not isinstance(change.old or change.new or "", str):
        return ChangeClass.SAFETY
    if words.may_change_what_readers_do(str(change.old or ""), str(change.new or "")):
        return ChangeClass.SAFETY
    return base


def as_text(value: Any) -> str:
    """Return any governed value as text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return words.readable(value, formatting=True)
    if isinstance(value, dict) and "value" in value and "type" in value:
        return as_text(value["value"])
    if isinstance(value, dict):
        return "\n".join(f"{key}: {as_text(item)}" for key, item in value.items() if item not in (None, "", []))
    if isinstance(value, list):
        return "\n".join(filter(None, map(as_text, value)))
    return canonical(value)


def _compare(old: Any, new: Any, path: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[Change]:
    if canonical(old) == canonical(new):
        return
    if isinstance(old, dict) or isinstance(new, dict):
        old, new = _dict(old), _dict(new)
        if old.get("type") != new.get("type") and old and new and "value" in old:
            yield from _compare(old, None, path, kinds)
            yield from _compare(None, new, path, kinds)
        elif _is_block(old or new):
            yield from _block(old, new, path, kinds)
        else:
            for key in sorted({*old, *new} - _unsaid(old, new)):
                yield from _compare(old.get(key), new.get(key), (*path, key), (*kinds, key))
    elif isinstance(old, list) or isinstance(new, list):
        yield from _lists(list(old or []), list(new or []), path, kinds)
    else:
        yield Change(path, kinds, _what(old, new), old, new)


def _unsaid(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    """Return the fields that only one of two texts has, and that are empty there: the software has changed."""
    if not (old and new):
        return set()
    return {key for key in old.keys() ^ new.keys() if says_nothing(old.get(key, new.get(key)))}


def _block(old: dict[str, Any], new: dict[str, Any], path: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[Change]:
    name = (old or new)["type"]
    if name == "item":
        yield from _compare(old.get("value"), new.get("value"), path, kinds)
        return
    numbered = bool(path) and path[-1].isdigit()
    number, place = (path[-1], path[:-1]) if numbered else ("", path)
    here = (*place, _label(old, number) if old and new else " ".join(filter(None, (name, number))))
    yield from _compare(old.get("value"), new.get("value"), here, (*kinds, name))


def _label(item: Any, number: str) -> str:
    """Return the kind of an item, its number and its heading, as far as it has them."""
    named, value = _name(item), _dict(_dict(item).get("value"))
    heading = value.get("heading") if named else None
    return " ".join(filter(None, (*named, number, f"“{heading}”" if isinstance(heading, str) else "")))


def _lists(old: list[Any], new: list[Any], path: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[Change]:
    """Pair the items of two lists: the same elsewhere is moved, alike at one place is changed."""
    before, after = [digest(i) for i in old], [digest(i) for i in new]
    for tag, a1, a2, b1, b2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone = [i for i in range(a1, a2) if before[i] not in after]
        come = [j for j in range(b1, b2) if after[j] not in before]
        for j in range(b1, b2):
            if after[j] in before:
                here = (*path, _label(new[j], str(j + 1)))
                yield Change(here, (*kinds, *_name(new[j])), MOVED, old[before.index(after[j])], new[j])
        gone += [i for i in range(a1, a2) if before[i] in after and before.count(before[i]) > after.count(before[i])]
        for was, now in _pairs(old, new, gone, come):
            number = str((now if now is not None else was or 0) + 1)
            yield from _compare(
                None if was is None else old[was], None if now is None else new[now], (*path, number), kinds
            )


def _pairs(old: list[Any], new: list[Any], gone: list[int], come: list[int]) -> Iterator[tuple[int | None, int | None]]:
    """Yield which removed item became which added one: of one type, the most alike first."""
    left = list(come)
    for i in gone:
        alike = [j for j in left if _name(old[i]) == _name(new[j])]
        best = max(alike, key=lambda j: _likeness(old[i], new[j]), default=None)
        if best is not None:
            left.remove(best)
        yield i, best
    for j in left:
        yield None, j


def _likeness(a: Any, b: Any) -> float:
    return SequenceMatcher(a=canonical(a), b=canonical(b), autojunk=False).quick_ratio()


def _is_block(value: dict[str, Any]) -> bool:
    return value.keys() == {"type", "value"}


def _name(value: Any) -> tuple[str, ...]:
    named = isinstance(value, dict) and _is_block(value) and value["type"] != "item"
    return (value["type"],) if named else ()


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _what(old: Any, new: Any) -> str:
    if isinstance(old, str) and isinstance(new, str) and words.same_for_readers(old, new):
        return STORED
    if old in (None, ""):
        return ADDED
    return REMOVED if new in (None, "") else CHANGED


def _plain(text: str) -> list[str]:
    return [token for token in words.tokens(text) if token[0] != "⟦"]


def _flags(old: str, new: str, kinds: tuple[str, ...], what: str) -> Iterator[str]:
    """Yield the names of the dangers in a change."""
    if what == MOVED:
        yield "moved"
    before, after = words.signals(old), words.signals(new)
    groups = {
        "number": lambda t: t[0].isdigit() or t in words.NUMBERS,
        "unit": lambda t: t in words.UNITS,
        "negation": lambda t: t in words.NEGATIONS or t.endswith("n't"),
        "urgency": lambda t: t in words.URGENCY,
        "strength of advice": lambda t: t in words.FORCE,
        "link target": lambda t: t.startswith("⟦link"),
        "image": lambda t: t.startswith("⟦img"),
        "formatting": lambda t: t.startswith(("⟦bold", "⟦italic", "⟦numbered")),
    }
    for name, test in groups.items():
        if [t for t in before if test(t)] != [t for t in after if test(t)]:
            yield name
    for name in ("dose", "contraindications", "conditions", "disposition", "image", "drawing", "illustration"):
        if any(name in kind for kind in kinds):
            yield {"disposition": "urgency"}.get(name, name)
