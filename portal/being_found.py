"""What search engines are told: addresses that are always the public ones, and when a page was last released."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from wagtail.models import Page, Site

from articles import lists
from articles.addresses import absolute, address_of
from articles.models import TranslationPage
from articles.models.translation import without_orphans
from articles.translations.languages import SOURCE
from articles.translations.switch import Version, alternates
from portal.models import SearchEntry
from review import serving

LIMIT = 50_000  # of the sitemap protocol
# Rooms whose pages llms.txt names one by one.
SECTIONS = ("guideindexpage", "causeindexpage", "techniqueindexpage", "careruleindexpage")


@dataclass(frozen=True)
class SitemapEntry:
    """One released page."""

    address: str
    changed: datetime | None
    alternates: tuple[tuple[str, str], ...] = ()
    """Language and address of the page in each language it can be read in, when there are several."""


def sitemap_entries() -> Iterator[SitemapEntry]:
    """Yield every released page that everybody may read, and after them the further pages of long lists."""
    root = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if root is None:
        return
    public = Page.objects.live().public().descendant_of(root.root_page, inclusive=True)
    kept = without_orphans(public).filter(pk__in=SearchEntry.objects.values("pk")).order_by("path")
    prefix = len(root.root_page.url_path) - 1
    together = _alternates(prefix)
    rows = {pk: more for pk, *more in kept.values_list("pk", "url_path", "last_published_at")[:LIMIT]}
    for pk, (url_path, changed) in rows.items():
        yield SitemapEntry(absolute(url_path[prefix:]), changed, together.get(pk, ()))
    further = ((page, more) for page, more in lists.further_pages() if page.pk in rows)
    for page, more in islice(further, LIMIT - len(rows)):
        yield SitemapEntry(absolute(page.url_path[prefix:] + more), rows[page.pk][1])


def _alternates(prefix: int) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return the versions of every page that can be read in several languages, by the id of each of them."""
    rows = TranslationPage.objects.live().filter(source__live=True).order_by("language")
    groups: dict[int, list[tuple[int, Version]]] = {}
    # the texts stay in the database: those of a large site fill a memory
    for pk, language, path, source, there in rows.values_list(
        "pk", "language", "url_path", "source_id", "source__url_path"
    ):
        first = (source, Version(SOURCE, there[prefix:], is_this=False))
        groups.setdefault(source, [first]).append((pk, Version(language, path[prefix:], is_this=False)))
    return {pk: tuple(alternates(v for _, v in group)) for group in groups.values() for pk, _ in group}


@dataclass
class Section:
    """Released pages below one room of the house, as llms.txt lists them."""

    title: str
    pages: list[tuple[str, str, str]]
    """Title, address and description of each."""


def by_section() -> list[Section]:
    """Return the rooms of the house with the pages that people come for: guides, causes, techniques, urgency.

    A long list is named, and where programs get all of it: to read each of its pages would take seconds.
    """
    root = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if root is None:
        return []
    found = []
    for room in Page.objects.live().public().child_of(root.root_page).order_by("path").specific():
        if room._meta.model_name in SECTIONS:
            below = Page.objects.live().public().child_of(room).order_by("path")
            found.append(
                Section(
                    room.title,
                    _whole_list(room, count)
                    if lists.is_long(count := below.count())
                    else [
                        (page.title, address_of(page), page.search_description)
                        for page in serving.intact(below.specific())
                    ],
                )
            )
    return found


def _whole_list(room: Any, count: int) -> list[tuple[str, str, str]]:
    """Return where people and programs find the pages of a long list."""
    of_type = absolute(f"/api/v1/pages/?type=articles.{room.listing.model}")
    return [
        (room.title, address_of(room), f"{count} pages"),
        (f"{room.title}, for programs", of_type, "all of them, one part after the other"),
    ]
