"""What search engines are told: addresses that are always the public ones, and when a page was last released."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wagtail.models import Page, Site

from articles.addresses import absolute
from portal.models import SearchEntry

LIMIT = 50_000  # of the sitemap protocol


@dataclass(frozen=True)
class SitemapEntry:
    """One released page."""

    address: str
    changed: datetime | None


def sitemap_entries() -> Iterator[SitemapEntry]:
    """Yield every released page that everybody may read."""
    root = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if root is None:
        return
    public = Page.objects.live().public().descendant_of(root.root_page, inclusive=True)
    kept = public.filter(pk__in=SearchEntry.objects.values("pk")).order_by("path")
    prefix = len(root.root_page.url_path) - 1
    for url_path, changed in kept.values_list("url_path", "last_published_at")[:LIMIT]:
        yield SitemapEntry(absolute(url_path[prefix:]), changed)
