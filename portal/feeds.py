"""What became public, and what changed for safety, as Atom feeds: the public ledger in a form that programs follow."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from wagtail.models import Page, get_page_models

from articles.addresses import absolute, address_of
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


def _feed(path: str, name: str, says: str, rows: Iterable[Release]) -> HttpResponse:
    """Return a feed of entries of the ledger, every value of which is public."""
    for model in get_page_models():
        if issubclass(model, ReviewedPage):
            dependencies.on_type(model)
    rows = list(rows)
    shown = Page.objects.live().public().in_bulk([row.page_id for row in rows])
    site = str(settings.WAGTAIL_SITE_NAME)
    feed = Atom1Feed(
        title=f"{site}: {name}", link=absolute("/"), description=says, subtitle=says, feed_url=absolute(path),
        language="en-GB", author_name=site, feed_guid=absolute(path),
    )  # fmt: skip
    for row in rows:
        page = shown.get(row.page_id)
        ledger = absolute(f"/ledger/{row.page_id}/")
        feed.add_item(
            title=f"{row.get_kind_display()}: {row.title}",
            link=address_of(page) if page is not None else ledger,
            description=_description(row),
            # the hash of the entry: the same wherever the site moves
            unique_id=f"urn:sha256:{row.hash}",
            pubdate=row.released_at,
            updateddate=row.released_at,
            categories=[row.change_class, str(row.kind)],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=ATOM)


def _description(row: Release) -> str:
    """Return what changed, how grave that is, and who signed."""
    names = ", ".join(str(one.get("name", "")) for one in row.signers if one.get("name"))
    parts = [row.summary, f"Class of the change: {row.get_change_class_display()}."]
    parts += [f"Signed by {names}."] if names and row.kind != ReleaseKind.WITHDRAWN else []
    parts += ["Demonstration: no real clinician has checked this text."] if row.demonstration else []
    return " ".join(part for part in parts if part)
