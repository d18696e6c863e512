from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Wiring: addresses, search, sitemap, house rules."""

    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the house rules as system checks, and let search follow the pages."""
        from django.db.models.signals import post_save  # noqa: PLC0415  # app ready

        from portal import checks, production, spreadsheets, starting  # noqa: F401, PLC0415  # app ready
        from portal.accounts import events, signals  # noqa: PLC0415  # app ready
        from portal.delivery.keeper import standing_saved  # noqa: PLC0415  # app ready
        from portal.observe import counting  # noqa: PLC0415  # app ready
        from portal.search.index import page_saved  # noqa: PLC0415  # app ready
        from review.models import Standing  # noqa: PLC0415  # app ready

        post_save.connect(page_saved, dispatch_uid="portal.search")
        post_save.connect(standing_saved, sender=Standing, dispatch_uid="portal.delivery")
        starting.install()
        spreadsheets.install()
        signals.connect()
        events.connect()
        counting.connect()
