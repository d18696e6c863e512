"""Tags for the head of a page: canonical address, and what the page says to search engines."""

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from articles.addresses import absolute, address_of
from articles.queries import shell
from articles.structured_data import graph
from review.models import ReviewedPage

register = template.Library()
# So that no text can end the script element.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


@register.simple_tag(takes_context=True)
def canonical(context: template.Context) -> str:
    """Return the one public address of what is shown."""
    page, request = context.get("page"), context.get("request")
    if isinstance(page, Page):
        return address_of(page)
    return absolute(request.path) if request else absolute("/")


@register.simple_tag(takes_context=True)
def picture_of_page(context: template.Context) -> str:
    """Return the address of the picture beside links to a released page; another for each text. None for a draft."""
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, ReviewedPage) or getattr(request, "is_preview", False):
        return ""
    facts = page.review_facts
    return absolute(f"/pictures/{page.pk}-{facts.fingerprint[:12]}.png") if facts else ""


@register.simple_tag(takes_context=True)
def json_ld(context: template.Context) -> SafeString:
    """Return the page's structured data as a data block, which no policy for scripts forbids and no browser runs."""
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, ReviewedPage) or getattr(request, "is_preview", False):
        return SafeString("")
    listed = context.get("listed")
    said = graph(page, _trail(page, request), is_further=listed is not None and listed.number > 1)
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    safe = text.translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{safe}</script>')  # noqa: S308  # escaped just above


def _trail(page: ReviewedPage, request: Any) -> list[tuple[str, str]]:
    """Return (name, path) of home, the room that the page stands in, and the page."""
    around = shell(request)
    room = around.room_of(page)
    path = page.get_url(request) or "/"
    home = [("Home", "/")] if path != "/" else []
    return [*home, *([(room.title, room.url)] if room else []), (page.title, path)]
