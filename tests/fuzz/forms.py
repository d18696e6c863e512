"""The fields that the editor of a page posts, written down without a browser."""

from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.test.utils.form_data import querydict_from_html


def fields_of(client: Client, page: Page) -> dict[str, Any]:
    """Return what saving the latest draft of a page without a change would post."""
    html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form")
    found: dict[str, Any] = {key: values if len(values) > 1 else values[0] for key, values in data.lists()}
    draft = page.specific.get_latest_revision_as_object()
    for one in draft._meta.get_fields():
        if isinstance(one, StreamField):
            found |= of_block(one.stream_block, getattr(draft, one.name), one.name)
    for name in ("TOTAL_FORMS", "INITIAL_FORMS"):
        found.setdefault(f"comments-{name}", "0")
    return {key: "" if value is None else value for key, value in found.items()}


def of_block(block: Any, value: Any, prefix: str) -> dict[str, Any]:
    """Return the fields of a block with its value."""
    if isinstance(block, blocks.StreamBlock):
        found: dict[str, Any] = {f"{prefix}-count": str(len(value))}
        for place, child in enumerate(value):
            found |= _item(f"{prefix}-{place}", place, child.id) | {f"{prefix}-{place}-type": child.block_type}
            found |= of_block(child.block, child.value, f"{prefix}-{place}-value")
        return found
    if isinstance(block, blocks.ListBlock):
        found = {f"{prefix}-count": str(len(value))}
        for place, child in enumerate(value.bound_blocks):
            found |= _item(f"{prefix}-{place}", place, child.id)
            found |= of_block(block.child_block, child.value, f"{prefix}-{place}-value")
        return found
    if isinstance(block, blocks.StructBlock):
        found = {}
        for name, child in block.child_blocks.items():
            found |= of_block(child, value.get(name), f"{prefix}-{name}")
        return found
    return _of_field(block, value, prefix)


def _item(prefix: str, place: int, identity: str | None) -> dict[str, Any]:
    return {f"{prefix}-deleted": "", f"{prefix}-order": str(place), f"{prefix}-id": identity or ""}


def _of_field(block: Any, value: Any, prefix: str) -> dict[str, Any]:
    shown = block.value_for_form(value)
    if isinstance(block, blocks.BooleanBlock):
        return {prefix: "on"} if shown else {}
    if isinstance(block, blocks.MultipleChoiceBlock):
        return {prefix: [str(one) for one in shown or []]}
    shown = getattr(shown, "pk", shown)
    return {prefix: block.field.widget.format_value(shown) if hasattr(block, "field") else shown}
