"""Load the starter protocols."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.content.files import ContentError
from articles.content.release import as_demonstration_author, release_as_demonstration
from triage.actions import load_starter_protocols
from triage.hazards.files import HazardFileError
from triage.vignettes.files import StoryFileError


class Command(BaseCommand):
    """Writes what the protocol files say, all or nothing, and releases it like the starter content."""

    help = "Load the starter protocols: all of them or, when a file is wrong, none."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and report; a bad file ends with its name, line and reason."""
        try:
            with as_demonstration_author():
                keys = load_starter_protocols(release_as_demonstration)
        except (ContentError, StoryFileError, HazardFileError) as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from error
        if options["verbosity"]:
            self.stdout.write(f"Protocols loaded: {', '.join(keys) or 'none, all are there already'}.")
