from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    """Guides, causes, techniques, care rules, claims, sources and words."""

    name = "articles"
    default_auto_field = "django.db.models.BigAutoField"
