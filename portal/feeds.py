"""What became public, and what changed for safety, as Atom feeds: the public ledger in a form that programs follow."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from wagtail.models import Page, get_page_models

from articles.addresses import absolute, address_of
from articles.models import TranslationPage
from articles.models.translation import without_orphans
from articles.translations import languages
from portal.api import tongues
from portal.api.answers import READ, public
from portal.delivery.programs import RELEASES, SAFETY
from portal.delivery.renderings import ATOM
from review import dependencies
from review.enums import ChangeClass, ReleaseKind
from review.models import Release, ReviewedPage

ENTRIES = 100


@public(*READ, keep=True)
def releases(request: HttpRequest) -> HttpResponse:
    """Every text that became public or ceased to be, the newest first."""
    rows = Release.objects.order_by("-number")[:ENTRIES]
    return _feed(RELEASES, "Releases", "Every text that became public, was rolled back or withdrawn.", rows)


@public(*READ, keep=True)
def safety(request: HttpRequest) -> HttpResponse:
    """What a copy of a text must follow: changes for safety, texts that came back, texts that were withdrawn."""
    all_rows = Release.objects.order_by("-number")
    rows = all_rows.filter(change_class=ChangeClass.SAFETY) | all_rows.exclude(kind=ReleaseKind.RELEASED)
    says = "Changes for safety, texts that came back and texts that were withdrawn."
    return _feed(SAFETY, "Safety", says, rows[:ENTRIES])


class _Feed(Atom1Feed):
    """A feed whose entries say their language, and where the same text is in others."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """Return the attributes of an entry."""
        return {**super().item_attributes(item), "xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Add the addresses in other languages."""
        super().add_item_elements(handler, item)
        for tag, address in item["versions"]:
            handler.addQuickElement("link", "", {"rel": "alternate", "hreflang": tag, "href": address})


def _feed(path: str, name: str, says: str, rows: Iterable[Release]) -> HttpResponse:
    """Return a feed of entries of the ledger, every value of which is public."""
    for model in get_page_models():
        if issubclass(model, ReviewedPage):
            dependencies.on_type(model)
    rows = list(rows)
    shown = without_orphans(Page.objects.live().public()).in_bulk([row.page_id for row in rows])
    site = str(settings.WAGTAIL_SITE_NAME)
    spoken = _translations(shown)
    feed = _Feed(
        title=f"{site}: {name}", link=absolute("/"), description=says, subtitle=says, feed_url=absolute(path),
        language="en-GB", author_name=site, feed_guid=absolute(path),
    )  # fmt: skip
    for row in rows:
        page = shown.get(row.page_id)
        ledger = absolute(f"/ledger/{row.page_id}/")
        feed.add_item(
            title=f"{row.get_kind_display()}: {_title(row, spoken)}",
            link=address_of(page) if page is not None else ledger,
            description=_description(row),
            # the hash of the entry: the same wherever the site moves
            unique_id=f"urn:sha256:{row.hash}",
            pubdate=row.released_at,
            updateddate=row.released_at,
            categories=[row.change_class, str(row.kind)],
            language=tongues.tag_of(spoken[row.page_id]) if row.page_id in spoken else languages.SOURCE_TAG,
            versions=_versions(row.page_id, shown, spoken),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=ATOM)


def _translations(shown: Mapping[int, Page]) -> dict[int, TranslationPage]:
    """Return the released translations of some pages, and those that are among them, by their own id."""
    among = Q(pk__in=list(shown)) | Q(source__in=list(shown))
    rows = TranslationPage.objects.live().filter(among).select_related("source").order_by("language")
    return {row.pk: row for row in rows}


def _title(row: Release, spoken: Mapping[int, TranslationPage]) -> str:
    """Return the title of an entry; of a translation whose title is locked, the notice and that of the source."""
    page = spoken.get(row.page_id)
    now = "" if page is None else tongues.names_of(page)[0]
    return row.title if page is None or now == page.title else now


def _versions(pk: int, shown: Mapping[int, Page], spoken: Mapping[int, TranslationPage]) -> list[tuple[str, str]]:
    """Return language and address of a page in every language, where there are several."""
    if pk not in shown:
        return []
    source: Any = spoken[pk].source if pk in spoken else shown[pk]
    others = [one for one in spoken.values() if one.source_id == source.pk]
    found = [(languages.SOURCE_TAG, address_of(source))] if source.live else []
    found += [(tongues.tag_of(one), address_of(one)) for one in others]
    return found if len(found) > 1 else []


def _description(row: Release) -> str:
    """Return what changed, how grave that is, and who signed."""
    names = ", ".join(str(one.get("name", "")) for one in row.signers if one.get("name"))
    parts = [row.summary, f"Class of the change: {row.get_change_class_display()}."]
    parts += [f"Signed by {names}."] if names and row.kind != ReleaseKind.WITHDRAWN else []
    parts += ["Demonstration: no real clinician has checked this text."] if row.demonstration else []
    return " ".join(part for part in parts if part)
