"""Translations as files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Page

from articles.content.release import as_demonstration_author, release_as_demonstration
from articles.models import HomePage
from articles.translations.catalogue import FOLDER, CatalogueError, write
from articles.translations.loading import load


class Command(BaseCommand):
    """Writes what is to be translated into a file, or loads the files that come with the software."""

    help = "Write the texts of pages for translators (PO), or load the starter translations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do."""
        parser.add_argument("--load", action="store_true", help="load the starter translations as demonstration")
        parser.add_argument("--folder", type=Path, default=FOLDER)
        parser.add_argument("--language", default="zh-hant")
        parser.add_argument("--write", type=Path, metavar="FILE", help="write the texts of the pages into this file")
        parser.add_argument("pages", nargs="*", metavar="PATH", help="paths below the home page, such as guides")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or load."""
        try:
            if options["write"]:
                pages = [self._page(path) for path in options["pages"]]
                count = write(options["write"], options["language"], pages)
                self.stdout.write(f"{count} texts in {options['write']}")
            if options["load"]:
                with as_demonstration_author():
                    loaded = load(release_as_demonstration, folder=options["folder"])
                self.stdout.write(f"{len(loaded)} translations loaded")
        except CatalogueError as error:
            raise CommandError(str(error)) from error

    def _page(self, path: str) -> Page:
        home = HomePage.objects.get()
        wanted = f"{home.url_path}{path.strip('/')}/" if path.strip("/") else home.url_path
        found = Page.objects.filter(url_path=wanted).first()
        if found is None:
            raise CommandError(f"There is no page at {path}.")
        return found.specific
