"""Load translations from files as drafts, and give new or changed ones to be released."""

from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from django.db import transaction
from wagtail.models import Locale, Page

from articles.content.indexes import indexed_at_the_end
from articles.content.places import fill_place, give_places
from articles.models import TranslationPage
from articles.translations.catalogue import FOLDER, CatalogueError, Words, paths, read, texts_of
from review import batch
from review.models import ReviewedPage

Publish = Callable[[list[ReviewedPage]], None]


@transaction.atomic
def load(publish: Publish, *, folder: Path = FOLDER) -> list[str]:
    """Load every language below a folder; return the addresses of what was new or changed.

    A translation that is there already stays as it is: from then on editors look after it.
    """
    loaded: list[TranslationPage] = []
    with batch.of([]), indexed_at_the_end([TranslationPage], loaded):
        for language in sorted(one.name for one in folder.iterdir() if one.is_dir()):
            Locale.objects.get_or_create(language_code=language)
            words = read(sorted((folder / language).glob("*.po")))
            loaded += _load_language(language, words)
        # what tells stories is read through before it is signed, in the words of all others
        told = [page for page in loaded if hasattr(page.source_page, "unread_in")]
        for some in ([page for page in loaded if page not in told], told):
            if some:
                publish(list(some))
    return [page.url_path for page in loaded]


def _load_language(language: str, words: dict[str, Words]) -> list[TranslationPage]:
    known = paths()
    ids = {path: pk for pk, path in known.items()}
    if unknown := sorted(set(words) - set(ids)):
        raise CatalogueError(f"These pages are not here: {', '.join(unknown)}")
    there = {page.source_id: page for page in TranslationPage.objects.filter(language=language)}
    wanted = [path for path in words if ids[path] not in there]
    sources = {page.pk: page for page in Page.objects.filter(pk__in=[ids[path] for path in wanted]).specific()}
    locale = Locale.objects.get(language_code=language)
    made: list[TranslationPage] = []
    # pages above first, so that each finds its place
    for _, level in groupby(sorted(wanted, key=_place), key=lambda path: _place(path)[0]):
        pages = [_draft(language, sources[ids[path]], words[path], known, locale) for path in level]
        for parent, some in groupby(pages, key=lambda page: _parent(page, there)):
            below = list(some)
            give_places(parent, below)
            for page in below:
                fill_place(page)
        there |= {page.source_id: page for page in pages}
        made += pages
    return made


def _place(path: str) -> tuple[int, str]:
    """Return by what the addresses of sources are ordered: how deep they are, and then their text."""
    return path.count("/") if path else -1, path


def _parent(page: TranslationPage, there: dict[int, TranslationPage]) -> Page:
    """Return the page below which a translation belongs: that of the page above its source."""
    above = page.source.get_parent()
    if above.depth == 1:
        return page.source
    if above.pk not in there:
        raise CatalogueError(
            f"“{page.source.title}” cannot be translated before “{above.title}”, which stands above it."
        )
    return there[above.pk]


def _draft(language: str, source: Page, words: Words, known: dict[int, str], locale: Locale) -> TranslationPage:
    """Return a new draft, which has no place in the tree yet."""
    texts = texts_of(source, words, known)
    title = texts.get("title", {}).get("texts", {}).get("", source.title)
    return TranslationPage(
        title=title, draft_title=title, slug=language if source.get_parent().depth == 1 else source.slug,
        source=source, language=language, texts=texts, search_terms=words.search, stale_notice=words.notice,
        search_description=texts.get("search_description", {}).get("texts", {}).get("", ""),
        locale=locale, live=False,
    )  # fmt: skip
