"""What a page shows from elsewhere: other pages, images, documents, files that ship with the site."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db import models
from wagtail import blocks
from wagtail.blocks.field_block import ChooserBlock
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Page

from review.enums import UseKind
from review.fingerprint import UNGOVERNED

Used = tuple[UseKind, str]
_FILE = re.compile(r"<(?:a|embed)\b[^>]*type=[^>]*>")
_KIND = re.compile(r"""\b(?:linktype|embedtype)=["'](image|document)["']""")
_KEY = re.compile(r"""\bid=["'](\d+)["']""")
_OUTSIDE = re.compile(r"""<embed\b[^>]*\burl=["']([^"']*)""")
# What readers see of an image or a document; where a file is kept decides who may see it.
FILE_FIELDS = {
    UseKind.IMAGE: ("file", "title", "description", "focal_point_x", "focal_point_y", "focal_point_width",
                    "focal_point_height", "collection"),
    UseKind.DOCUMENT: ("file", "title", "collection"),
}  # fmt: skip


def shown_by(page: Page) -> set[Used]:
    """Return everything that a page shows from elsewhere, without reading any of it."""
    found = {*_relations(page), *_members(page)}
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            raw = getattr(page, field.name).get_prep_value()
            found |= set(_in_stream(field.stream_block, raw))
        elif isinstance(field, RichTextField):
            found |= set(_in_text(getattr(page, field.name)))
    found |= {(UseKind.PAGE, str(pk)) for pk in getattr(page, "embedded_pages", list)()}
    found |= {(UseKind.STATIC, name) for name in getattr(page, "static_files", dict)()}
    return found - {(UseKind.PAGE, str(page.pk))}


def from_outside(page: Page) -> list[str]:
    """Return the addresses of what rich text embeds from other sites: nobody here signs what they show."""
    found: list[str] = []
    for field in page._meta.get_fields():
        if isinstance(field, RichTextField | StreamField):
            value = field.value_from_object(page)
            raw = value.get_prep_value() if isinstance(field, StreamField) else value
            found += (url for text in _texts(raw) for url in _OUTSIDE.findall(text))
    return found


def _texts(raw: Any) -> Iterator[str]:
    """Yield every text in the raw value of a field."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        yield from (text for value in raw.values() for text in _texts(value))
    elif isinstance(raw, Iterable):
        yield from (text for value in raw for text in _texts(value))


def pages_of(used: Iterable[Used]) -> set[int]:
    """Return the ids of the pages among some uses."""
    return {int(key) for kind, key in used if kind == UseKind.PAGE}


def file_marks(page: Page, used: Iterable[Used]) -> dict[Used, str]:
    """Return the hash of each file among some uses."""
    statics: dict[str, str] = getattr(page, "static_files", dict)() if any(k == UseKind.STATIC for k, _ in used) else {}
    return {
        (kind, key): statics[key] if kind == UseKind.STATIC else file_mark(kind, key)
        for kind, key in used
        if kind != UseKind.PAGE
    }


def file_mark(kind: UseKind, key: str) -> str:
    """Return the hash of the file of an image or document; empty when it is gone."""
    model = get_image_model() if kind == UseKind.IMAGE else get_document_model()
    row = model.objects.filter(pk=key).first()
    return hash_of_file(row) if row else ""


def hash_of_file(row: Any) -> str:
    """Return the SHA-256 of the file of an image or document."""
    sha = hashlib.sha256()
    try:
        with row.file.storage.open(row.file.name) as stream:
            for chunk in stream.chunks():
                sha.update(chunk)
    except OSError:
        return ""
    return sha.hexdigest()


@cache
def kind_of(model: type[models.Model]) -> UseKind | None:
    """Return how a model is used by pages, or None when it is not public content."""
    if issubclass(model, Page):
        return UseKind.PAGE
    if issubclass(model, get_image_model()):
        return UseKind.IMAGE
    return UseKind.DOCUMENT if issubclass(model, get_document_model()) else None


def _relations(page: Page) -> Iterator[Used]:
    for field in page._meta.concrete_fields:
        target = field.remote_field.model if field.remote_field else None
        if target is None or field.name in UNGOVERNED or getattr(field.remote_field, "parent_link", False):
            continue
        kind, value = kind_of(target), field.value_from_object(page)
        if kind and value:
            yield kind, str(value)


def _members(page: Page) -> Iterator[Used]:
    """Yield the pages, images and documents in the many-to-many fields of a page."""
    for field in page._meta.many_to_many:
        kind = kind_of(field.remote_field.model)  # type: ignore[arg-type]
        if kind:
            yield from ((kind, str(member.pk)) for member in getattr(page, field.name).all())


def _in_stream(block: blocks.BaseStreamBlock, raw: Iterable[Any]) -> Iterator[Used]:
    for item in raw or []:
        child = block.child_blocks.get(item["type"])
        if child is not None:
            yield from _in_value(child, item["value"])


def _in_text(raw: Any) -> Iterator[Used]:
    """Yield the images and documents that rich text names; our editor offers neither, a program could."""
    for tag in _FILE.findall(str(raw or "")):
        kind, key = _KIND.search(tag), _KEY.search(tag)
        if kind and key:
            yield UseKind(kind[1]), key[1]


def _in_value(block: blocks.Block, raw: Any) -> Iterator[Used]:
    """Yield what is chosen in the raw value of one block."""
    if isinstance(block, ChooserBlock):
        kind = kind_of(block.target_model)
        if raw and kind:
            yield kind, str(raw)
    elif isinstance(block, blocks.RichTextBlock):
        yield from _in_text(raw)
    elif isinstance(block, blocks.BaseStreamBlock):
        yield from _in_stream(block, raw)
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield from _in_value(child, raw.get(name) if isinstance(raw, dict) else raw)
    elif isinstance(block, blocks.ListBlock):
        for item in raw or []:
            wrapped = isinstance(item, dict) and item.keys() <= {"type", "value", "id"} and "value" in item
            yield from _in_value(block.child_block, item["value"] if wrapped else item)
