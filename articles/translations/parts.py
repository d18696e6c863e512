"""The parts of a page that are put into other words: each text field, and each block that holds text.

A part is the smallest block around some texts, with the numbers and choices that stand beside them: when any of these
changes, what was written in another language speaks of something else.
"""

import copy
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from wagtail import blocks
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from review.fingerprint import digest, plain
from review.reading import place_in_words
from review.words import readable

# Fields that hold keys, numbers to dial, or the names of works, which stay as they are everywhere.
FIELDS_KEPT = frozenset(
    {"slug", "search_words", "note", "zone", "doi", "published_in", "authors", "organisation", "emergency_number",
     "urgent_number", "draft_title", "url_path", "path"}
)  # fmt: skip
BLOCKS_KEPT = frozenset({"place", "credit", "finding", "code", "rule", "protocol", "language", "also_called"})
CONTAINERS = (blocks.BaseStreamBlock, blocks.BaseStructBlock, blocks.ListBlock)
TEXTS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock)
SEPARATOR = "/"
# Under these names a block with others inside says what it is about.
HEADINGS = ("heading", "text")
LONGEST_HEADING = 60


@dataclass(frozen=True)
class Part:
    """One part: `key` names its place, `steps` its kind, `of` is everything in it; `texts` are its words by name.

    `rich` names those that are rich text; `path` is its place as the review of the source has it.
    """

    key: str
    steps: tuple[str, ...]
    of: Any
    texts: dict[str, str]
    rich: frozenset[str] = frozenset()
    put: Callable[[str, str], None] = field(compare=False, default=lambda name, text: None)
    path: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """The fingerprint of the part."""
        return digest(plain(self.of))

    @property
    def kind(self) -> str:
        """Which kind of part it is, as files for translators name it."""
        return " › ".join(step.lstrip("+").replace("_", " ") for step in self.steps)

    def place(self, model: type[Page], name: str = "") -> list[str]:
        """Return where it stands on a page of a type, or where one of its texts does, as the page's editor names it."""
        return place_in_words(model, (*(self.path or self.steps), *([name] if name else [])))[0]


def nested(part_steps: tuple[str, ...], of: Any) -> dict[str, Any]:
    """Return governed content of a page that consists of one part, as the review compares it."""
    value = of
    for step in reversed(part_steps[1:]):
        value = [{"type": step[1:], "value": value}] if step.startswith("+") else {step: value}
    return {part_steps[0]: plain(value)}


def parts_of(page: Page) -> list[Part]:
    """Return the parts of a page, in order; nothing of the page is changed."""
    return [part for name in text_fields(page) for part in _of_field(page, name, {})]


