from django.apps import AppConfig


class TriageConfig(AppConfig):
    """Guided checks: protocols, their proofs and the public form."""

    name = "triage"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the releases on disk in step with what is released, and guides in step with their checks."""
        from django.db.models.signals import post_save  # noqa: PLC0415  # app ready
        from wagtail.signals import page_published, page_unpublished  # noqa: PLC0415  # app ready

        from articles.models.guide import ASKED_OF_GUIDES  # noqa: PLC0415  # app ready
        from review.models import Standing  # noqa: PLC0415  # app ready
        from triage.actions import hold_changed, write_artefacts_soon  # noqa: PLC0415  # app ready
        from triage.cards import guide_problems  # noqa: PLC0415  # app ready

        for signal in (page_published, page_unpublished):
            signal.connect(write_artefacts_soon, dispatch_uid="triage.artefacts")
        post_save.connect(hold_changed, sender=Standing, dispatch_uid="triage.holds")
        ASKED_OF_GUIDES.append(guide_problems)
