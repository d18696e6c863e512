"""What lists list: the pages below a page, those that choose it, those that refer to it; their order and headings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext
from wagtail.models import Page, ReferenceIndex

from articles import queries
from articles.translations.marked import bare
from articles.translations.reading import in_language, now, told_titles
from review import dependencies


@dataclass(frozen=True)
class Entry:
    """As much of an entry as its place in the list takes: its id, and the key of its heading."""

    pk: int
    key: str = ""
    page: Any = field(default=None, compare=False)
    """Its page, where no more of it is shown than its title and address."""


@dataclass(frozen=True)
class Listing:
    """Pages of one type below the page of the list, in an order, perhaps under headings."""

    model: str = ""
    order: tuple[Any, ...] = ("title",)
    group_by: str = ""
    """The field whose enumeration the headings are."""
    groups: Any = None
    """That enumeration, in its order."""
    lettered: bool = False
    """Whether the headings are the first letters of titles."""
    links: bool = False
    """Whether the list shows text that can link to other pages."""

    @property
    def by_title(self) -> bool:
        """Whether entries stand by their titles: in another language, by their titles there."""
        return self.lettered or self.order == ("title",)

    def label(self, key: str) -> str:
        """Return the heading of a key."""
        return gettext(str(self.groups(key).label)) if self.groups else key

    def entries(self, parent: Page) -> list[Entry]:
        """Return all entries of a list in their order, from a few words of each: two queries at most."""
        model = apps.get_model("articles", self.model)
        dependencies.on_type(model)
        rows = self._rows(model.objects.live().child_of(parent))
        by_words = self.lettered
        if self.by_title and now() is not None:
            titles, by_words = told_titles(parent, model, {row[0]: row[1] for row in rows}), True
            rows = [(row[0], bare(titles[row[0]]), *row[2:]) for row in rows]
        if by_words:
            rows.sort(key=lambda row: row[1].casefold())
        if self.lettered:
            return [Entry(row[0], row[1][:1].upper()) for row in rows]
        return self._grouped(rows)

    def _rows(self, pages: QuerySet[Any], *more: str) -> list[Any]:
        names = ("pk", "title", *([self.group_by] if self.group_by else []), *more)
        return list(pages.order_by(*self.order).values_list(*names))

    def _grouped(self, rows: Iterable[Any]) -> list[Entry]:
        if not self.group_by:
            return [Entry(row[0]) for row in rows]
        place = {member.value: number for number, member in enumerate(self.groups)}
        return [Entry(row[0], row[2]) for row in sorted(rows, key=lambda row: place[row[2]])]

    def whole(self, entries: Sequence[Entry]) -> list[Any]:
        """Return the pages of entries as they are shown, each with exactly the text that was signed."""
        found = queries.released(self.model, [entry.pk for entry in entries])
        return queries.with_links(found) if self.links else found

    def length(self, parent: Page) -> int:
        """Return how many entries a list has."""
        return len(self.entries(parent))

    @classmethod
    def lengths(cls, models: Sequence[Any], *, longest: int) -> dict[int, int]:
        """Return the lengths of the public lists of these types by the id of each that may have more entries."""
        by_depth: dict[int, dict[str, int]] = {}
        for pk, depth, path in Page.objects.live().type(*models).values_list("pk", "depth", "path"):
            by_depth.setdefault(depth, {})[path] = pk
        found: dict[int, int] = {}
        for depth, lists in by_depth.items():
            rows = Page.objects.live().filter(depth=depth + 1).annotate(above=Substr("path", 1, depth * Page.steplen))
            rows = rows.filter(above__in=lists).order_by()
            counts = rows.values_list("above").annotate(Count("pk"))
            found |= {lists[path]: count for path, count in counts if count > longest}
        return found


@dataclass(frozen=True)
class Choosing(Listing):
    """Pages of one type that choose the page of the list in a field of theirs."""

    chooses: str = ""
    """The field."""

    def entries(self, parent: Page) -> list[Entry]:
        """Return the released pages that choose this one; one query."""
        rows = self._rows(self.pages().filter(**{self.chooses: parent.pk}), "live")
        dependencies.on_users_of(parent.pk)
        dependencies.on_pages(row[0] for row in rows)
        return self._grouped(row for row in rows if row[-1])

    def pages(self) -> Any:
        """Return the pages of the type, drafts and all."""
        return apps.get_model("articles", self.model).objects

    @classmethod
    def lengths(cls, models: Sequence[Any], *, longest: int) -> dict[int, int]:
        """Return the lengths of the lists of these types by the id of each that has more entries; a query a type."""
        found: dict[int, int] = {}
        for listing in (model.listing for model in models):
            counts = listing.pages().live().order_by().values_list(listing.chooses).annotate(Count("pk"))
            found |= {pk: count for pk, count in counts if pk and count > longest}
        return found


@dataclass(frozen=True)
class Uses(Listing):
    """Pages of every kind that refer to the page of the list, by kind."""

    def label(self, key: str) -> str:
        """Return what pages of a kind are called."""
        return gettext(queries.USES[key])

    def entries(self, parent: Page) -> list[Entry]:
        """Return the released pages that refer to this one; two queries."""
        ids = queries.users_of(parent)
        rows = Page.objects.live().filter(pk__in=ids).order_by("title") if ids else ()
        found = [Entry(page.pk, ContentType.objects.get_for_id(page.content_type_id).model, page) for page in rows]
        place = {kind: number for number, kind in enumerate(queries.USES)}
        return sorted((one for one in found if one.key in place), key=lambda one: place[one.key])

    def whole(self, entries: Sequence[Entry]) -> list[Any]:
        """Return the pages with their titles and addresses: no more of them is shown."""
        return in_language(entry.page for entry in entries)

    @classmethod
    def lengths(cls, models: Sequence[Any], *, longest: int) -> dict[int, int]:
        """Return the lengths of the lists of these types by the id of each that has more entries; few have."""
        kind = ContentType.objects.get_for_model(Page)
        references = ReferenceIndex.objects.filter(to_content_type=kind, base_content_type=kind).order_by()
        counts = references.values_list("to_object_id").annotate(Count("pk"))  # one page may refer several times
        many = [int(pk) for pk, count in counts if count > longest]
        lists = Page.objects.live().type(*models).filter(pk__in=many).values_list("pk", flat=True) if many else ()
        users: dict[int, set[int]] = {pk: set() for pk in lists}
        for to, user in references.filter(to_object_id__in=map(str, users)).values_list("to_object_id", "object_id"):
            users[int(to)].add(int(user))
        shown = Page.objects.live().filter(content_type__model__in=queries.USES, pk__in=set().union(*users.values()))
        public = set(shown.values_list("pk", flat=True)) if users else set()
        lengths = {pk: len(public & some - {pk}) for pk, some in users.items()}
        return {pk: length for pk, length in lengths.items() if length > longest}
