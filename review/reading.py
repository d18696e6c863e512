"""A difference as a reviewer reads it: places in the editor's words, titles for keys, the words that changed marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from wagtail import blocks
from wagtail.blocks.field_block import ChooserBlock
from wagtail.fields import StreamField
from wagtail.models import Page

from review import words
from review.difference import MOVED, Change, Difference

GONE, COME = "gone", "come"
# Texts less alike than this are shown one below the other, not woven together.
ALIKE = 0.5
_LINK = re.compile(r"⟦link to (\w+) ([^⟧]*)⟧\s*(.*?)\s*⟦end of link⟧", re.DOTALL)
_SPACE_BEFORE_SIGN = re.compile(r"\s+([.,;:!?)])")
_PART = re.compile(r"^(?P<name>\w+)(?: (?P<rest>.*))?$", re.DOTALL)
_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `mark` says whether it is gone, has come, or (empty) is the same in both texts."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class ReadableChange:
    """One change for a reviewer: `pieces` when old and new are alike, else `old` and `new` whole."""

    number: int
    place: str
    what: str
    flags: tuple[str, ...]
    is_visible: bool
    pieces: tuple[Piece, ...]
    old: str
    new: str

    @property
    def anchor(self) -> str:
        """Where the change stands on the screen."""
        return f"change-{self.number}"

    @property
    def key(self) -> str:
        """The name of the field in which a reviewer asks for a change here."""
        return f"reason-{self.number}"


def readable_changes(found: Difference, page: Page) -> list[ReadableChange]:
    """Return the changes of a page for people; one query."""
    reader = _Reader(page)
    return [reader.change(number, change) for number, change in enumerate(found.changes, 1)]


def place_in_words(model: type[Page], path: Sequence[str]) -> tuple[list[str], Any]:
    """Return the words the editor shows on the way to a place of a page type, and the block that stands there."""
    of_page = _field(model, path[0])
    label = getattr(of_page, "verbose_name", "") or path[0].lstrip("+").replace("_", " ")
    labels, block = [_capital(str(label))], getattr(of_page, "stream_block", of_page)
    for part in path[1:]:
        if isinstance(block, blocks.ListBlock) and part.isdigit():
            labels[-1], block = f"{labels[-1]} {part}", block.child_block
            continue
        found = _PART.match(part)
        name, rest = (found["name"], found["rest"]) if found else (part, None)
        child = getattr(block, "child_blocks", {}).get(name)
        if isinstance(block, blocks.BaseStructBlock) and isinstance(child, blocks.BaseStreamBlock):
            block = child
            continue
        word = _capital(str(child.label if child else name.replace("_", " ")))
        labels.append(f"{word} {rest}" if rest else word)
        block = child
    return labels[1:] if len(labels) > 1 and isinstance(of_page, StreamField) else labels, block


def _field(model: type[Page], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


class _Reader:
    """Knows the blocks of one page and the titles of all pages."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.titles = dict(Page.objects.order_by().values_list("pk", "title"))

    def change(self, number: int, change: Change) -> ReadableChange:
        """Return one change as it is read."""
        parts, block = place_in_words(type(self.page), change.path)
        parts = self.page.place_in_words(change.path) or parts
        old, new = self.text(block, change.old), self.text(block, change.new)
        if old == new and change.what != MOVED:
            old, new = (self.text(block, value, formatting=True) for value in (change.old, change.new))
        pieces = tuple(woven(old, new)) if old and new and change.what != MOVED else ()
        place, flags, visible = " › ".join(parts), tuple(change.flags()), change.is_visible
        if _chooses_a_page(block):
            # the number of a page means nothing to anybody; its title is read, and what it is must be looked at
            flags, visible = (*(flag for flag in flags if flag != "number"), _of_field(block).lower()), True
        return ReadableChange(number, place, change.what, flags, visible, pieces, old, new)

    def text(self, block: Any, value: Any, *, formatting: bool = False) -> str:
        """Return any governed value as the editor would name it."""
        if value in (None, "", []):
            return ""
        if isinstance(value, dict) and value.keys() == {"type", "value"}:
            return self._item(block, value, formatting=formatting)
        if isinstance(value, list):
            return "\n".join(self.text(block, item, formatting=formatting) for item in value)
        if isinstance(value, dict):
            lines = (
                self._line(block, k, v, formatting=formatting) for k, v in value.items() if v not in (None, "", [])
            )
            return "\n".join(lines)
        return self._plain(block, value, formatting=formatting)

    def _item(self, block: Any, value: dict[str, Any], *, formatting: bool) -> str:
        if isinstance(block, blocks.ListBlock):
            return self.text(block.child_block, value["value"], formatting=formatting)
        child = getattr(block, "child_blocks", {}).get(value["type"])
        return self.text(child or block, value["value"], formatting=formatting)

    def _line(self, block: Any, name: str, value: Any, *, formatting: bool) -> str:
        child = getattr(block, "child_blocks", {}).get(name)
        text = self.text(child, value, formatting=formatting)
        if isinstance(child, blocks.BaseStreamBlock | blocks.ListBlock):
            return text
        return f"{_capital(str(child.label if child else name.replace('_', ' ')))}: {text}"

    def _plain(self, block: Any, value: Any, *, formatting: bool) -> str:
        """Return a single value: a title for a key, the label of a choice, rich text with the targets of its links."""
        if _chooses_a_page(block):
            return f"“{self.titles.get(value, value)}”"
        if target := _target(block):
            return f"{target._meta.verbose_name} {value}"
        for key, label in _choices(block):
            if key == value:
                return str(label)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return self._links(words.readable(str(value), formatting=formatting))

    def _links(self, text: str) -> str:
        def named(found: re.Match[str]) -> str:
            kind, key, words_of_link = found.groups()
            target = self.titles.get(int(key), key) if kind == "page" and key.isdigit() else key
            return f"{words_of_link} [link to “{target}”]"

        return _SPACE_BEFORE_SIGN.sub(r"\1", _LINK.sub(named, text))


