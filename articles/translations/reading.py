"""While a page is shown in another language: every page that is read gets the words of its released translation.

What has no translation, and what was locked because its source has changed since, keeps the words of the source, marked
(`marked`). Nothing here is ever saved.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.apps import apps
from wagtail.models import Page

from articles.translations.marked import source_text
from articles.translations.parts import Part, Rewriting
from articles.translations.state import State, states
from review import dependencies, facts, serving

P = TypeVar("P", bound=Page)
_reading: ContextVar["Reading | None"] = ContextVar("reading", default=None)
# Where a page that is shown in other words keeps its translation.
SHOWN_AS = "_shown_as"


class Translated(str):
    """Words in another language that remember the words of the source, from which anchors are made."""

    __slots__ = ("source",)
    source: str

    @classmethod
    def of(cls, text: str, source: str) -> "Translated":
        """Return a text with its source."""
        made = cls(text)
        made.source = source
        return made


@dataclass
class Reading:
    """One page being made in one language; `known` holds the translation of each page that was asked for."""

    language: str
    drafts: bool = False
    known: dict[int, Any] = field(default_factory=dict)

    def put(self, pages: Iterable[Page]) -> None:
        """Give pages the words of their translations, in place; a page gets them once."""
        listed = [page for page in pages if SHOWN_AS not in page.__dict__]
        self.read(page.pk for page in listed)
        for page in listed:
            if SHOWN_AS not in page.__dict__:  # one object may be listed twice
                show_as(page, self.known.get(page.pk))

    def read(self, ids: Iterable[int]) -> None:
        """Read the translations of some pages, in one query."""
        wanted = set(ids) - self.known.keys()
        if not wanted:
            return
        model: Any = apps.get_model("articles", "TranslationPage")
        dependencies.on_type(model)
        rows = model.objects.filter(language=self.language, source__in=wanted)
        found = rows if self.drafts else serving.intact(rows.live())
        self.known |= dict.fromkeys(wanted) | {page.source_id: page for page in found}

    def address(self, page_id: int) -> str | None:
        """Return the path of the translation of a page, where there is one."""
        self.read([page_id])
        translation = self.known.get(page_id)
        return _path(translation) if translation else None


def now() -> Reading | None:
    """Return what is being made in another language, or None."""
    return _reading.get()


def in_language(pages: Iterable[P]) -> list[P]:
    """Return pages in the language that is being read; as they are in the language of the source."""
    found = list(pages)
    if (reading := _reading.get()) is not None:
        reading.put(found)
    return found


@contextmanager
def reading(language: str, *, drafts: bool = False, known: dict[int, Any] | None = None) -> Iterator[Reading]:
    """Read everything in a language until the end of the block."""
    made = Reading(language, drafts=drafts, known=dict(known or {}))
    token = _reading.set(made)
    try:
        yield made
    finally:
        _reading.reset(token)


def show_as(page: Page, translation: Any) -> None:
    """Give one page the words of a translation; without one all its words are marked as those of the source."""
    page.__dict__[SHOWN_AS] = translation
    if not hasattr(page, "search_words"):
        _show_title(page, translation)
    else:
        _show_whole(page, translation)
    if translation is not None:
        parts = page.get_url_parts()
        here = (parts[0], parts[1], _path(translation)) if parts else None
        page.__dict__["get_url_parts"] = lambda *args, **kwargs: here
        page.__dict__[facts.TOLD_BY] = translation


def _path(translation: Page) -> str | None:
    parts = translation.get_url_parts()
    return parts[2] if parts else None


def _show_title(page: Page, translation: Any) -> None:
    """Give a page of which only title, description and address are known its words; a link asks for no more."""
    for name in ("title", "search_description"):
        if text := getattr(page, name):
            _write(_field(page, name, text), translation, states([_field(page, name, text)], translation)[name])


def told(name: str, text: str, translation: Any, model: type | None, *, with_notice: bool = True) -> str:
    """Return a title or description of a page, of which no more is known, in the words of its translation.

    Marked where it is in the language of the source; `with_notice`: also that this is because it has changed.
    """
    state = states([Part(name, (name,), text, {"": text})], translation, model)[name]
    words = translation.text(name) if translation is not None and state.may_be_read else ""
    return words or (source_text(text, rich=False, stale=with_notice and state is State.LOCKED) if text else "")


def told_titles(parent: Page, model: type, titles: Mapping[int, str]) -> dict[int, str]:
    """Return the titles of pages right below another one in the language that is being read, by id; one query.

    For their order alone: nothing else of the translations is read, so nobody has looked whether they were signed.
    """
    this = _reading.get()
    if this is None:
        return dict(titles)
    translations: Any = apps.get_model("articles", "TranslationPage")
    dependencies.on_type(translations)
    rows = translations.objects.filter(language=this.language, source__in=Page.objects.child_of(parent))
    words = (rows if this.drafts else rows.live()).values_list("source_id", "texts__title", "last_published_at")
    known = {
        pk: translations(source_id=pk, texts={"title": kept} if kept else {}, last_published_at=published)
        for pk, kept, published in words
    }
    return {pk: told("title", text, known.get(pk), model) for pk, text in titles.items()}


def _field(page: Page, name: str, text: str) -> Part:
    return Part(name, (name,), text, {"": text}, put=lambda _, words: setattr(page, name, words))


def _show_whole(page: Page, translation: Any) -> None:
    rewriting = Rewriting(page)
    listed = list(rewriting.parts())
    found = states(listed, translation, type(page))
    for part in listed:
        _write(part, translation, found[part.key])
    rewriting.finish()


def _write(part: Part, translation: Any, state: State) -> None:
    for name, source in part.texts.items():
        text = translation.text(part.key, name) if translation is not None and state.may_be_read else ""
        shown = text or source_text(source, rich=name in part.rich, stale=state is State.LOCKED)
        part.put(name, Translated.of(shown, source))
