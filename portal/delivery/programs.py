"""What is kept besides pages, for other programs: a document for each page, the list of them, the feeds."""

from collections.abc import Iterator

from wagtail.models import Page
from wagtail.query import PageQuerySet

PAGES = "/api/v1/pages/"
RELEASES, SAFETY = "/feeds/releases/", "/feeds/safety/"
STARTS = ("/api/", "/feeds/")


def is_for_programs(path: str) -> bool:
    """Whether an address is read by programs: it is made after everything that people read."""
    return path.startswith(STARTS)


def document_of(pk: int) -> str:
    """Return the path of a page's document."""
    return f"{PAGES}{pk}/"


def documents_of(pages: PageQuerySet) -> Iterator[str]:
    """Yield the path of each public page's document; also of a page elsewhere, which then is not there."""
    yield from map(document_of, pages.live().filter(depth__gt=1).values_list("pk", flat=True))


def addresses() -> Iterator[str]:
    """Yield every address that is made before somebody asks."""
    yield from (RELEASES, SAFETY, PAGES)
    yield from documents_of(Page.objects.all())
