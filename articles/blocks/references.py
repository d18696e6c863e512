"""Choosing pages, and reading many chosen pages with few queries."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page

# While a page is being shown: released pages by (model, id). None outside of that.
_shown: ContextVar[dict[tuple[type, int], Page | None] | None] = ContextVar("shown", default=None)


class RefBlock(blocks.PageChooserBlock):
    """Chooses a page of one type; while a page is shown, resolves to what `released_references` has read.

    A page that is not released resolves to None there, so that no draft is ever rendered inside a public page.
    """

    def __init__(self, page_type: str, **kwargs: Any) -> None:
        super().__init__(page_type=page_type, **kwargs)

    def bulk_to_python(self, values: Iterable[Any]) -> list[Page | None]:
        """Return the pages for a list of ids, in order."""
        shown = _shown.get()
        if shown is None:
            return list(super().bulk_to_python(values))
        return [shown.get((self.target_model, value)) if value else None for value in values]

    def to_python(self, value: Any) -> Page | None:
        """Return the page for one id."""
        shown = _shown.get()
        if shown is None or value is None or isinstance(value, Page):
            return super().to_python(value)
        return shown.get((self.target_model, value))


@contextmanager
def released_references(pages: Iterable[Page], *, levels: int = 3, drafts: bool = False) -> Iterator[None]:
    """Read all pages that `pages` refer to, `levels` deep, in one query a type and level.

    `drafts` also resolves to pages that are not released: for previews, never for the public.
    """
    shown: dict[tuple[type, int], Page | None] = {}
    token = _shown.set(shown)
    try:
        wanted, level = references_of(pages), 0
        while wanted and level < levels:
            found: list[Page] = []
            for model in sorted({m for m, _ in wanted}, key=lambda m: m.__name__):
                ids = {pk for m, pk in wanted if m is model}
                rows = model.objects.all() if drafts else model.objects.live()
                by_id = rows.in_bulk(ids)
                shown.update({(model, pk): by_id.get(pk) for pk in ids})
                found += by_id.values()
            wanted = references_of(found) - shown.keys()
            level += 1
        yield
    finally:
        _shown.reset(token)


def references_of(pages: Iterable[Page]) -> set[tuple[type, int]]:
    """Return (model, id) of every page chosen in the stream fields of `pages`, without reading any."""
    found: set[tuple[type, int]] = set()
    for page in pages:
        for field in page._meta.get_fields():
            if isinstance(field, StreamField):
                found |= set(_in_stream(field.stream_block, getattr(page, field.name).raw_data))
    return found


def _in_stream(block: blocks.BaseStreamBlock, raw: Iterable[Any]) -> Iterator[tuple[type, int]]:
    for item in raw:
        child = block.child_blocks.get(item["type"])
        if child is not None:
            yield from _in_value(child, item["value"])


def _in_value(block: blocks.Block, raw: Any) -> Iterator[tuple[type, int]]:
    """Yield the references in the raw value of one block."""
    if isinstance(block, RefBlock):
        if raw:
            yield block.target_model, raw
    elif isinstance(block, blocks.BaseStreamBlock):
        yield from _in_stream(block, raw or [])
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield from _in_value(child, (raw or {}).get(name))
    elif isinstance(block, blocks.ListBlock):
        for item in raw or []:
            value = item["value"] if isinstance(item, dict) and "value" in item and "id" in item else item
            yield from _in_value(block.child_block, value)
