"""Released checks in other languages: other words over the same tables, so that one proof holds for all of them."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import override

from articles.models import TranslationPage
from articles.models.translation import notice_of
from articles.translations.languages import others
from articles.translations.reading import in_language, reading
from triage.engine.join import JoinError
from triage.engine.parse import ProtocolError
from triage.library import Library, library
from triage.models import ProtocolPage
from triage.package import package, sealed

Json = dict[str, Any]
Documents = Mapping[str, Mapping[str, Any]]
log = logging.getLogger(__name__)


def everything(documents: Documents, index: Callable[[], Json]) -> dict[str, tuple[Json, dict[str, Json]]]:
    """Return the list of checks and each release in every language into which a protocol is translated."""
    ids = [document["page"] for document in documents.values()]
    rows = TranslationPage.objects.live().filter(source__in=ids)
    spoken = set(rows.values_list("language", flat=True)) if ids else set()
    return {code: _in(code, documents, index) for code, _ in others() if code in spoken}


def _in(language: str, documents: Documents, index: Callable[[], Json]) -> tuple[Json, dict[str, Json]]:
    """Return the list and the releases in one language; one that could decide otherwise is left out."""
    with override(language), reading(language):
        shelves = library()
        made = {slug: in_words(document, shelves, language) for slug, document in documents.items()}
        told = {slug: document for slug, document in made.items() if document is not None}
        return {**index(), "notice": notice_of(language)}, told


def in_words(
    document: Mapping[str, Any], shelves: Library, language: str, page: ProtocolPage | None = None
) -> Json | None:
    """Return one release with the words that are being read; None when it would decide anything otherwise.

    Rules, findings, order and numbers come from the same pages; the tables prove it.
    """
    page = page or ProtocolPage.objects.select_related("include").get(pk=document["page"])
    in_language([page, page.include] if page.include_id else [page])
    try:
        body = package(page, shelves)
    except (JoinError, ProtocolError):
        log.exception("The protocol %s cannot be run in other words (%s).", page.code, language)
        return None
    if body["engine"]["tables"] != document["engine"]["tables"]:
        log.critical("The protocol %s would decide otherwise in %s; its words there are not used.", page.code, language)
        return None
    kept = {name: document[name] for name in ("accuracy", "on_hold") if name in document}
    told = {"language": language, "of": document["hash"], "machine": document["engine"]["hash"]}
    return sealed({**body, **kept, **told})
