"""What a page gathers while it is shown: words to explain, sources to number, addresses of what its text links to.

The notes live as long as one page is being rendered. Links in rich text and citations write to them; the lists at the
end of the page read them.
"""

import logging
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.utils.html import escape
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from articles.translations.reading import in_language
from review import dependencies, facts, overlay, serving
from review.static_files import digest_of

logger = logging.getLogger(__name__)
_notes: ContextVar["PageNotes | None"] = ContextVar("notes", default=None)
_LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
_LINKED_ID = re.compile(r'\bid="(\d+)"')


@dataclass(frozen=True)
class Mark:
    """A citation as it stands in the text: the number of the source, and the place in it."""

    number: int
    place: str
    anchor: str


@dataclass
class CitedSource:
    """A source in the list at the end: its number, and every place in it that the page rests on."""

    number: int
    page: Page
    places: dict[str, str] = field(default_factory=dict)


class PageNotes:
    """The notes of one page; `explains_words` when the page ends with the words it used."""

    def __init__(self, *, explains_words: bool, drafts: bool = False, page: Page | None = None) -> None:
        self.explains_words = explains_words
        self.drafts = drafts
        self.page = page
        self._signed_files: dict[str, set[str]] = {}
        self.words: dict[int, Any] = {}
        self._sources: dict[int, CitedSource] = {}
        self._targets: dict[int, Page | None] = {}

    @property
    def sources(self) -> list[CitedSource]:
        """Every source cited so far, by number."""
        return list(self._sources.values())

    def cite(self, source: Page, place: str) -> Mark:
        """Return the mark for one place in a source; a source keeps the number it got first."""
        cited = self._sources.setdefault(source.pk, CitedSource(len(self._sources) + 1, source))
        anchor = cited.places.setdefault(place, f"source-{cited.number}-{len(cited.places) + 1}")
        return Mark(cited.number, place, anchor)

    def opening_tag(self, page_id: int) -> str:
        """Return the start of a link; a word that the page explains leads to its explanation further down."""
        if page_id not in self._targets:
            self.read_targets({page_id})
        target = self._targets[page_id]
        if target is None:
            return "<a>"
        if not self.explains_words or not hasattr(target, "definition_anchor"):
            return f'<a href="{escape(target.url)}">'
        self.words.setdefault(page_id, target)
        return f'<a class="word" href="#{target.definition_anchor}">'

    def read_targets(self, ids: Iterable[int]) -> None:
        """Read what links lead to: words with their definition, everything else as title and address."""
        wanted = set(ids) - self._targets.keys()
        if not wanted:
            return
        words = self._released(apps.get_model("articles", "TermPage"), wanted) if self.explains_words else {}
        rest = (wanted | linked_ids(words.values())) - words.keys() - self._targets.keys()
        others = self._released(Page, rest) if rest else {}
        self._targets |= dict.fromkeys(wanted | rest) | others | words

    def _released(self, model: type[Page], ids: Collection[int]) -> dict[int, Page]:
        dependencies.on_pages(ids)
        if self.drafts:
            return _by_id(overlay.proposed(model.objects.in_bulk(set(ids))).values())
        rows = model.objects.live().in_bulk(set(ids)).values()
        return _by_id(rows if model is Page else serving.intact(rows, inside=self.page))

    def allow_drawings(self, pages: Iterable[Page]) -> None:
        """Let the drawings be shown that were signed with some pages."""
        for page in pages:
            standing = facts.standing_of(page)
            for name, mark in (standing.signed_files if standing else {}).items():
                self._signed_files.setdefault(name, set()).add(mark)

    def may_show(self, file: str) -> bool:
        """Return whether a file of the site is the one that was signed; to whoever looks at a draft, all are shown."""
        if self.drafts or digest_of(file) in self._signed_files.get(file, ()):
            return True
        logger.critical("The file %s is not what was signed; the drawing is left out.", file)
        return False


def _by_id(pages: Iterable[Page]) -> dict[int, Page]:
    """Return pages by id, in the language that is being read."""
    return {page.pk: page for page in in_language(pages)}


def current_notes() -> PageNotes | None:
    """Return the notes of the page that is being shown, or None outside of that."""
    return _notes.get()


@contextmanager
def page_notes(notes: PageNotes) -> Iterator[PageNotes]:
    """Keep these notes while a page is shown."""
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


def linked_ids(pages: Iterable[Page]) -> set[int]:
    """Return the ids of all pages that the rich text of `pages` links to."""
    return {
        int(found.group(1))
        for page in pages
        for text in _texts(page)
        for link in _LINK.findall(text)
        if (found := _LINKED_ID.search(link))
    }


def _texts(page: Page) -> Iterator[str]:
    """Yield each rich text and each stream of a page, as stored."""
    for f in page._meta.get_fields():
        if isinstance(f, RichTextField):
            yield getattr(page, f.name) or ""
        elif isinstance(f, StreamField):
            yield from _strings(getattr(page, f.name).raw_data)


def _strings(raw: Any) -> Iterator[str]:
    """Yield every string inside of plain data."""
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for value in raw.values():
            yield from _strings(value)
    elif not isinstance(raw, int | float | bool | None):
        for value in raw:
            yield from _strings(value)
