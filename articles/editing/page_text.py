"""All the words of a page that readers see, as text; reads nothing besides the page."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from articles.readability import plain

# For editors and machines, not for readers.
LEFT_OUT = frozenset({"search_words", "note", "mistranslations", "code", "doi", "url", "zone", "translations"})


def page_text(page: Page) -> str:
    """Return the text of a page; every field and block on lines of its own."""
    return "\n".join(part for part in _parts(page) if part)


def _parts(page: Page) -> Iterator[str]:
    yield page.title
    for field in page._meta.get_fields():
        if field.name in LEFT_OUT or field.model is Page:
            continue
        value = getattr(page, field.name, None)
        if isinstance(field, StreamField):
            yield from _in_stream(value)
        elif isinstance(field, RichTextField):
            yield plain(value or "")
        elif isinstance(field, models.TextField | models.CharField) and not field.choices:
            yield value or ""


def _in_stream(value: Any) -> Iterator[str]:
    for child in value:
        if child.block_type not in LEFT_OUT:
            yield from _in_block(child.block, child.value)


def _in_block(block: blocks.Block, value: Any) -> Iterator[str]:
    """Yield the text inside of a block's value; choices and chosen pages are no text of this page."""
    if isinstance(block, blocks.RichTextBlock):
        yield plain(value.source if value else "")
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock):
        yield value or ""
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            if name not in {"source", "place", *LEFT_OUT}:
                yield from _in_block(child, value.get(name))
    elif isinstance(block, blocks.ListBlock):
        for item in value or ():
            yield from _in_block(block.child_block, item)
    elif isinstance(block, blocks.BaseStreamBlock):
        yield from _in_stream(value or ())