def woven(old: str, new: str) -> Iterator[Piece]:
    """Yield both texts as one, with the words that are gone and those that have come; nothing when they are unlike."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(a=a, b=b, autojunk=False)
    if matcher.ratio() < ALIKE:
        return
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("".join(a[a1:a2]))
            continue
        if a1 < a2:
            yield Piece("".join(a[a1:a2]), GONE)
        if b1 < b2:
            yield Piece("".join(b[b1:b2]), COME)


def _target(block: Any) -> Any:
    """Return the model of which a field or block chooses one, or None."""
    if isinstance(block, ChooserBlock):
        return block.target_model
    return block.remote_field.model if isinstance(block, models.ForeignKey) else None


def _chooses_a_page(block: Any) -> bool:
    target = _target(block)
    return target is not None and issubclass(target, Page)


def _of_field(block: Any) -> str:
    """Return the word that the editor shows for a field or block."""
    return str(getattr(block, "label", "") or getattr(block, "verbose_name", ""))


def _choices(block: Any) -> list[tuple[Any, Any]]:
    """Return (stored, shown) of a field or block with choices."""
    choices = getattr(getattr(block, "field", None), "choices", None) or getattr(block, "choices", None) or []
    return [(pair[0], pair[1]) for pair in choices if isinstance(pair, tuple | list) and len(pair) == 2]  # noqa: PLR2004


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def in_one_sentence(changes: list[ReadableChange], *, new: bool) -> str:
    """Return what a submission changes, as the public ledger says it until somebody says it better."""
    if new:
        return "First release."
    if not changes:
        return "Reviewed again; nothing changed."
    places = list(dict.fromkeys(change.place.split(" › ")[0] for change in changes))
    flags = list(dict.fromkeys(flag for change in changes for flag in change.flags if flag != MOVED))
    said = f"Changed: {'; '.join(places[:3])}{' and more' if len(places) > 3 else ''}."  # noqa: PLR2004
    return f"{said} Touches: {', '.join(flags)}."[:300] if flags else said[:300]
