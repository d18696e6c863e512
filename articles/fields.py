"""A StreamField whose block definitions stay out of migrations (ADR 3)."""

from functools import cached_property
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from wagtail.fields import StreamField


class BlockStreamField(StreamField):
    """StreamField for code; a migration sees an empty one, so wording and order of blocks migrate nothing."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Return the field without its blocks."""
        name, _, _, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, "articles.fields.BlockStreamField", [[]], kwargs

    @cached_property
    def json_field(self) -> models.JSONField:  # type: ignore[override]  # a property there, made anew for every row read
        """Return what reads and writes the column."""
        return models.JSONField(encoder=DjangoJSONEncoder)
