"""Load translations from files as drafts, and give new or changed ones to be released."""

from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import transaction
from wagtail.models import Locale, Page

from articles.content.indexes import indexed_at_the_end
from articles.models import TranslationPage
from articles.translations.catalogue import FOLDER, CatalogueError, Words, paths, read, texts_of
from review.models import ReviewedPage

Publish = Callable[[list[ReviewedPage]], None]


@transaction.atomic
def load(publish: Publish, *, folder: Path = FOLDER) -> list[str]:
    """Load every language below a folder; return the addresses of what was new or changed.

    A translation that is there already stays as it is: from then on editors look after it.
    """
    loaded: list[TranslationPage] = []
    with indexed_at_the_end([TranslationPage], loaded):
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


def _load_language(language: str, words: dict[str, Words]) -> Iterable[TranslationPage]:
    known = paths()
    ids = {path: pk for pk, path in known.items()}
    if unknown := sorted(set(words) - set(ids)):
        raise CatalogueError(f"These pages are not here: {', '.join(unknown)}")
    there = dict(TranslationPage.objects.filter(language=language).values_list("source_id", "pk"))
    # pages above first, so that each finds its place
    for path in sorted(words, key=lambda one: (one.count("/") if one else -1, one)):
        if ids[path] not in there:
            page = _draft(language, Page.objects.get(pk=ids[path]).specific, words[path], known)
            there[page.source_id] = page.pk
            yield page


def _draft(language: str, source: Page, words: Words, known: dict[int, str]) -> TranslationPage:
    """Return a new draft at its place in the tree."""
    above = source.get_parent()
    first = above.depth == 1
    parent = source if first else TranslationPage.objects.filter(source=above, language=language).first()
    if parent is None:
        raise CatalogueError(f"“{source.title}” cannot be translated before “{above.title}”, which stands above it.")
    texts = texts_of(source, words, known)
    page = TranslationPage(
        title=texts.get("title", {}).get("texts", {}).get("", source.title),
        slug=language if first else source.slug,
        source=source, language=language, texts=texts, search_terms=words.search, stale_notice=words.notice,
        search_description=texts.get("search_description", {}).get("texts", {}).get("", ""),
        locale=Locale.objects.get(language_code=language), live=False,
    )  # fmt: skip
    parent.add_child(instance=page)
    return page