class Rewriting:
    """Gives the parts of a page, whose `put` writes; `finish` hands the page what was written into its streams."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._streams: dict[str, Any] = {}

    def parts(self) -> Iterator[Part]:
        """Yield the parts, in order."""
        for name in text_fields(self.page):
            yield from _of_field(self.page, name, self._streams)

    def finish(self) -> None:
        """Give the streams of the page the words that were put in."""
        for name, raw in self._streams.items():
            stream: Any = self.page._meta.get_field(name)
            setattr(self.page, name, StreamValue(stream.stream_block, raw, is_lazy=True))


def text_fields(page: Page) -> list[str]:
    """Return the names of the fields in which a page says something in words."""
    kept = FIELDS_KEPT | getattr(page, "untranslated_fields", frozenset())
    return [field.name for field in page._meta.get_fields() if field.name not in kept and _is_text(page, field)]


def _is_text(page: Page, one: Any) -> bool:
    if isinstance(one, StreamField):
        return True
    if not isinstance(one, models.CharField | models.TextField) or isinstance(one, models.SlugField | models.URLField):
        return False
    if one.model is Page or one.model._meta.label_lower == "wagtailcore.page":
        return one.name in {"title", "search_description", "seo_title"}
    return not one.choices and not one.unique


def _of_field(page: Page, name: str, streams: MutableMapping[str, Any]) -> Iterator[Part]:
    one = page._meta.get_field(name)
    if isinstance(one, StreamField):
        raw = copy.deepcopy(_raw(getattr(page, name)))
        streams[name] = raw
        yield from _in_stream(one.stream_block, raw, Place(name, (name,), (name,)))
    elif text := getattr(page, name):
        rich = frozenset({""}) if isinstance(one, RichTextField) else frozenset()
        yield Part(name, (name,), text, {"": text}, rich, lambda _, words: setattr(page, name, words), (name,))


def _raw(value: StreamValue) -> list[Any]:
    return [dict(item) for item in (value.raw_data if value.is_lazy else value.get_prep_value())]


@dataclass(frozen=True)
class Place:
    """Where something stands on a page: by ids, by kinds, and as the review has it, by numbers and headings."""

    key: str
    steps: tuple[str, ...]
    path: tuple[str, ...]

    def item(self, ident: Any, name: str, kind: str = "") -> "Place":
        """Return the place of an item of a list."""
        return Place(f"{self.key}{SEPARATOR}{ident}", (*self.steps, kind) if kind else self.steps, (*self.path, name))

    def within(self, name: str) -> "Place":
        """Return the place of what a block has under a name."""
        return Place(f"{self.key}{SEPARATOR}{name}", (*self.steps, name), (*self.path, name))


def _in_stream(block: Any, raw: list[Any], at: Place) -> Iterator[Part]:
    for number, item in enumerate(raw or []):
        child = block.child_blocks.get(item["type"])
        kept = item["type"] in BLOCKS_KEPT and is_words(child)
        if child is not None and not kept:
            name = f"{item['type']} {number + 1}{_heading(child, item['value'])}"
            here = at.item(item.get("id") or number, name, f"+{item['type']}")
            yield from _in_value(child, item, "value", here)


def _heading(block: Any, raw: Any) -> str:
    """Return what a block with others inside is called on the page, after its kind and number: “What helps?”."""
    if not isinstance(raw, dict) or not any(_holds_parts(child) for child in block.child_blocks.values()):
        return ""
    said = readable(str(next((raw[name] for name in HEADINGS if raw.get(name)), "")))
    return f" “{said[:LONGEST_HEADING]}{'…' if len(said) > LONGEST_HEADING else ''}”" if said else ""


def _in_value(block: Any, holder: Any, at: Any, place: Place) -> Iterator[Part]:
    """Yield the parts in `holder[at]`."""
    raw = holder[at]
    if isinstance(block, blocks.BaseStreamBlock):
        yield from _in_stream(block, raw, place)
    elif isinstance(block, blocks.BaseStructBlock):
        yield from _in_struct(block, raw or {}, place)
    elif isinstance(block, blocks.ListBlock):
        for number, item in enumerate(raw or []):
            wrapped = isinstance(item, dict) and "value" in item and "id" in item
            inner, inside = (item, "value") if wrapped else (raw, number)
            here = place.item(item["id"] if wrapped else number, str(number + 1))
            yield from _in_value(block.child_block, inner, inside, here)
    elif is_words(block) and raw:
        rich = frozenset({""}) if isinstance(block, blocks.RichTextBlock) else frozenset()
        yield Part(place.key, place.steps, raw, {"": raw}, rich, partial(_set_at, holder, at), place.path)


def _in_struct(block: Any, raw: dict[str, Any], place: Place) -> Iterator[Part]:
    inside = {name: child for name, child in block.child_blocks.items() if _holds_parts(child)}
    names = [n for n, c in block.child_blocks.items() if n not in BLOCKS_KEPT and is_words(c) and raw.get(n)]
    if names:
        texts = {name: raw[name] for name in names}
        rich = frozenset(name for name in names if isinstance(block.child_blocks[name], blocks.RichTextBlock))
        of = {name: copy.deepcopy(raw.get(name)) for name in block.child_blocks if name not in inside}
        yield Part(place.key, place.steps, of, texts, rich, partial(_set, raw), place.path)
    for name, child in inside.items():
        if name not in BLOCKS_KEPT and raw.get(name):
            yield from _in_value(child, raw, name, place.within(name))


def _set_at(holder: Any, at: Any, _name: str, words: str) -> None:
    holder[at] = words


def _set(raw: dict[str, Any], name: str, words: str) -> None:
    raw[name] = words


def _holds_parts(block: Any) -> bool:
    """Whether a block consists of others that may have words of their own."""
    if isinstance(block, blocks.ListBlock):
        return isinstance(block.child_block, CONTAINERS) or is_words(block.child_block)
    return isinstance(block, CONTAINERS)


def is_words(block: Any) -> bool:
    """Whether a block holds words for readers: what must have the form of a key does not."""
    if not isinstance(block, TEXTS):
        return False
    validators = getattr(getattr(block, "field", None), "validators", [])
    return not any(isinstance(one, RegexValidator) for one in validators)
