"""Ways from other pages into a check, without a word about health in an address."""

from typing import Any

from django import template
from django.urls import reverse

from triage.artefacts import shelf

register = template.Library()


@register.inclusion_tag("triage/parts/ways_in.html")
def ways_into_check(page: Any) -> dict[str, Any]:
    """Show buttons that start the check of a protocol page, those with a first answer too; nothing if it has none."""
    slug = getattr(page, "slug", "")
    kept = shelf().checks.get(slug)
    if not kept:
        return {}
    document = kept[0].document
    return {"document": document, "version": kept[0].hash, "action": reverse("triage:check", args=[slug])}
