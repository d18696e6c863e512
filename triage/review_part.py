"""What those who sign a protocol, or something that it shows, see of it: who is told otherwise, and what is proved."""

from typing import Any

from django.template.loader import render_to_string

from triage import approval, changes, proving


def review_part(page: Any) -> str:
    """Return the part of the review screen about one protocol, as it would be with the change in place."""
    text = approval.text_of(page)
    held = approval.held(text) if text else {}
    change = changes.change_of(page, text)
    context = {
        "page": page,
        "change": change,
        "groups": changes.by_direction(change.details["groups"]) if change else [],
        "proof": proving.panel(page, text),
        "checks": [(name, held.get(name)) for name in approval.CHECKS],
        "in_review": True,
    }
    return render_to_string("triage/admin/review_part.html", context)
