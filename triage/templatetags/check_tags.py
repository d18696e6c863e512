"""Ways from other pages into a check, without a word about health in an address."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import override

from articles.translations import languages
from articles.translations.switch import Version, now
from review import dependencies
from triage.artefacts import POINTER, folder, shelf, told_in

register = template.Library()


@register.inclusion_tag("triage/parts/ways_in.html")
def ways_into_check(slug: str) -> dict[str, Any]:
    """Show buttons that start a check, those with a first answer too; nothing where there is no such check."""
    dependencies.on_file(folder() / POINTER)
    kept = shelf().in_language(now().language).checks.get(slug)
    if not kept:
        return {}
    document = kept[0].document
    return {"document": document, "version": kept[0].hash, "action": reverse("triage:check", args=[slug])}


@register.inclusion_tag("triage/parts/languages.html", takes_context=True)
def check_languages(context: template.Context) -> dict[str, Any]:
    """Lead to the same step in other languages; the answers go along in the body of the form."""
    check, this = context.get("check"), now()
    if check is None:
        return {}
    codes = [languages.SOURCE, *told_in(check)]
    if len(codes) == 1:
        return {}
    found = []
    for code in codes:
        with override(languages.setting(code)):
            found.append(Version(code, reverse("triage:check", args=[check.document["slug"]]), code == this.language))
    return {"versions": found, "in_form": "action" in context, "go": "result" if "result" in context else "language"}
