"""Check every protocol: faults, hints, and what must hold for all answers."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from triage.drafts import check_of
from triage.engine.join import JoinError
from triage.engine.lint import lint
from triage.engine.parse import ProtocolError
from triage.models import ProtocolPage


class Command(BaseCommand):
    """Exit code 1 when a protocol cannot be run or something does not hold."""

    help = "Check the released protocols, or with --draft the latest drafts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take which text is checked."""
        parser.add_argument("--draft", action="store_true")
        parser.add_argument("--quick", action="store_true", help="faults and hints only, without the proofs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check one after the other."""
        failed = False
        for page in ProtocolPage.objects.order_by("path"):
            if not (page.live or options["draft"]):
                continue
            text = page.get_latest_revision_as_object() if options["draft"] else page
            failed = self._check(text, quick=options["quick"]) or failed
        if failed:
            raise SystemExit(1)

    def _check(self, page: Any, *, quick: bool) -> bool:
        """Print what was found; return whether it must not be released."""
        try:
            protocol = check_of(page).machine.protocol
        except (JoinError, ProtocolError) as error:
            self.stdout.write(f"{page.code}: cannot be run: {error}")
            return True
        hints = lint(protocol)
        for hint in hints:
            self.stdout.write(f"{page.code}: {'FAULT' if hint.hard else 'hint'}: {hint.place}: {hint.message}")
        if quick:
            return any(hint.hard for hint in hints)
        # the solver is not part of what the public site needs
        from triage.engine.prove import prove  # noqa: PLC0415

        report = prove(protocol)
        for one in report.failures:
            self.stdout.write(
                f"{page.code}: {one.status}: {one.sentence}" + (f" {one.story.text}" if one.story else "")
            )
        proved = len(report.verdicts) - len(report.failures)
        self.stdout.write(f"{page.code}: {proved} of {len(report.verdicts)} proved in {report.seconds:.1f} s")
        return not report.passed
