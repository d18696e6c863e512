from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Wiring: addresses, search, sitemap, house rules."""

    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the house rules as system checks."""
        from portal import checks  # noqa: F401, PLC0415  # app ready
