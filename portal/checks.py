"""House rules as Django system checks."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from wagtail.models import Page, get_page_models

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
