"""What pages show of other pages: released ones only, with as few queries as the page allows."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Prefetch, QuerySet, Subquery
from django.http import HttpRequest
from wagtail.models import Page, ReferenceIndex, Site

from articles import enums, leg_map
from articles.dialling import Dialling, Record, dialling, main_of, near
from articles.drawings import drawings
from articles.page_notes import current_notes, linked_ids
from articles.translations import switch
from articles.translations.marked import bare
from articles.translations.reading import in_language, now, told
from articles.translations.reading import reading as reading_in
from review import dependencies, serving

# The order in which uses of a page are listed, and what a list of them is called.
USES = {
    "guidepage": "Guides",
    "causepage": "Causes",
    "techniquepage": "What helps",
    "carerulepage": "When to get help",
    "contraindicationpage": "When to leave it alone",
    "claimpage": "What people say",
    "findingpage": "Signs",
    "termpage": "Words explained",
    "bodysitepage": "Places on the leg",
}
TRANSLATION, SERVICES = "translationpage", "servicespage"
MENU = ("guideindexpage", "causeindexpage", "techniqueindexpage", "careruleindexpage", "glossarypage")


@dataclass(frozen=True)
class Room:
    """A page right below the home page: what it is, its name, its address, its place in the tree."""

    pk: int
    kind: str
    slug: str
    title: str
    url: str
    url_path: str


@dataclass(frozen=True)
class Shell:
    """What stands around every page: the rooms of the house and the number to call."""

    home_title: str = ""
    rooms: tuple[Room, ...] = ()
    records: tuple[Record, ...] = ()
    main: Record | None = None

    @cached_property
    def emergency_number(self) -> str:
        """The number of the main place; empty when no place has a record."""
        return self.main.emergency if self.main else ""

    @cached_property
    def dial(self) -> Dialling:
        """Whom to ring, with the places in which each number holds."""
        return dialling(self.records, self.main, switch.now().language)

    @property
    def dates(self) -> str:
        """How days are written in English, as the main place does; other languages write them in their own way."""
        return self.main.dates if self.main and switch.now().is_source else ""

    @cached_property
    def place(self) -> Record | None:
        """The place whose names of services are shown: the chief place of the language, else the main one."""
        return next(iter(near(self.records, self.main, switch.now().language)), None)

    @cached_property
    def services(self) -> dict[str, str]:
        """The name of each service in that place, by its key; read once a page, where a page asks."""
        if self.place is None:
            return {}
        rows = apps.get_model("articles", "ServicesPage").objects.live().filter(pk=self.place.pk)
        return {
            key: service["name"] for page in in_language(serving.intact(rows)) for key, service in page.names().items()
        }

    @property
    def menu(self) -> list[Room]:
        """The few rooms of the menu."""
        return [room for room in self.rooms if room.kind in MENU]

    @property
    def by_kind(self) -> dict[str, Room]:
        """Rooms of which there is one of a kind, by kind; of the records of places that of the place shown."""
        found = {room.kind: room for room in self.rooms}
        if self.place is not None:
            found["servicespage"] = next(room for room in self.rooms if room.pk == self.place.pk)
        return found

    @property
    def about(self) -> list[Room]:
        """The pages about the site, for the foot of the page."""
        return [room for room in self.rooms if room.kind == "infopage"]

    def room_of(self, page: Page) -> Room | None:
        """Return the room that a page stands in."""
        path = page.url_path
        return next((room for room in self.rooms if path.startswith(room.url_path) and path != room.url_path), None)


def shell(request: HttpRequest | None) -> Shell:
    """Return the shell; one query besides the site's own, once a request."""
    if request is None:
        return Shell()
    kept = vars(request)
    if "_shell" not in kept:
        site = Site.find_for_request(request)
        kept["_shell"] = _shell_of(site.root_page) if site else Shell()
    return kept["_shell"]


def _shell_of(home: Page) -> Shell:
    """Return the shell; on a page that is no translation, such as an error, its names come in plain words."""
    this = switch.now()
    if this.is_source or now() is not None:
        return _read_shell(home)
    with reading_in(this.language):
        found = _read_shell(home)
    rooms = (replace(room, title=bare(room.title)) for room in found.rooms)
    records = [replace(record, place=bare(record.place)) for record in found.records]
    return Shell(
        found.home_title, tuple(rooms), tuple(records), main_of(records, found.main.pk if found.main else None)
    )


RECORD = tuple(f"servicespage__{name}" for name in ("place", "emergency_number", "urgent_number", "languages", "dates"))


def _read_shell(home: Page) -> Shell:
    first = apps.get_model("articles", "HomePage").objects.filter(pk=home.pk).values("main_place")
    rows = list(
        Page.objects.live()
        .child_of(home)
        .order_by("path")
        .annotate(main=Subquery(first[:1]))
        .values_list("pk", "slug", "title", "url_path", "content_type_id", "main", *RECORD)
    )
    rooms, records, prefix = [], [], len(home.url_path) - 1
    dependencies.on_names_below(home)
    dependencies.on_pages([home.pk])
    dependencies.on_type(apps.get_model("articles", "ServicesPage"))
    if (reading := now()) is not None:
        reading.read(row[0] for row in rows)
    for pk, slug, title, url_path, content_type, _, *record in rows:
        kind = ContentType.objects.get_for_id(content_type).model
        name, address = _told(pk, title, url_path[prefix:], content_type)
        if kind != TRANSLATION:
            rooms.append(Room(pk, kind, slug, name, address, url_path))
        if kind == SERVICES:
            records.append(_record(pk, record, address))
    return Shell(home.title, tuple(rooms), tuple(records), main_of(records, rows[0][5] if rows else None))


