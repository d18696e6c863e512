"""When a text is reviewed again."""

import calendar
from datetime import date

from django.conf import settings
from wagtail.models import Page


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def next_review(page: Page, reviewed_on: date) -> date:
    """Return when a page of this kind is due after a full review."""
    return add_months(reviewed_on, settings.REVIEW_MONTHS[str(page.review_kind)])
