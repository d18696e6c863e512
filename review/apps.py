from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ReviewConfig(AppConfig):
    """The gate: what is public has been signed."""

    name = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Close the gate."""
        from review import freshness, gate, signals, triggers, triggers_sqlite  # noqa: PLC0415  # app ready

        signals.connect()
        gate.close()
        triggers_sqlite.connect()
        pre_migrate.connect(triggers.before_migrate, sender=self, dispatch_uid="review.triggers.remove")
        post_migrate.connect(triggers.after_migrate, sender=self, dispatch_uid="review.triggers.install")
        pre_migrate.connect(freshness.before_migrate, sender=self, dispatch_uid="review.freshness.remove")
        post_migrate.connect(freshness.after_migrate, sender=self, dispatch_uid="review.freshness.install")
