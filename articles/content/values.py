"""Turn the values of an entry into what page fields and blocks keep."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page

from articles.blocks.conditions import FindingsBlock, in_order
from articles.blocks.references import RefBlock
from articles.content.files import Entry, Fault, Steps
from articles.content.kinds import BY_MODEL
from articles.content.prose import ProseError, to_html

NAMESPACE = uuid.UUID("6c1b0a0e-58d5-4d7e-9a55-3a0b6b4c2f10")
# Keys that read better in a file than the block's own name.
ALIASES = {"if": "if_found"}

Index = dict[tuple[str, str], int]


class Converter:
    """Converts one entry; collects faults instead of stopping at the first."""

    def __init__(self, entry: Entry, name: str, index: Index) -> None:
        self.entry, self.name, self.index = entry, name, index
        self.faults: list[Fault] = []

    def fail(self, reason: str, steps: Steps) -> None:
        """Note a fault at a part of the entry."""
        self.faults.append(self.entry.fault(reason, *steps))

    def resolve(self, kind: str, key: str) -> int:
        """Return the id of a page; LookupError names what is missing."""
        try:
            return self.index[kind, key]
        except KeyError:
            raise LookupError(f"There is no {kind.replace('_', ' ')} “{key}”.") from None

    def reference(self, model: type[Page], key: Any, steps: Steps) -> int | None:
        """Return the id of the page a value names, or note that there is none."""
        if key in (None, ""):
            return None
        try:
            return self.resolve(BY_MODEL[model], str(key))
        except LookupError as error:
            self.fail(str(error), steps)
            return None

    def prose(self, text: Any, steps: Steps, *, headings: bool = False) -> str:
        """Return rich text."""
        if text in (None, ""):
            return ""
        try:
            return to_html(str(text), self.resolve, headings=headings)
        except (ProseError, LookupError) as error:
            self.fail(str(error), steps)
            return ""

    def field(self, field: models.Field[Any, Any], value: Any, steps: Steps) -> Any:
        """Return the value for a model field."""
        if isinstance(field, StreamField):
            return field.to_python(self.stream(field.stream_block, value or [], steps))
        if isinstance(field, RichTextField):
            return self.prose(value, steps, headings="h2" in (field.features or []))
        if isinstance(field, ParentalManyToManyField):
            keys = enumerate(value or [])
            found = [self.reference(field.related_model, key, (*steps, n)) for n, key in keys]
            return field.related_model.objects.filter(pk__in=[pk for pk in found if pk])
        if isinstance(field, models.ForeignKey):
            return self.reference(field.related_model, value, steps)
        if field.name == "search_words":
            return "\n".join(str(word) for word in value or [])
        return self.scalar(field, value, steps)

    def scalar(self, field: models.Field[Any, Any], value: Any, steps: Steps) -> Any:
        """Return a plain value of the type the field keeps; empty where the file says nothing."""
        if value is None:
            return None if field.null else field.get_default()
        if isinstance(field, models.BooleanField) and not isinstance(value, bool):
            self.fail("Say true or false.", steps)
        elif isinstance(field, models.IntegerField) and (isinstance(value, bool) or not isinstance(value, int)):
            self.fail(f"A whole number is needed, not “{value}”.", steps)
        elif isinstance(field, models.DateField) and not isinstance(value, dt.date):
            self.fail(f"A date is needed, such as 2026-11-21, not “{value}”.", steps)
        elif isinstance(field, models.CharField | models.TextField):
            return self.plain(value, steps)
        return value

    def plain(self, value: Any, steps: Steps) -> str:
        """Return a text; lists and mappings are faults."""
        if isinstance(value, dict | list):
            self.fail("A text is needed here.", steps)
            return ""
        return "" if value is None else str(value).strip()

    def ident(self, steps: Steps) -> str:
        """Return an id that is the same each time this part is loaded."""
        return str(uuid.uuid5(NAMESPACE, "/".join([self.name, *map(str, steps)])))

    def stream(self, block: blocks.BaseStreamBlock, value: Any, steps: Steps) -> list[dict[str, Any]]:
        """Return raw stream data: a list of values where there is one kind of block, else of {kind: value}."""
        items = value if isinstance(value, list) else [value]
        only = next(iter(block.child_blocks)) if len(block.child_blocks) == 1 else None
        raw = []
        for n, item in enumerate(items):
            kind, inner, where = only, item, (*steps, n)
            if kind is None:
                if not isinstance(item, dict) or len(item) != 1 or next(iter(item)) not in block.child_blocks:
                    self.fail(f"One of these is needed: {', '.join(block.child_blocks)}.", where)
                    continue
                (kind, inner), where = next(iter(item.items())), (*where, next(iter(item)))
            child = self.block(block.child_blocks[kind], inner, where)
            raw.append({"type": kind, "value": child, "id": self.ident(where)})
        return raw

    def block(self, block: blocks.Block, value: Any, steps: Steps) -> Any:
        """Return the raw value of any block."""
        if isinstance(block, RefBlock):
            return self.reference(block.target_model, value, steps)
        if isinstance(block, ImageBlock):
            self.fail("A picture cannot come from a file of words: upload and choose it in the editor.", steps)
            return None
        if isinstance(block, blocks.BaseStreamBlock):
            return self.stream(block, value or [], steps)
        if isinstance(block, blocks.BaseStructBlock):
            return self.struct(block, value, steps)
        if isinstance(block, blocks.ListBlock):
            items = value if isinstance(value, list) else [] if value is None else [value]
            return [
                {"type": "item", "value": self.block(block.child_block, v, (*steps, n)), "id": self.ident((*steps, n))}
                for n, v in enumerate(items)
            ]
        return self.simple(block, value, steps)

    def simple(self, block: blocks.Block, value: Any, steps: Steps) -> Any:
        """Return the raw value of a block that holds one plain value."""
        if isinstance(block, blocks.RichTextBlock):
            return self.prose(value, steps)
        if isinstance(block, blocks.MultipleChoiceBlock):
            return self.choices(block, value if isinstance(value, list) else [value], steps)
        if isinstance(block, blocks.BooleanBlock):
            return block.get_default() if value is None else bool(value)
        if isinstance(block, blocks.IntegerBlock):
            return value
        if isinstance(block, blocks.DecimalBlock):
            return None if value is None else str(Decimal(str(value)))
        return self.plain(value, steps)

    def choices(self, block: blocks.MultipleChoiceBlock, keys: list[Any], steps: Steps) -> list[Any]:
        """Return the keys chosen; a finding must be of the vocabulary."""
        if isinstance(block, FindingsBlock):
            for key in keys:
                if ("finding", key) not in self.index:
                    self.fail(f"There is no finding “{key}”.", steps)
            return list(in_order(keys))
        return keys

    def struct(self, block: blocks.BaseStructBlock, value: Any, steps: Steps) -> dict[str, Any]:
        """Return the raw value of a struct; a bare value fills the part that it can only mean."""
        children = block.child_blocks
        if not isinstance(value, dict):
            value = {_only_part(children): value}
        named = {ALIASES.get(key, key) if ALIASES.get(key) in children else key: key for key in value}
        for name, key in named.items():
            if name not in children:
                self.fail(f"“{key}” is not known here; known are {', '.join(children)}.", (*steps, key))
        raw = {}
        for name, child in children.items():
            key = named.get(name)
            default = None if isinstance(child, blocks.BooleanBlock | blocks.ChoiceBlock) else ""
            given = value[key] if key else default
            if not key and isinstance(child, blocks.IntegerBlock | blocks.DecimalBlock | blocks.ListBlock):
                given = None
            raw[name] = self.block(child, given, (*steps, key or name))
            if not key and isinstance(child, blocks.ChoiceBlock):
                raw[name] = child.get_default() or ""
        return raw


def _only_part(children: dict[str, blocks.Block]) -> str:
    """Return the name of the part that a bare value means: the first."""
    return next(iter(children))
