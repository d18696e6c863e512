"""Measure how well the hints on raw texts do."""

import dataclasses
import os
import re
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from articles.blocks.references import released_references
from articles.editing.page_text import page_text
from articles.models import CausePage, GuidePage
from articles.quarantine.hints import Hint, Told, hints
from articles.quarantine.measuring import OF_TWO, Score, Span, meet, placed, score, span_of, together, unmarked
from articles.quarantine.segments import pieces
from articles.quarantine.vocabulary import Vocabulary, vocabulary

Row = tuple[str, ...]
HEADINGS: Row = ("Text", "Words", "Hints", "Garbled passages found", "False alarms", "in 100 words", "Missed")


class Command(BaseCommand):
    """Prints tables: what is found of garbled passages that are marked, and what is hinted besides."""

    help = "Measure the hints on raw texts: found, missed, false alarms, contradictions, statements in the ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take texts with marked passages, clean texts, and a file of places with the folder of its texts."""
        parser.add_argument("--marked", action="append", default=[], metavar="FILE", help="with [[code|passage]] marks")
        parser.add_argument("--clean", action="append", default=[], metavar="FILE", help="in which nothing is wrong")
        parser.add_argument("--places", metavar="FILE", help="YAML: where the items of raw texts stand")
        parser.add_argument("--raw", default=os.environ.get("RAW_TEXTS", "../shared/seeds"), metavar="FOLDER")
        parser.add_argument("--list", action="store_true", help="also each false alarm with its reason")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, and print what was found as Markdown."""
        known = vocabulary()
        scores = [(Path(name).stem, _marked(name, known)) for name in options["marked"]]
        scores += [
            (Path(name).stem, _clean(Path(name).read_text(encoding="utf-8"), known)) for name in options["clean"]
        ]
        scores.append(("the site’s own guides and causes", together(_clean(text, known) for text in _released())))
        if options["places"]:
            folder = Path(options["raw"])
            if not folder.is_dir():
                raise CommandError(f"There is no folder {folder}; name it with --raw or RAW_TEXTS.")
            measured = measure_raw(Path(options["places"]), folder, known)
            self._table(
                ("Raw text", "Statements", "whole in the ledger", "with a claim of their own"), measured.statements
            )
            self._table(("Contradiction", "Found"), measured.contradictions)
            bare = measure_raw(Path(options["places"]), folder, dataclasses.replace(known, mistranslated=()))
            scores = [*measured.scores, ("both, without the glossary’s list of mistranslations",
                                         together(one for _, one in bare.scores)), *scores]  # fmt: skip
        self._table(HEADINGS, [_row(name, one) for name, one in scores])
        for name, one in scores if options["list"] else ():
            for hint in one.false:
                self.stdout.write(f"- {name}: {hint.kind.label}: {hint.why}")

    def _table(self, headings: Row, rows: Sequence[Row]) -> None:
        for row in (headings, tuple("---" for _ in headings), *rows):
            self.stdout.write(f"| {' | '.join(row)} |")
        self.stdout.write("")


def _row(name: str, one: Score) -> Row:
    found = f"{len(one.found)} of {len(one.known)}" if one.known else "–"
    return (name, str(one.words), str(one.hints), found, str(len(one.false)), f"{one.false_in_a_hundred:.2f}",
            ", ".join(one.missed) or "–")  # fmt: skip


def _marked(name: str, known: Vocabulary) -> Score:
    text, faults = unmarked(Path(name).read_text(encoding="utf-8"))
    parts = pieces(text)
    return score(text, parts, hints(parts, known), faults)


def _clean(text: str, known: Vocabulary) -> Score:
    parts = pieces(text)
    return score(text, parts, hints(parts, known), {})


def _released() -> Iterator[str]:
    """Yield the words of each released guide and cause; a line that goes on in small letters was only folded."""
    pages = [*GuidePage.objects.live(), *CausePage.objects.live()]
    with released_references(pages):
        for page in pages:
            yield re.sub(r"\n(?=[a-z])", " ", page_text(page))


@dataclasses.dataclass(frozen=True)
class Measured:
    """What was measured on raw texts whose items have known places."""

    scores: list[tuple[str, Score]]
    statements: list[Row]
    contradictions: list[Row]
    found: tuple[str, ...]
    """Contradictions that were hinted at."""
    unplaced: tuple[str, ...]
    """Statements that the ledgers do not hold whole."""


def measure_raw(places: Path, folder: Path, known: Vocabulary) -> Measured:
    """Measure raw texts against a file of places; raise ValueError when a place is not in its text."""
    told = yaml.safe_load(places.read_text(encoding="utf-8"))
    texts = {code: (folder / name).read_text(encoding="utf-8") for code, name in told["files"].items()}
    seen = {code: Told(tuple(pieces(text)), known, name=code) for code, text in texts.items()}
    noticed = {
        code: hints(one.pieces, known, [other for name, other in seen.items() if name != code])
        for code, one in seen.items()
    }
    scores: list[tuple[str, Score]] = []
    statements: list[Row] = []
    unplaced: list[str] = []
    for code, text in texts.items():
        faults, judged = _spans(text, told["garbled"][code]), _spans(text, told["judged"].get(code, {}))
        for name, spans in told["contradictions"].items():
            judged |= _spans(text, {name: spans.get(code, [])})
        others = [span for some in judged.values() for span in some]
        scores.append((code, score(text, seen[code].pieces, noticed[code], faults, others)))
        where = placed(text, seen[code].pieces, _spans(text, told["statements"][code]))
        unplaced += where.missing
        total = len(where.whole) + len(where.missing)
        statements.append((code, str(total), str(len(where.whole)), str(len(where.alone))))
    found = tuple(name for name, spans in told["contradictions"].items() if _is_told(spans, texts, noticed))
    rows: list[Row] = [(name, "yes" if name in found else "no") for name in told["contradictions"]]
    return Measured(scores, statements, rows, found, tuple(unplaced))


def _spans(text: str, places: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, list[Span]]:
    return {code: [span_of(text, *place) for place in some] for code, some in places.items()}


def _is_told(spans: Mapping[str, Any], texts: Mapping[str, str], noticed: Mapping[str, Sequence[Hint]]) -> bool:
    """Whether a hint at one of the places of a contradiction says what contradicts there."""
    return any(
        hint.kind in OF_TWO
        and re.search(spans["says"], hint.why)
        and meet(span_of(text, *place), (hint.start, hint.end))
        for code, text in texts.items()
        for place in spans.get(code, [])
        for hint in noticed[code]
    )
