"""Languages of released pages for programs: in which a page can be read, and what is locked in one of them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects
from wagtail.api.v2.utils import BadRequestError
from wagtail.query import PageQuerySet

from articles.addresses import absolute, address_of
from articles.models import TranslationPage
from articles.models.translation import notice_of
from articles.translations import languages
from articles.translations.marked import in_data
from articles.translations.reading import told
from articles.translations.state import State
from portal.delivery.programs import document_of
from review import dependencies, serving
from review.models import ReviewedPage

Json = dict[str, Any]


def code_of(name: str) -> str:
    """Return the language that a program asks for; raises BadRequestError."""
    if (code := languages.code_of(name)) is None:
        raise BadRequestError("language is one of: " + ", ".join(languages.tags()))
    return code


def in_language(rows: PageQuerySet, code: str) -> PageQuerySet:
    """Return the pages of a list that are in one language."""
    if code == languages.SOURCE:
        return rows.not_type(TranslationPage)
    return rows.filter(pk__in=TranslationPage.objects.filter(language=code).values("pk"))


def tag_of(page: ReviewedPage) -> str:
    """Return the language of a page."""
    return languages.tag(getattr(page, "language", languages.SOURCE))


def with_sources(pages: Iterable[ReviewedPage]) -> None:
    """Read the sources of the translations in a list, in one query."""
    prefetch_related_objects([page for page in pages if isinstance(page, TranslationPage)], "source")


def names_of(page: ReviewedPage) -> tuple[str, str]:
    """Return title and description as readers get them: a locked one is that of the source, after the notice."""
    if not isinstance(page, TranslationPage):
        return page.title, page.search_description
    dependencies.on_pages([page.source_id])
    model = page.source.specific_class
    texts = [told(name, getattr(page.source, name), page, model) for name in ("title", "search_description")]
    notice = notice_of(page.language)
    return in_data(texts[0], notice), in_data(texts[1], notice)


def versions(page: ReviewedPage) -> list[Json]:
    """Return a page in every language it can be read in, that of the source first; itself among them."""
    source: Any = page.source_page if isinstance(page, TranslationPage) else page
    dependencies.on_pages([source.pk])
    dependencies.on_users_of(source.pk)
    rows: Any = TranslationPage.objects.live().filter(source=source.pk).order_by("language")
    found = serving.intact(rows)
    return [_version(source, "source"), *(_version(one, _state(one)) for one in found)]


def _state(page: TranslationPage) -> str:
    """Return `locked` where readers get the source of any part because it has changed since."""
    return "locked" if State.LOCKED in page.states().values() else "current"


def _version(page: Any, state: str) -> Json:
    return {
        "language": tag_of(page),
        "state": state,
        "html_url": address_of(page),
        "detail_url": absolute(document_of(page.pk)),
    }
