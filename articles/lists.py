"""Lists of pages, parted once they are long: which entries stand on which page of a list, and under which address.

The order is made from a few words of every entry; whole entries are read for one page alone, so that a page of a list
costs about the same however long the list is. A short list is one page. The address of a further page is plain, as
those of all pages are, so it is kept, taken away and served like the list itself.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.paginator import Page as NumberedPage
from django.core.paginator import Paginator
from django.http import Http404
from wagtail.models import Page, get_page_models
from wagtail.url_routing import RouteResult

from articles.listings import Entry, Listing
from articles.queries import Group

# A list of so many entries is one page; a longer one is parted.
LONGEST = 200
PER_PAGE = 50
# So many letters still lead somewhere; there are more first characters of words in Chinese.
MOST_JUMPS = 40
# The part of an address before the number of a further page.
PAGE = "page"


@dataclass(frozen=True)
class Jump:
    """A way to a heading, on this page or another one."""

    label: str
    href: str


@dataclass
class Part:
    """One page of a list: its entries, also by heading."""

    listing: Listing
    path: str
    """The address of the list, which is that of its first page."""
    order: Sequence[Entry]
    """All entries of the list."""
    number: int = 1
    entries: list[Any] = field(default_factory=list)

    @cached_property
    def page(self) -> NumberedPage[Entry]:
        """Its place among the pages; raises Http404 when there is none of this number."""
        pages = paginator(self.order)
        if not 1 <= self.number <= pages.num_pages:
            raise Http404
        return pages.page(self.number)

    @property
    def count(self) -> int:
        """How many pages there are."""
        return self.page.paginator.num_pages

    @property
    def is_parted(self) -> bool:
        """Whether there are several pages."""
        return self.count > 1

    @property
    def numbers(self) -> list[tuple[int | str, str]]:
        """The numbers around this one, the first and the last, each with its address; what is left out has none."""
        pages = self.page.paginator
        shown = pages.get_elided_page_range(self.number, on_each_side=1, on_ends=1)
        return [(one, self.address(one) if isinstance(one, int) else "") for one in shown]

    @property
    def previous(self) -> str:
        """The address of the page before; empty on the first one."""
        return self.address(self.number - 1) if self.page.has_previous() else ""

    @property
    def next(self) -> str:
        """The address of the page after; empty on the last one."""
        return self.address(self.number + 1) if self.page.has_next() else ""

    def address(self, number: int) -> str:
        """Return the address of a page of this list."""
        return self.path + further(number)

    @cached_property
    def groups(self) -> list[Group]:
        """The entries under their headings; a heading without an entry is left out."""
        keys = {entry.pk: entry.key for entry in self.page}
        groups = {key: Group(key, self.listing.label(key)) for key in dict.fromkeys(keys.values())}
        for one in self.entries:
            groups[keys[one.pk]].pages.append(one)
        return [group for group in groups.values() if group.pages]

    @cached_property
    def jumps(self) -> list[Jump]:
        """The ways to all headings of the list; none where they would be too many to choose from."""
        start = "letter-" if self.listing.lettered else ""
        if not self.is_parted:
            return [Jump(group.label, f"#{start}{group.key}") for group in self.groups]
        first: dict[str, int] = {}
        for place, entry in enumerate(self.order):
            first.setdefault(entry.key, place // PER_PAGE + 1)
        if len(first) > MOST_JUMPS:
            return []
        return [
            Jump(self.listing.label(key), f"{'' if number == self.number else self.address(number)}#{start}{key}")
            for key, number in first.items()
        ]


def paginator(order: Sequence[Any]) -> "Paginator[Any]":
    """Return a list in its pages."""
    return Paginator(order, PER_PAGE if is_long(len(order)) else LONGEST)


def is_long(length: int) -> bool:
    """Whether a list of so many entries is too long for one page."""
    return length > LONGEST


def further(number: int) -> str:
    """Return what the address of a page of a list has besides that of the list."""
    return f"{PAGE}/{number}/" if number > 1 else ""


def place_of(start: int, total: int) -> str:
    """Return what the address of the page has besides, on which the entry of some place stands, counted from 0."""
    return further(start // PER_PAGE + 1) if is_long(total) else ""


def part(parent: Page, listing: Listing, number: int) -> Part:
    """Return one page of a list with its entries as they were signed; raises Http404 when there is no such page."""
    parts = parent.get_url_parts()
    made = Part(listing, str(parts[2]) if parts and parts[2] else "/", listing.entries(parent), number)
    made.entries = listing.whole(list(made.page))
    if number > 1 and parts:
        # everything that says where the page is says this: search engines, programs, the way back
        here = (parts[0], parts[1], made.address(number))
        parent.__dict__["get_url_parts"] = lambda *args, **kwargs: here
    return made


def number_in(components: Sequence[str]) -> int | None:
    """Return the number of a further page, from what follows the address of a list; None when that is no such page."""
    if len(components) != len((PAGE, "2")) or components[0] != PAGE:
        return None
    number = components[1]
    is_plain = number.isascii() and number.isdigit() and not number.startswith("0") and len(number) < len("1000000")
    return int(number) if is_plain and int(number) > 1 else None


def routed(page: Page, components: Sequence[str], otherwise: Callable[[], RouteResult]) -> RouteResult:
    """Return where an address below a list leads: to a further page of it, or `otherwise`."""
    number = number_in(components)
    if number is None:
        return otherwise()
    if not page.live:
        raise Http404
    return RouteResult(page, kwargs={"number": number})


def further_of(page: Any) -> list[str]:
    """Return what the addresses of the further pages of a list have besides its own."""
    return _further(page.listing.length(page))


def _further(length: int) -> list[str]:
    return [further(number) for number in range(2, paginator(range(length)).num_pages + 1)]


def further_pages() -> Iterator[tuple[Page, str]]:
    """Yield every further page of every public list, also in other languages: the list, and what the address has more.

    They are no pages of the tree: whoever goes through that to find what is public goes through these as well.
    """
    kinds: dict[type[Listing], list[Any]] = {}
    for model in get_page_models():
        if listing := getattr(model, "listing", None):
            kinds.setdefault(type(listing), []).append(model)
    found: dict[int, list[str]] = {}
    for kind, models in kinds.items():
        found |= {pk: _further(length) for pk, length in kind.lengths(models, longest=LONGEST).items()}
    told: dict[int, list[Page]] = {}
    if found:
        rows = apps.get_model("articles", "TranslationPage").objects.live().filter(source__in=found)
        for row in rows.order_by("language"):
            told.setdefault(row.source_id, []).append(row)
    for one in Page.objects.live().filter(pk__in=found).order_by("path") if found else ():
        for shown in (one, *told.get(one.pk, [])):
            yield from ((shown, more) for more in found[one.pk])
