"""Run the answers of a receipt again on the release that made it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from triage.engine.receipts import ReceiptError
from triage.receipt_views import read


class Command(BaseCommand):
    """Prints what the check said; exit code 1 when the code is not genuine."""

    help = "Read a code from a result page and run its answers again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the code."""
        parser.add_argument("code", nargs="+", help="the code, with or without dashes")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, run and print."""
        try:
            found: dict[str, Any] = read(" ".join(options["code"]))
        except ReceiptError as error:
            raise CommandError(str(error)) from error
        report, check, result = found["report"], found["check"], found["result"]
        data = {
            "genuine": True,
            "protocol": check.key,
            "version": check.hash,
            "newest": not found["older"],
            "disposition": result.disposition,
            "within_days": result.within_days,
            "rules": [item.code for item in result.fired],
            "advice": list(result.shown),
            "withheld": [item.code for item in result.withheld],
            "answers": {one.question: one.answer for one in report.answers},
        }
        self.stdout.write(json.dumps(data, indent=1, ensure_ascii=False) if options["as_json"] else _text(data, report))


def _text(data: dict[str, Any], report: Any) -> str:
    age = "" if data["newest"] else " (an earlier one)"
    lines = [
        f"Genuine. {data['protocol']}, version {data['version'][:8]}{age}",
        f"Result: {report.label}",
        f"Rules: {', '.join(data['rules']) or 'none'}",
        "",
    ]
    return "\n".join(lines + [f"{asked} {answer}" for asked, answer in data["answers"].items()])
