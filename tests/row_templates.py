"""Rows of a page as text in which marks stand for what each copy has of its own: its name, the pages of its topic."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models
from wagtail import blocks
from wagtail.blocks.field_block import ChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from articles.blocks.conditions import FindingsBlock
from articles.models.base import CodeField

NAME = "¤¤"
# Added to an id: no other number in the content has as many digits.
NUMBER = 91234_00000000
_IDS = re.compile(r"91234(\d{8})")
_LINK = re.compile(r'<a [^>]*linktype="page"[^>]*>')
_ID = re.compile(r'id="(\d+)"')


def filled(template: str, name: str, ids: Mapping[int, int]) -> dict[str, Any]:
    """Return the rows of one copy."""
    found: dict[str, Any] = json.loads(_IDS.sub(lambda mark: str(ids[int(mark[1])]), template.replace(NAME, name)))
    return found


class Marker:
    """Puts marks into values, for pages of which all in `copied` are copied together."""

    def __init__(self, copied: Collection[int]) -> None:
        self.copied = copied

    def field(self, field: Any, value: Any) -> Any:
        """Return the value of a field, in any of the forms in which it is kept."""
        if value in (None, "", []) or field is None:
            return value
        if isinstance(field, StreamField):
            done = self._stream(field.stream_block, json.loads(value) if isinstance(value, str) else value)
            return json.dumps(done, ensure_ascii=False) if isinstance(value, str) else done
        if isinstance(field, RichTextField):
            return self._text(value)
        if isinstance(field, CodeField):
            return f"{NAME}_{value}"
        if isinstance(field, models.ManyToManyField):
            return [self._number(pk) for pk in value]
        target = field.remote_field.model if field.remote_field else None
        return self._number(value) if target and issubclass(target, Page) and target is not Page else value

    def _number(self, pk: Any) -> Any:
        return NUMBER + pk if pk in self.copied else pk

    def _text(self, text: Any) -> Any:
        def link(tag: re.Match[str]) -> str:
            return _ID.sub(lambda found: f'id="{self._number(int(found[1]))}"', tag[0])

        return _LINK.sub(link, text) if isinstance(text, str) else text

    def _stream(self, block: Any, raw: Iterable[Any]) -> list[Any]:
        return [item | {"value": self._value(block.child_blocks[item["type"]], item["value"])} for item in raw]

    def _value(self, block: Any, raw: Any) -> Any:
        if isinstance(block, ChooserBlock):
            return self._number(raw) if issubclass(block.target_model, Page) else raw
        if isinstance(block, FindingsBlock):
            return [f"{NAME}_{key}" for key in raw or []]
        if isinstance(block, blocks.RichTextBlock):
            return self._text(raw)
        if isinstance(block, blocks.BaseStreamBlock):
            return self._stream(block, raw or [])
        if isinstance(block, blocks.BaseStructBlock) and raw:
            return {k: self._value(block.child_blocks[k], v) if k in block.child_blocks else v for k, v in raw.items()}
        if isinstance(block, blocks.ListBlock):
            return [self._item(block.child_block, item) for item in raw or []]
        return raw

    def _item(self, block: Any, item: Any) -> Any:
        wrapped = isinstance(item, dict) and item.keys() <= {"type", "value", "id"} and "value" in item
        return item | {"value": self._value(block, item["value"])} if wrapped else self._value(block, item)
