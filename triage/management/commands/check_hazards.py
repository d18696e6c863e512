"""Say of every hazard whether something that works keeps it from harming; fails when a grave one has nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from triage.hazards.document import markdown, safety_case
from triage.hazards.log import entries, released_texts


class Command(BaseCommand):
    """Look up every control; `--write FILE` also writes the clinical safety case."""

    help = "Check the hazard log against the released checks; ends with 1 when a grave hazard is not controlled."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where to write the document."""
        parser.add_argument("--write", type=Path, metavar="FILE", help="write the clinical safety case as Markdown")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check."""
        found = entries(released_texts())
        if path := options["write"]:
            path.write_text(markdown(safety_case(found)), encoding="utf-8")
        for entry in found:
            for one in entry.broken:
                self.stderr.write(f"{entry.hazard.code}: {one.control} does not work. {one.why}")
        problems = [entry.problem for entry in found if entry.problem]
        for problem in problems:
            self.stderr.write(problem)
        if options["verbosity"]:
            grave = sum(entry.is_grave for entry in found)
            self.stdout.write(f"{len(found)} hazards, {grave} grave, {len(problems)} without a control that works.")
        if problems:
            raise SystemExit(1)
