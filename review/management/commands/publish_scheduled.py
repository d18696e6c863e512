"""Release signed texts whose time has come; takes the place of Wagtail's command of the same name."""

import logging
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand
from django.utils import timezone

from review import actions
from review.actions.releasing import due_submissions

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
        for submission, by in list(due_submissions(now)):
            if options["dryrun"]:
                self.stdout.write(f"due: {submission.title}")
                continue
            try:
                actions.release(submission=submission, by=by, now=now)
                self.stdout.write(f"released: {submission.title}")
            except PermissionDenied as refused:
                logger.warning("Not released as scheduled: page %s: %s", submission.page_id, refused)
                self.stderr.write(f"refused: {submission.title}: {refused}")
