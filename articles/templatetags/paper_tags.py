"""What pages need to lead to their prints."""

from django import template

from articles.paper import kept
from articles.paper.qr import QrPath, qr_path

register = template.Library()


@register.simple_tag
def can_print() -> bool:
    """Whether this site makes PDFs."""
    return kept.is_possible()


@register.simple_tag
def qr(text: str) -> QrPath:
    """Return a text as a picture to scan."""
    return qr_path(text)
