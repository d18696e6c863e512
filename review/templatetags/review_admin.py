"""What the screens of the review show: people by name, and a refused form as it was sent."""

from collections.abc import Mapping
from typing import Any

from django import template

from review.reader import title_for_reader

register = template.Library()
register.filter("title_for_reader", title_for_reader)


@register.filter
def person(user: Any) -> str:
    """Return the name of somebody; the account's name when there is no other."""
    return (user.get_full_name() or user.get_username()) if user else "somebody unknown"


@register.filter
def sent_value(sent: Mapping[str, str], name: str) -> str:
    """Return what a form said in one field."""
    return sent.get(name, "")


@register.filter
def sent_answer(sent: Mapping[str, str], key: str) -> str:
    """Return what a form answered to one question of the checklist."""
    return sent.get(f"answer-{key}", "")


@register.filter
def sent_note(sent: Mapping[str, str], key: str) -> str:
    """Return why a form says that a question does not apply."""
    return sent.get(f"note-{key}", "")
