"""Take in patient stories from files, or write them to one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from review.doors import RefusedError
from triage.drafts import draft_check
from triage.engine.vignettes import Vignette
from triage.models import ProtocolPage
from triage.vignettes import queries
from triage.vignettes.actions import take_in
from triage.vignettes.files import StoryFileError, parse_path, written


class Command(BaseCommand):
    """`import FILE… --by NAME` adds stories, all or none; `export PROTOCOL` prints those that are run."""

    help = "Import or export patient stories: our own form, or cases of the ITU/WHO symptom benchmark."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do and with what."""
        parser.add_argument("what", choices=["import", "export"])
        parser.add_argument("names", nargs="+", metavar="FILE|PROTOCOL")
        parser.add_argument("--by", help="account of the person who wrote the stories")
        parser.add_argument("--protocol", default="", help="protocol for cases of the benchmark that name none")
        parser.add_argument("--itu", action="store_true", help="write cases of the ITU/WHO benchmark")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; a bad file ends with every place and reason, and nothing taken in."""
        if options["what"] == "export":
            for name in options["names"]:
                self._export(name, itu=options["itu"])
            return
        by = get_user_model().objects.filter(username=options["by"] or "").first()
        if by is None:
            raise CommandError("Say with --by who wrote the stories: an account of this site.", returncode=2)
        try:
            with transaction.atomic():
                made = sum(len(self._import(Path(name), by, options["protocol"])) for name in options["names"])
        except (StoryFileError, RefusedError) as error:
            raise CommandError(f"Nothing was taken in.\n{error}", returncode=2) from error
        self.stdout.write(f"Stories added: {made}.")

    def _export(self, key: str, *, itu: bool) -> None:
        page = ProtocolPage.objects.filter(code=key).first()
        if page is None:
            raise CommandError(f"There is no protocol “{key}”.", returncode=2)
        self.stdout.write(written(queries.active(page), as_benchmark=itu), ending="")

    def _import(self, path: Path, by: Any, protocol: str) -> list[Any]:
        stories, foreign = parse_path(path, protocol=protocol)
        return take_in(stories=stories, name=str(path), by=by, as_drafts=foreign, protocols=_protocols(stories))


def _protocols(stories: list[Vignette]) -> dict[str, Any]:
    """Return the latest drafts that the stories are about."""
    found = {key: draft_check(key) for key in {story.protocol for story in stories}}
    return {key: check.machine.protocol for key, check in found.items() if check}
