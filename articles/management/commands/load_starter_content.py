"""Load the starter content."""

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Placeholder until the loader lands in this folder."""

    def handle(self, *args: object, **options: object) -> None:
        """Do nothing yet."""
