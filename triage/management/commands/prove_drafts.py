"""Prove drafts to the end: what a save starts in the background, or a timer where that is not possible."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from triage import proving


class Command(BaseCommand):
    """Exit code 1 when a draft is not proved."""

    help = "Prove the latest drafts of protocols; without ids those of which the proofs have not come to an end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take which drafts, and for how long."""
        parser.add_argument("pages", nargs="*", type=int, metavar="PAGE", help="ids of protocol pages")
        parser.add_argument("--seconds", type=float, default=proving.LONGEST, help="at most so long for each")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prove one after the other."""
        failed = False
        for pk in options["pages"] or proving.undecided():
            row = proving.to_the_end(pk, seconds=options["seconds"])
            self.stdout.write(f"{pk}: {row.sentence} ({row.seconds:.1f} s)" if row else f"{pk}: cannot be put together")
            failed = failed or row is None or row.status != "passed"
        if failed:
            raise SystemExit(1)
