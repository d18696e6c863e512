"""At the last moment before a reader sees it: is this what was signed? If not, nothing of it is shown."""

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.dispatch import Signal
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.module_loading import import_string
from wagtail.models import Page

from review import as_signed, dependencies, facts, files
from review.enums import PublicState, UseKind
from review.fingerprint import read_members, seal
from review.models.page import ReviewedPage
from review.models.submission import Standing, Use

logger = logging.getLogger(__name__)
# Sent when a page is not shown because it is not what was signed: for whoever counts.
withheld = Signal()


# Rows that were found to be what was signed: (page id, fingerprint that was signed) and the seal of the row.
_RIGHT: dict[tuple[int, str], bytes] = {}
_MOST = 5000


def fault_of(page: Page) -> str | None:
    """Return why a page must not be shown, or None when it is what was signed.

    One query for the page and all pages that it shows, and one for each many-to-many field.
    """
    if not isinstance(page, ReviewedPage):
        return "not a page of a reviewed type"
    rows = list(_with_uses(page.pk))
    standing = next((row for row in rows if row.page_id == page.pk), None)
    page.__dict__[facts.KEPT] = standing
    page.__dict__[facts.INSIDE] = {row.page_id: row for row in rows if row is not standing}
    if standing is None or standing.state != PublicState.RELEASED:
        return "not released"
    if page.live_revision_id != standing.revision_id or not _is_right(page, standing.fingerprint):
        return "not the text that was signed"
    shown = (row for row in rows if row is not standing and row.mark is not None)
    return next(filter(None, (_fault_inside(page.pk, row) for row in shown)), None)


def _is_right(page: Page, signed: str) -> bool:
    """Return whether a row is what was signed; quick for a row that was found to be right before."""
    key, sealed = (page.pk, signed), seal(page)
    if _RIGHT.get(key) == sealed:
        return True
    if not as_signed.holds(page, signed):
        return False
    if len(_RIGHT) >= _MOST:
        _RIGHT.clear()
    _RIGHT[key] = sealed
    return True


def _with_uses(page_id: int) -> Iterable[Any]:
    """Return what holds for a page and for each page that it shows, with the mark it was signed with; one query.

    Pages that stand inside those come along without a mark: what shows them answers for them.
    """
    standing, use = Standing._meta.db_table, Use._meta.db_table
    return Standing.objects.raw(
        f"SELECT s.*, '' AS mark FROM {standing} s WHERE s.page_id = %s"  # noqa: S608  # names of our own tables
        f" UNION ALL SELECT s.*, u.mark FROM {use} u JOIN {standing} s ON s.page_id = CAST(u.used AS bigint)"
        " WHERE u.user_page_id = %s AND u.kind = 'page'"
        f" UNION ALL SELECT s.*, NULL FROM {standing} s WHERE s.page_id <> %s AND s.page_id IN"
        f" (SELECT CAST(v.used AS bigint) FROM {use} u JOIN {use} v ON v.user_page_id = CAST(u.used AS bigint)"
        "  WHERE u.user_page_id = %s AND u.kind = 'page' AND v.kind = 'page')",
        [page_id, page_id, page_id, page_id],
    )


def _fault_inside(page_id: int, row: Any) -> str | None:
    """Return what is wrong with a page that this one shows."""
    if page_id in row.touched_pages:
        return None
    if row.state != PublicState.RELEASED:
        return f"it shows page {row.page_id}, which was withdrawn"
    if row.mark != row.fingerprint:
        return f"it shows page {row.page_id}, which changed without it"
    return None


def intact(pages: Iterable[Any], inside: Page | None = None) -> list[Any]:
    """Return those pages whose rows are what was signed and are not on hold: for what is shown inside other pages.

    One query, and one for each many-to-many field; none for what was read with the page that they stand `inside`.
    """
    listed = list(pages)
    rows: dict[int, Any] = dict(inside.__dict__.get(facts.INSIDE, {})) if inside is not None else {}
    if unknown := [page.pk for page in listed if page.pk not in rows]:
        rows |= Standing.objects.in_bulk(unknown)
    read_members(listed)
    good = []
    for page in listed:
        page.__dict__[facts.KEPT] = row = rows.get(page.pk)
        if not (row and row.state == PublicState.RELEASED and _is_right(page, row.fingerprint)):
            logger.critical("Page %s is not what was signed; it is left out where others show it.", page.pk)
        elif not page.is_wholly_held:
            good.append(page)
    return good


def emergency_numbers() -> list[tuple[str, str]]:
    """Return what readers dial in an emergency, each with how it is told; that of the settings when asked in vain."""
    if settings.REVIEW_EMERGENCY_NUMBERS:
        try:
            if found := import_string(settings.REVIEW_EMERGENCY_NUMBERS)():
                return list(found)
        except Exception:  # the page that shows this is the last thing that may fail
            logger.exception("The emergency numbers could not be read.")
    number, place = str(settings.EMERGENCY_NUMBER), settings.EMERGENCY_PLACE
    return [(number, f"{number} ({place})" if place else number)]


def before_serve_page(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Let through what was signed; else say that the text is being checked, with the emergency advice."""
    if not isinstance(page, ReviewedPage):
        raise Http404
    dependencies.on_pages([page.pk])
    if fault := fault_of(page):
        logger.critical("Page %s is not shown: %s.", page.pk, fault)
        withheld.send(type(page))
        return rechecking(request, page)
    if page.is_wholly_held:
        return rechecking(request, page)
    return None


def rechecking(request: HttpRequest, page: Page) -> HttpResponse:
    """Return the page that stands in for a text that cannot be shown now."""
    response = TemplateResponse(
        request, "review/rechecking.html", {"numbers": emergency_numbers(), "page_title": page.title}, status=503
    )
    response["Retry-After"] = "3600"
    response["Cache-Control"] = "no-store"
    return response.render()


def before_serve_document(document: Any, request: HttpRequest) -> None:
    """Serve only documents that a released page lists, with the bytes that were signed; to editors, all."""
    if not files.is_signed(UseKind.DOCUMENT, document) and not sees_drafts(request):
        raise Http404


def sees_drafts(request: HttpRequest) -> bool:
    """Return whether somebody may see files that no released page shows: they choose among them."""
    return request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin")
