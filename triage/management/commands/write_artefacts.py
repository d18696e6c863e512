"""Put the released protocols on disk."""

from typing import Any

from django.core.management.base import BaseCommand

from triage.actions import write_artefacts


class Command(BaseCommand):
    """Needed where a release was made by another machine, and after the directory was lost."""

    help = "Write every released protocol to the directory that the site answers from."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write and say what changed."""
        changed = write_artefacts()
        if options["verbosity"]:
            self.stdout.write(f"Checks changed: {', '.join(sorted(changed)) or 'none'}.")
