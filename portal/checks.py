"""House rules as Django system checks."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  # Django's own name
from django.db import models
from wagtail.contrib.settings.registry import registry
from wagtail.models import Page, get_page_models
from wagtail.snippets.models import get_snippet_models

from articles.paper import printing
from review.models import ReviewedPage


@register()
def every_page_type_is_reviewed(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a page type whose text could be public without passing the gate."""
    return [
        Error(
            f"{model.__module__}.{model.__name__} is public but not a ReviewedPage.",
            hint="Derive it from review.models.ReviewedPage.",
            obj=model,
            id="portal.E001",
        )
        for model in get_page_models()
        if model is not Page and not issubclass(model, ReviewedPage)
    ]


@register()
def every_page_type_names_its_parents(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a page type that could be put anywhere in the tree."""
    return [
        Error(f"{model.__name__} does not name its parent page types.", obj=model, id="portal.E002")
        for model in get_page_models()
        if model is not Page and getattr(model, "parent_page_types", None) is None
    ]


# Columns that cannot hold a sentence; everything else can, until its model says what it is for.
WORDLESS = (
    models.BooleanField, models.DateField, models.DecimalField, models.DurationField, models.FloatField,
    models.IntegerField, models.TimeField, models.UUIDField,
)  # fmt: skip


@register()
def settings_hold_no_words_for_readers(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a setting of the admin that could hold text: it would be public as soon as somebody saves it."""
    return [
        Error(
            f"{model.__name__}.{field.name} could show readers text that nobody has signed.",
            hint="Text belongs on a page. Name the field in `technical_fields` of the model if readers never see it.",
            obj=model,
            id="portal.E003",
        )
        for model in registry
        for field in untold_fields(model)
    ]


@register()
def there_are_no_snippets(**kwargs: Any) -> list[CheckMessage]:
    """Refuse snippets: pages show them as they are edited."""
    return [
        Error(f"{model.__name__} is a snippet; readers would see its drafts.", obj=model, id="portal.E004")
        for model in get_snippet_models()
    ]


def untold_fields(model: type[models.Model]) -> list[models.Field]:
    """Return the fields of a setting that can hold words or files and are not said to be technical."""
    told: frozenset[str] = getattr(model, "technical_fields", frozenset())
    fields = [f for f in model._meta.get_fields() if f.concrete and not isinstance(f, WORDLESS) and f.name not in told]
    return [f for f in fields if not (f.is_relation and f.name == "site")]  # type: ignore[misc]  # concrete ones are


@register()
def papers_can_be_printed(**kwargs: Any) -> list[CheckMessage]:
    """Say plainly that there are no PDFs, and what would have to be installed."""
    lacking = printing.missing() if settings.PRINT_PAPERS else []
    if not lacking:
        return []
    return [
        Warning(
            f"No PDF of guides, sheets and summaries is made: this machine lacks {', '.join(lacking)}.",
            hint="Install them (docs/papers.md), or set PRINT_PAPERS=0. Pages do not lead to a PDF until then.",
            id="portal.W001",
        )
    ]
