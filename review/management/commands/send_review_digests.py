"""Send the mails of the day; needs no worker.

A line for cron: 15 6 * * * cd /srv/gaitway && .venv/bin/python manage.py send_review_digests
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from review import digests


class Command(BaseCommand):
    """One mail to each person who has something to do."""

    help = "Tell reviewers and keepers of credentials what waits for them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and report."""
        self.stdout.write(f"{digests.send(timezone.now())} sent.")
