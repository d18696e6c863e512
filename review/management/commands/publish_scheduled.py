"""Release signed texts whose time has come; takes the place of Wagtail's command of the same name."""

import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from review.actions.releasing import due_submissions
from review.scheduled import release_due

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Each release in a transaction of its own: one that is refused never stops the next."""

    help = "Release what was signed and scheduled."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --dryrun."""
        parser.add_argument("--dryrun", action="store_true", help="Say what is due, release nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Release and report."""
        now = timezone.now()
        if options["dryrun"]:
            for submission, _ in due_submissions(now):
                self.stdout.write(f"due: {submission.title}")
            return
        released, refused = release_due(now)
        for title in released:
            self.stdout.write(f"released: {title}")
        for title, why in refused:
            logger.warning("Not released as scheduled: %s: %s", title, why)
            self.stderr.write(f"refused: {title}: {why}")
