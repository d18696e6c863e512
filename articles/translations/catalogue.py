"""Translations in files that translators' programs know (gettext PO): one file for a language and a part of the site.

`msgctxt` names the page by its path below the home page and the place of the text; `msgid` is the text of the source.
A text is found again by page and source text, so that one that has changed since is simply not translated. Links in
rich text name pages by path, as ids differ from site to site.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polib
from wagtail.models import Page

from articles.models import HomePage, TranslationPage
from articles.translations import languages
from articles.translations.parts import parts_of

FOLDER = Path(__file__).resolve().parent.parent / "starter" / "translations"
_ID = re.compile(r'(<a\b[^>]*?)\bid="(\d+)"')
_REF = re.compile(r'(<a\b[^>]*?)\bref="([^"]*)"')
SEPARATOR = "#"
# Words that are no translation of one text: what people type, and the notice above what has changed.
SEARCH, NOTICE, REASON = "+search", "+notice", "reason: "


class CatalogueError(ValueError):
    """A file that cannot be read as translations of pages that are here."""


@dataclass
class Words:
    """The translations of one page: by source text, and what is written for the language alone."""

    texts: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    search: str = ""
    notice: str = ""


def paths() -> dict[int, str]:
    """Return the path below the home page of every page that can be translated, by id."""
    home = HomePage.objects.get()
    rows = Page.objects.descendant_of(home, inclusive=True).not_type(TranslationPage)
    return {pk: path[len(home.url_path) :].strip("/") for pk, path in rows.values_list("pk", "url_path")}


def without_ids(text: str, known: Mapping[int, str]) -> str:
    """Return rich text whose links name pages by path."""
    return _ID.sub(lambda m: f'{m[1]}ref="{known.get(int(m[2]), "")}"', text)


def with_ids(text: str, ids: Mapping[str, int]) -> str:
    """Return rich text whose links name pages by id; raises CatalogueError when one is not here."""

    def numbered(found: re.Match[str]) -> str:
        if found[2] not in ids:
            raise CatalogueError(f"A link leads to “{found[2]}”, which is not here.")
        return f'{found[1]}id="{ids[found[2]]}"'

    return _REF.sub(numbered, text)


def write(file: Path, language: str, pages: Iterable[Page]) -> int:
    """Write the texts of some pages, with what is translated already; return how many texts there are."""
    known, catalogue = paths(), polib.POFile(wrapwidth=110)
    catalogue.metadata = {"Language": languages.tag(language), "Content-Type": "text/plain; charset=UTF-8"}
    old = read([file]) if file.exists() else {}
    for page in pages:
        path = known[page.pk]
        translation = TranslationPage.objects.filter(source=page, language=language).first()
        for entry in _entries(page, known, old.get(path, Words()), translation):
            entry.msgctxt = f"{path}{SEPARATOR}{entry.msgctxt}"
            catalogue.append(entry)
    file.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(file))
    return len(catalogue)


def _entries(page: Page, known: Mapping[int, str], old: Words, translation: Any) -> Iterator[polib.POEntry]:
    """Yield each text of a page once, with its place, and what is written for the language alone."""
    seen: set[str] = set()
    for part in parts_of(page):
        for name, source in part.texts.items():
            plain = without_ids(source, known)
            if plain not in seen:
                own = without_ids(translation.text(part.key, name), known) if translation else ""
                reason = f"{REASON}{old.reasons[plain]}" if plain in old.reasons else ""
                place = f"{part.kind} › {name}" if name else part.kind
                yield polib.POEntry(msgctxt=place, msgid=plain, msgstr=own or old.texts.get(plain, ""), tcomment=reason)
            seen.add(plain)
    for mark, text in ((SEARCH, old.search), (NOTICE, old.notice)):
        if text:
            yield polib.POEntry(msgctxt=mark, msgid=mark, msgstr=text)


def read(files: Iterable[Path]) -> dict[str, Words]:
    """Return the translations in some files by path of the page; raises CatalogueError."""
    found: dict[str, Words] = {}
    for file in files:
        try:
            catalogue = polib.pofile(str(file))
        except (OSError, ValueError, UnicodeDecodeError) as error:
            raise CatalogueError(f"{file.name} cannot be read: {error}") from error
        for entry in catalogue:
            path, apart, place = (entry.msgctxt or "").partition(SEPARATOR)
            if not apart:
                raise CatalogueError(f"{file.name}:{entry.linenum}: an entry names no page.")
            _keep(found.setdefault(path, Words()), entry, place)
    return found


def _keep(words: Words, entry: polib.POEntry, place: str) -> None:
    if place == SEARCH:
        words.search = entry.msgstr
    elif place == NOTICE:
        words.notice = entry.msgstr
    elif entry.msgstr and "fuzzy" not in entry.flags:
        words.texts[entry.msgid] = entry.msgstr
        if entry.tcomment.startswith(REASON):
            words.reasons[entry.msgid] = entry.tcomment.removeprefix(REASON)


def texts_of(page: Page, words: Words, known: Mapping[int, str]) -> dict[str, Any]:
    """Return the texts of a translation as its page keeps them."""
    ids = {path: pk for pk, path in known.items()}
    made: dict[str, Any] = {}
    for part in parts_of(page):
        sources = {name: without_ids(source, known) for name, source in part.texts.items()}
        own = {name: with_ids(words.texts[s], ids) for name, s in sources.items() if s in words.texts}
        if own:
            reason = " ".join(dict.fromkeys(words.reasons[s] for s in sources.values() if s in words.reasons))
            made[part.key] = {"of": part.of, "mark": part.mark, "texts": own, "reason": reason}
    return made