def _record(pk: int, values: list[Any], address: str) -> Record:
    """Return the record of a place, from the values of its row."""
    place, emergency, urgent, spoken, dates = values
    dependencies.on_pages([pk])
    codes = frozenset(item.value for item in spoken)
    model = apps.get_model("articles", "ServicesPage")
    return Record(pk, _in_words(pk, "place", place, model), emergency, urgent, address, codes, dates)


def _told(pk: int, title: str, address: str, content_type: int) -> tuple[str, str]:
    """Return name and address of a room in the language that is being read."""
    if (reading := now()) is None:
        return title, address
    model = ContentType.objects.get_for_id(content_type).model_class()
    return _in_words(pk, "title", title, model), reading.address(pk) or address


def _in_words(pk: int, key: str, text: str, model: Any) -> str:
    """Return a short text of a room in the language that is being read; where it has none, marked as of the source."""
    reading = now()
    return text if reading is None else told(key, text, reading.known.get(pk), model, with_notice=False)


def records(*, checked: bool = False) -> tuple[list[Record], Record | None]:
    """Return the released records of places in the language that is being read, and that of the main place.

    `checked`: only those whose rows are what was signed.
    """
    rows = apps.get_model("articles", "ServicesPage").objects.live().order_by("path")
    chosen = apps.get_model("articles", "HomePage").objects.values_list("main_place", flat=True).first()
    found = [_whole(page) for page in in_language(serving.intact(rows) if checked else rows)]
    return found, main_of(found, chosen)


def _whole(page: Any) -> Record:
    """Return the record of a place, from its page."""
    parts = page.get_url_parts()
    address = str(parts[2]) if parts and parts[2] else ""
    codes = frozenset(item.value for item in page.languages)
    return Record(page.pk, page.place, page.emergency_number, page.urgent_number, address, codes, page.dates)


def emergency_numbers() -> list[tuple[str, str]]:
    """Return what to dial and how it is told, as the signed records of places have it; nothing when there are none."""
    this = switch.now()
    with nullcontext() if this.is_source or now() is not None else reading_in(this.language):
        found, main = records(checked=True)
        if not found:
            return []
        return [(one.tel, bare(str(one))) for one in dialling(found, main, this.language).emergency]


@dataclass
class Group:
    """Pages under one heading; `key` is the enumeration's key or a letter."""

    key: str
    label: str
    pages: list[Any] = field(default_factory=list)


def released(model: str, ids: Sequence[int]) -> list[Any]:
    """Return released pages of one type in the order of their ids, each with exactly the text that was signed.

    What is made of them rests on whatever the ids were chosen by.
    """
    rows = apps.get_model("articles", model).objects.live().filter(pk__in=ids)
    found = {page.pk: page for page in in_language(serving.intact(rows))}
    if notes := current_notes():
        notes.allow_drawings(found.values())
    return [found[pk] for pk in ids if pk in found]


def with_links(pages: Iterable[Any]) -> list[Any]:
    """Return pages as a list after reading what their rich text links to."""
    found = list(pages)
    if notes := current_notes():
        notes.read_targets(linked_ids(found))
    return found


def sites_with_causes(*, most: int) -> list[Any]:
    """Return the places on the body with their causes, in the order of the tree; at most so many."""
    causes = apps.get_model("articles", "CausePage").objects.live().order_by("title")
    dependencies.on_type(causes.model)
    found = in_language(_sites().prefetch_related(Prefetch("causes", queryset=causes))[:most])
    in_language(cause for site in found for cause in site.causes.all())
    return found


def leg_views(pages: Mapping[str, Any]) -> list[leg_map.View]:
    """Return the views of the leg, each only while its drawing is the one that was signed."""
    notes, views = current_notes(), leg_map.views(pages)
    return [v for v in views if notes is None or notes.may_show(drawings()[f"leg-{v.name}"].path)]


def sites(*, most: int) -> list[Any]:
    """Return the places on the body, in the order of the tree; at most so many."""
    return in_language(_sites()[:most])


def _sites() -> QuerySet[Any]:
    rows = apps.get_model("articles", "BodySitePage").objects.live()
    dependencies.on_type(rows.model)
    return rows.order_by("path")


def cause_groups() -> list[tuple[enums.CauseGroup, int, int]]:
    """Return each family of causes with how many pages it has, and how many are before them; no empty families."""
    rows = apps.get_model("articles", "CausePage").objects.live().order_by().values_list("group")
    dependencies.on_type(rows.model)
    counts = dict(rows.annotate(Count("pk")))
    groups = [group for group in enums.CauseGroup if group.value in counts]
    before = accumulate((counts[group.value] for group in groups), initial=0)
    return [(group, counts[group.value], first) for group, first in zip(groups, before, strict=False)]


def users_of(page: Page) -> set[int]:
    """Return the ids of the pages that refer to a page, drafts and all; one query."""
    references = ReferenceIndex.get_references_to(page).values("object_id")
    ids = {int(row["object_id"]) for row in references} - {page.pk}
    dependencies.on_users_of(page.pk)
    dependencies.on_pages(ids)
    return ids
