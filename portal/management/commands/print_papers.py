"""Print released guides and sheets as PDF, where that was not done yet."""

from typing import Any

from django.core.handlers.base import BaseHandler
from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.paper import kept
from portal.delivery import papers


class Command(BaseCommand):
    """Done by itself beside the site; by hand to see what is in the way."""

    help = "Print released guides and sheets that are not printed yet; needs kept pages (the site has run)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how it is done."""
        parser.add_argument("--patient", action="store_true", help="wait with each while readers need the machine")
        parser.add_argument("--again", action="store_true", help="try what failed lately once more, too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print and report."""
        if not kept.is_possible():
            raise CommandError("Nothing is printed here: " + (kept.why_not() or "PRINT_PAPERS is 0."))
        if options["again"]:
            kept.forget_failures()
        handler = BaseHandler()
        handler.load_middleware()
        failed = papers.print_all(handler, patient=options["patient"])
        for path, why in failed.items():
            self.stderr.write(f"{path}: not printed ({why})")
        if failed:
            raise CommandError(f"{len(failed)} pages were not printed.")
