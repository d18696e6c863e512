"""Look at sources now."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles.models.watch import SourceLook
from articles.watch import watching
from articles.watch.fetch import Fetcher


class Command(BaseCommand):
    """The same as the worker does at night, with progress."""

    help = "Look whether sources still hold: addresses, retractions, changed guidelines. Opens tasks, decides nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether sources that were looked at today are asked again."""
        parser.add_argument("--all", action="store_true", help="also what was looked at within the last day")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, say what, and report."""
        if not settings.CLAIM_WATCH:
            raise CommandError("The watch is off: set CLAIM_WATCH=1 and WATCH_CONTACT (docs/watch.md).")
        if options["all"]:
            SourceLook.objects.update(asked_at=None)
        say = self.stdout.write if options["verbosity"] else lambda text: None
        done = watching.look_around(fetcher=Fetcher(watching.agent()), now=timezone.now(), progress=say)
        self.stdout.write(str(done))
        if done.looked and not done.answered:
            raise CommandError("Nothing could be asked.")
