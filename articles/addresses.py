"""Public addresses: always those of SITE_URL, whatever host name a request came with."""

from django.conf import settings
from wagtail.models import Page


def absolute(path: str) -> str:
    """Return the public address of a path of this site."""
    return f"{settings.SITE_URL}{path}"


def address_of(page: Page) -> str:
    """Return the public address of a page; that of the site when the page is not below its root."""
    parts = page.get_url_parts()
    return absolute(parts[2] if parts and parts[2] else "/")
