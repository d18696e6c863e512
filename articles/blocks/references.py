"""Choosing pages, and reading many chosen pages with few queries."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page

from articles.translations.reading import in_language
from review import batch, dependencies, overlay, serving

# While a page is being shown: released pages by (model, id). None outside of that.
_shown: ContextVar[dict[tuple[type, int], Page | None] | None] = ContextVar("shown", default=None)


class RefBlock(blocks.PageChooserBlock):
    """Chooses a page of one type; while a page is shown, resolves to what `released_references` has read.

    A page that is not released resolves to None there, so that no draft is ever rendered inside a public page.
    """

    def __init__(self, page_type: str, **kwargs: Any) -> None:
        super().__init__(page_type=page_type, **kwargs)

    class Meta:
        icon = "link"
        description = "A page that is written once and shown here; search by its title or by other words for it."

    def bulk_to_python(self, values: Iterable[Any]) -> list[Page | None]:
        """Return the pages for a list of ids, in order."""
        shown = _shown.get()
        if shown is None:
            return self._of_the_batch(values) if batch.current() else list(super().bulk_to_python(values))
        return [shown.get((self.target_model, value)) if value else None for value in values]

    def _of_the_batch(self, values: Iterable[Any]) -> list[Page | None]:
        """Return the pages for a list of ids, each read once in a step of a batch."""
        values = list(values)
        known: dict[int, Page | None] = batch.once(("chosen", self.target_model), dict)
        if missing := {value for value in values if value} - known.keys():
            found = self.target_model.objects.in_bulk(missing)
            known.update({value: found.get(value) for value in missing})
        return [known[value] if value else None for value in values]

    def clean(self, value: Any) -> Page | None:
        """Return the page; one that was read as a page of the right type is there, and is not asked for again."""
        if isinstance(value, self.target_model) and value.pk:
            return value
        return super().clean(value)  # type: ignore[no-any-return]

    def to_python(self, value: Any) -> Page | None:
        """Return the page for one id."""
        shown = _shown.get()
        if shown is None or value is None or isinstance(value, Page):
            return super().to_python(value)
        return shown.get((self.target_model, value))


@contextmanager
def released_references(pages: Iterable[Page], *, drafts: bool = False) -> Iterator[list[Page]]:
    """Read all pages that `pages` refer to, and what must stand inside of those; give the pages that were read.

    One query for each type. A page whose row is not what was signed is not there: to readers it is as if it were
    withdrawn. Pages of a type that `stands_inside` others (sources, contraindications) are read whole
    wherever they are referred to; the rest is read whole where `pages` themselves refer to it, and beyond that as
    plain pages with title and address, which is all that a link needs.

    `drafts` also resolves to pages that are not released, and to what a reviewer is reading: for previews, never for
    the public.
    """
    shown: dict[tuple[type, int], Page | None] = {}
    token = _shown.set(shown)
    try:
        pages = list(pages)
        wanted = references_of(pages)
        outer = _read({key for key in wanted if not _stands_inside(key[0])}, shown, drafts=drafts)
        inside = {key for key in wanted | references_of(outer) if _stands_inside(key[0])}
        whole = outer + _read(inside, shown, drafts=drafts)
        if not drafts:
            whole = _only_signed(pages, whole, shown)
        in_language(whole)
        _read_links(references_of(whole) - shown.keys(), shown, drafts=drafts)
        yield whole
    finally:
        _shown.reset(token)


def _stands_inside(model: type[Page]) -> bool:
    return getattr(model, "stands_inside", False)


def _read(wanted: set[tuple[type, int]], shown: dict[tuple[type, int], Page | None], *, drafts: bool) -> list[Page]:
    """Read pages whole, one query a type."""
    found: list[Page] = []
    for model in sorted({m for m, _ in wanted}, key=lambda m: m.__name__):
        ids = {pk for m, pk in wanted if m is model}
        dependencies.on_pages(ids)
        pages: Any = model._default_manager  # type: ignore[attr-defined]  # a page class
        by_id = overlay.proposed(pages.in_bulk(ids)) if drafts else pages.live().in_bulk(ids)
        shown.update({(model, pk): by_id.get(pk) for pk in ids})
        found += by_id.values()
    return found


def _only_signed(pages: list[Page], whole: list[Page], shown: dict[tuple[type, int], Page | None]) -> list[Page]:
    """Return those of some pages that are what was signed, and forget the others."""
    good = serving.intact(whole, inside=pages[0] if len(pages) == 1 else None)
    kept = {page.pk for page in good}
    shown.update({key: None for key, page in shown.items() if page is not None and page.pk not in kept})
    return good


def _read_links(wanted: set[tuple[type, int]], shown: dict[tuple[type, int], Page | None], *, drafts: bool) -> None:
    """Read what a link needs, all types in one query."""
    if wanted:
        ids = {pk for _, pk in wanted}
        dependencies.on_pages(ids)
        by_id = overlay.proposed(Page.objects.in_bulk(ids)) if drafts else Page.objects.live().in_bulk(ids)
        in_language(by_id.values())
        shown.update({(model, pk): by_id.get(pk) for model, pk in wanted})


def references_of(pages: Iterable[Page]) -> set[tuple[type, int]]:
    """Return (model, id) of every page chosen in the stream fields of `pages`, without reading any."""
    return {(block.target_model, raw) for page in pages for block, raw in chosen_in(page, RefBlock)}


def chosen_in(page: Page, kind: type[blocks.Block]) -> Iterator[tuple[Any, Any]]:
    """Yield (block, raw value) of every block of a kind in the stream fields of a page, where something is chosen."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for block, raw in _in_stream(field.stream_block, getattr(page, field.name).raw_data, kind):
                if raw:
                    yield block, raw


def _in_stream(
    block: blocks.BaseStreamBlock, raw: Iterable[Any], kind: type[blocks.Block]
) -> Iterator[tuple[blocks.Block, Any]]:
    for item in raw:
        child = block.child_blocks.get(item["type"])
        if child is not None:
            yield from _in_value(child, item["value"], kind)


def _in_value(block: blocks.Block, raw: Any, kind: type[blocks.Block]) -> Iterator[tuple[blocks.Block, Any]]:
    """Yield the blocks of a kind in the raw value of one block."""
    if isinstance(block, kind):
        yield block, raw
    elif isinstance(block, blocks.BaseStreamBlock):
        yield from _in_stream(block, raw or [], kind)
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield from _in_value(child, (raw or {}).get(name), kind)
    elif isinstance(block, blocks.ListBlock):
        for item in raw or []:
            value = item["value"] if isinstance(item, dict) and "value" in item and "id" in item else item
            yield from _in_value(block.child_block, value, kind)
