"""Measure the checks of translations."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from articles.translations.measure import false_alarms, left_behind, planted, texts
from articles.translations.problems import glossary

MOST = 0.1


class Command(BaseCommand):
    """Prints false alarms on the starter translations and, for a file of planted faults, which of them are seen."""

    help = "Print how often the checks of translations are wrong, and which planted faults they see."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the language and the faults."""
        parser.add_argument("--language", default="zh-hant")
        parser.add_argument("--faults", type=Path, metavar="FILE", help="YAML: kind, in, was, is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print both; an error when a fault is not seen, more than a tenth are false alarms, or a text has changed."""
        terms, found = glossary(options["language"]), texts(options["language"])
        wrong = false_alarms(found, terms)
        for text, said in wrong:
            self.stdout.write(f"{text.place}: {'; '.join(said)}")
        self.stdout.write(f"{len(found)} texts, {len(wrong)} false alarms ({len(wrong) / max(len(found), 1):.1%})")
        lost = left_behind(options["language"])
        for place in lost:
            self.stdout.write(f"No page says this any more, so its translation is not read: {place}")
        unseen = 0
        if options["faults"]:
            rows = planted(found, yaml.safe_load(options["faults"].read_text(encoding="utf-8")), terms)
            for kind, change, seen in rows:
                unseen += not seen
                self.stdout.write(f"{kind:<16} {change:<40} {seen or 'NOT SEEN'}")
            self.stdout.write(f"{len(rows) - unseen} of {len(rows)} planted faults seen")
        if unseen or len(wrong) > MOST * len(found):
            raise CommandError("The checks are not good enough.")
        if lost:
            raise CommandError("Translate anew what has changed.")
