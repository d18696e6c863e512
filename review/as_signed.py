"""A text in the form in which it was signed, also when the software has given its page type other fields since.

A field that came later is on no signature. While it is empty it says nothing, so the text is still the one that was
signed; once it says something, it is another text. The same holds for an empty field that went away.
"""

from typing import Any

from wagtail.models import Page

from review.fingerprint import content, of_content, with_the_fields_of
from review.models.evidence import SignOff


def governed(page: Page, mark: str) -> dict[str, Any] | None:
    """Return the governed content of a page with the fields that it had when it was signed under a fingerprint.

    None when it is another text. One query, only where the page has other fields now, or is another text.
    """
    return _as_signed(page, mark, content(page))


def _as_signed(page: Page, mark: str, now: dict[str, Any]) -> dict[str, Any] | None:
    """The same; `now` is the governed content, which takes longest to read."""
    label = type(page)._meta.label_lower
    if of_content(now, label) == mark:
        return now
    signed = SignOff.objects.filter(page_id=page.pk, fingerprint=mark, page_type=label)
    before = signed.values_list("content", flat=True).first()
    then = with_the_fields_of(before, now) if before else now
    return then if of_content(then, label) == mark else None


def holds(page: Page, mark: str) -> bool:
    """Return whether a page says what was signed under a fingerprint."""
    return governed(page, mark) is not None


def mark_of(page: Page, known: str) -> str:
    """Return the fingerprint that a text is known by, or its own when it is another text."""
    now = content(page)
    return known if _as_signed(page, known, now) is not None else of_content(now, type(page)._meta.label_lower)
