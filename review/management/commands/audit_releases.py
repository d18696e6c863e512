"""Prove that everything public was signed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from review.audit import faults
from review.enums import PublicState
from review.models import Release, SignOff, Standing


class Command(BaseCommand):
    """Runs nightly and in CI; ends with an error when anything is wrong."""

    help = "Prove from the data that every public page was signed, and that no evidence was altered."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is wrong, or what was proved."""
        found = 0
        for fault in faults():
            found += 1
            self.stderr.write(fault)
        if found:
            raise CommandError(f"{found} fault{'s' if found > 1 else ''}.")
        shown = Standing.objects.filter(state=PublicState.RELEASED).count()
        signed, entries = SignOff.objects.count(), Release.objects.count()
        self.stdout.write(f"{shown} public pages, {signed} signatures, {entries} ledger entries: all proved.")
