"""Ways from other pages into a check, without a word about health in an address."""

from typing import Any

from django import template
from django.urls import reverse

from review import dependencies
from triage.artefacts import POINTER, folder, shelf

register = template.Library()


@register.inclusion_tag("triage/parts/ways_in.html")
def ways_into_check(slug: str) -> dict[str, Any]:
    """Show buttons that start a check, those with a first answer too; nothing where there is no such check."""
    dependencies.on_file(folder() / POINTER)
    kept = shelf().checks.get(slug)
    if not kept:
        return {}
    document = kept[0].document
    return {"document": document, "version": kept[0].hash, "action": reverse("triage:check", args=[slug])}
