"""Do once what is due, for a timer of the machine: needs no worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import production
from portal.work.running import run_due


class Command(BaseCommand):
    """A line for cron: * * * * * cd /srv/gaitway && .venv/bin/python manage.py run_due_jobs."""

    help = "Run every job that is due, once; ends with an error when one has failed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and report."""
        production.refuse_unsafe()
        ran = run_due()
        for row in ran:
            self.stdout.write(f"{row.job}: {row.error or row.said}")
        if any(row.error for row in ran):
            raise CommandError("Not everything went well.")
