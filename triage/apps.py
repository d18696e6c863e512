from django.apps import AppConfig


class TriageConfig(AppConfig):
    """Guided checks: protocols, their proofs and the public form."""

    name = "triage"
    default_auto_field = "django.db.models.BigAutoField"
