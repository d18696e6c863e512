"""What pages show of other pages: released ones only, with as few queries as the page allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from wagtail.models import Page, ReferenceIndex, Site

from articles import enums, leg_map
from articles.drawings import drawings
from articles.page_notes import current_notes, linked_ids
from articles.translations.marked import bare
from articles.translations.reading import in_language, now, told
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
TRANSLATION = "translationpage"
MENU = ("guideindexpage", "causeindexpage", "techniqueindexpage", "careruleindexpage", "glossarypage")


@dataclass(frozen=True)
class Room:
    """A page right below the home page: what it is, its name, its address, its place in the tree."""

    kind: str
    slug: str
    title: str
    url: str
    url_path: str


@dataclass(frozen=True)
class Shell:
    """What stands around every page: the rooms of the house and the number to call."""

    home_title: str = ""
    emergency_number: str = ""
    rooms: tuple[Room, ...] = ()

    @property
    def menu(self) -> list[Room]:
        """The few rooms of the menu."""
        return [room for room in self.rooms if room.kind in MENU]

    @property
    def by_kind(self) -> dict[str, Room]:
        """Rooms of which there is one of a kind, by kind."""
        return {room.kind: room for room in self.rooms}

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
        kept["_shell"] = _read_shell(site.root_page) if site else Shell()
    return kept["_shell"]


def _read_shell(home: Page) -> Shell:
    rows = (
        Page.objects.live()
        .child_of(home)
        .order_by("path")
        .values_list("pk", "slug", "title", "url_path", "content_type_id", "servicespage__emergency_number")
    )
    rooms, number, prefix = [], "", len(home.url_path) - 1
    dependencies.on_names_below(home)
    if (reading := now()) is not None:
        reading.read(row[0] for row in rows)
    for pk, slug, title, url_path, content_type, found in rows:
        kind = ContentType.objects.get_for_id(content_type).model
        if kind != TRANSLATION:
            name, address = _told(pk, title, url_path[prefix:], content_type)
            rooms.append(Room(kind, slug, name, address, url_path))
        if found:
            number = found
            dependencies.on_pages([pk])
    return Shell(home.title, number, tuple(rooms))


def _told(pk: int, title: str, address: str, content_type: int) -> tuple[str, str]:
    """Return name and address of a room in the language that is being read."""
    if (reading := now()) is None:
        return title, address
    model = ContentType.objects.get_for_id(content_type).model_class()
    return told("title", title, reading.known.get(pk), model, with_notice=False), reading.address(pk) or address


def emergency_number() -> str:
    """Return the number to call as the signed record of this site has it; empty when there is none."""
    pages = apps.get_model("articles", "ServicesPage").objects.live()[:1]
    return next((page.emergency_number for page in serving.intact(pages)), "")


@dataclass
class Group:
    """Pages under one heading; `key` is the enumeration's key or a letter."""

    key: str
    label: str
    pages: list[Any] = field(default_factory=list)


def children(parent: Page, model: str, *order: str) -> list[Any]:
    """Return the released pages of one type below a page, each with exactly the text that was signed."""
    rows = apps.get_model("articles", model).objects.live().child_of(parent)
    dependencies.on_type(rows.model)
    found = in_language(serving.intact(rows.order_by(*(order or ("title",)))))
    if notes := current_notes():
        notes.allow_drawings(found)
    return found


def grouped(pages: Iterable[Any], attribute: str, enum: Any) -> list[Group]:
    """Return pages by an enumeration, in its order, without empty groups."""
    groups = [Group(member.value, gettext(str(member.label))) for member in enum]
    by_key = {group.key: group for group in groups}
    for page in pages:
        by_key[getattr(page, attribute)].pages.append(page)
    return [group for group in groups if group.pages]


def lettered(pages: Iterable[Any]) -> list[Group]:
    """Return pages by the first letter of their title."""
    ordered = sorted(pages, key=lambda page: bare(page.title).casefold())
    letters = groupby(ordered, key=lambda page: bare(page.title)[:1].upper())
    return [Group(key, key, list(some)) for key, some in letters]


def by_urgency(rules: Iterable[Any]) -> list[Group]:
    """Return care rules by disposition, most urgent first, shorter time limits first."""
    return grouped(sorted(rules, key=lambda r: (r.within_days or 0, r.path)), "disposition", enums.Disposition)


def with_links(pages: Iterable[Any]) -> list[Any]:
    """Return pages as a list after reading what their rich text links to."""
    found = list(pages)
    if notes := current_notes():
        notes.read_targets(linked_ids(found))
    return found


def sites_with_causes() -> list[Any]:
    """Return every place on the body with its causes."""
    causes = apps.get_model("articles", "CausePage").objects.live().order_by("title")
    dependencies.on_type(causes.model)
    found = in_language(_sites().prefetch_related(Prefetch("causes", queryset=causes)))
    in_language(cause for site in found for cause in site.causes.all())
    return found


def leg_views(pages: Mapping[str, Any]) -> list[leg_map.View]:
    """Return the views of the leg, each only while its drawing is the one that was signed."""
    notes, views = current_notes(), leg_map.views(pages)
    return [v for v in views if notes is None or notes.may_show(drawings()[f"leg-{v.name}"].path)]


def sites() -> list[Any]:
    """Return every place on the body, in the order of the tree."""
    return in_language(_sites())


def _sites() -> QuerySet[Any]:
    rows = apps.get_model("articles", "BodySitePage").objects.live()
    dependencies.on_type(rows.model)
    return rows.order_by("path")


def causes_at(site: Page) -> list[Group]:
    """Return the causes of complaints at one place, by family."""
    causes = in_language(site.causes.order_by("title"))  # type: ignore[attr-defined]  # a place on the body has them
    dependencies.on_users_of(site.pk)
    dependencies.on_pages(cause.pk for cause in causes)
    return grouped((cause for cause in causes if cause.live), "group", enums.CauseGroup)


def cause_groups() -> list[tuple[enums.CauseGroup, int]]:
    """Return each family of causes with how many pages it has; empty families are left out."""
    rows = apps.get_model("articles", "CausePage").objects.live().order_by().values_list("group")
    dependencies.on_type(rows.model)
    counts = dict(rows.annotate(Count("pk")))
    return [(group, counts[group.value]) for group in enums.CauseGroup if group.value in counts]


def used_by(page: Page) -> list[Group]:
    """Return the released pages that refer to a page, by kind."""
    references = ReferenceIndex.get_references_to(page).values("object_id")
    ids = {int(row["object_id"]) for row in references} - {page.pk}
    dependencies.on_users_of(page.pk)
    dependencies.on_pages(ids)
    groups = {kind: Group(kind, gettext(label)) for kind, label in USES.items()}
    for user in in_language(Page.objects.live().filter(pk__in=ids).order_by("title")) if ids else ():
        kind = ContentType.objects.get_for_id(user.content_type_id).model
        if kind in groups:
            groups[kind].pages.append(user)
    return [group for group in groups.values() if group.pages]
