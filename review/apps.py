from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The gate: what is public has been signed."""

    name = "review"
    default_auto_field = "django.db.models.BigAutoField"
