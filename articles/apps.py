from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    """Guides, causes, techniques, care rules, claims, sources and words."""

    name = "articles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put our link handler in the place of the stock one."""
        from articles import rich_text  # noqa: F401, PLC0415  # app ready
