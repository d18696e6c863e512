"""Take in a FHIR Questionnaire as the draft of a new protocol."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from triage.importing import LIMIT, draft_from_questionnaire
from triage.standards.draft import UnusableError


class Command(BaseCommand):
    """`import_questionnaire FILE KEY --by NAME`: the questions become a draft; prints what could not be carried."""

    help = "Take in a FHIR Questionnaire (R4 or R5, JSON) as the draft of a new protocol."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the key of the new protocol and who brings it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("key")
        parser.add_argument("--by", required=True, help="account of the person who takes it in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; a bad file ends with the reason, and nothing taken in."""
        by = get_user_model().objects.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(f"There is no account “{options['by']}”.", returncode=2)
        try:
            with options["file"].open("rb") as file:
                page, draft = draft_from_questionnaire(body=file.read(LIMIT + 1), key=options["key"], by=by)
        except (OSError, UnusableError) as error:
            raise CommandError(f"Nothing was taken in. {error}", returncode=2) from error
        self.stdout.write(f"Draft “{page.code}” with {len(draft.questions)} questions. Not carried:")
        for what, places in draft.report:
            self.stdout.write(f"  {what} ({', '.join(places)})")
