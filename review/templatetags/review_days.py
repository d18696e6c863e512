"""Days on public pages of the review, as the language of the page writes them."""

from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language

register = template.Library()
# Django's own form for English would shorten the month.
ENGLISH = "j F Y"


@register.filter
def day_in_words(value: date | datetime, form: str = "") -> str:
    """Return a day in full, in a form of its own or in that of the language."""
    is_english = (get_language() or "en").startswith("en")
    return date_format(value, form or (ENGLISH if is_english else "DATE_FORMAT"))
