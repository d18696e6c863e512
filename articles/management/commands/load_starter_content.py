"""Load the starter content."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.content.files import ContentError
from articles.content.loader import STARTER, load
from articles.content.release import as_demonstration_author, release_as_demonstration


class Command(BaseCommand):
    """Writes what the files say, all or nothing; says what it created, changed and left alone."""

    help = "Load the starter content: all of it or, when a file is wrong, nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, and whether pages changed by editors are written over."""
        parser.add_argument("--folder", type=Path, default=STARTER)
        parser.add_argument("--overwrite", action="store_true", help="also pages that an editor has changed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and report; a bad file ends with its name, line and reason."""
        try:
            with as_demonstration_author():
                report = load(release_as_demonstration, folder=options["folder"], overwrite=options["overwrite"])
        except ContentError as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from error
        if options["verbosity"]:
            self.stdout.write(str(report) if options["verbosity"] > 1 else str(report).splitlines()[0])
