"""Make the search index anew."""

from typing import Any

from django.core.management import BaseCommand, call_command

from portal.search.index import rebuild


class Command(BaseCommand):
    """Writes the phrases and the full text of every released page again."""

    help = "Make the search index anew: the phrases that lead to pages, and the full text."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild both and say how much there is."""
        pages, phrases = rebuild()
        call_command("update_index", verbosity=0)
        self.stdout.write(f"{pages} pages are found by {phrases} phrases.")
