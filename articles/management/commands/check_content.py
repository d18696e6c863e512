"""Print what is wrong with pages."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Page

from articles.editing.problems import draft_problems
from review.models import ReviewedPage


class Command(BaseCommand):
    """Lists the problems of every page with their place; ends with an error when there are any."""

    help = "Print what keeps pages from being submitted: the page, the place in it, the reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to look at: drafts or what is released, everything or one part of the tree."""
        parser.add_argument("--released", action="store_true", help="check what readers see, not the latest drafts")
        parser.add_argument("--under", default="/", metavar="PATH", help="only this page and those below: /causes/")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check all pages, in the order of the tree."""
        rows = Page.objects.filter(depth__gt=1).order_by("path")
        if options["under"] != "/":
            rows = rows.descendant_of(self._page_at(options["under"]), inclusive=True)
        pages = [p for p in (rows.live() if options["released"] else rows).specific() if isinstance(p, ReviewedPage)]
        count = 0
        for page in pages:
            for problem in page.problems() if options["released"] else draft_problems(page):
                count += 1
                self.stdout.write(f"{page.url_path} ({page.title}): {problem}")
        if count:
            raise CommandError(f"{count} problems in {len(pages)} pages.")
        self.stdout.write(f"{len(pages)} pages checked; nothing is wrong.")

    def _page_at(self, path: str) -> Page:
        page = Page.objects.filter(url_path__endswith=f"/{path.strip('/')}/").order_by("depth").first()
        if page is None:
            raise CommandError(f"There is no page at {path}.")
        return page
