"""Tell patient stories to the form and judge what its result pages say."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from triage import counts
from triage.actions import write_artefacts
from triage.artefacts import Check, shelf
from triage.drafts import draft_check, draft_post
from triage.engine.protocol import Protocol
from triage.engine.vignettes import ACCEPTABLE, RIGHT, StoryError, Vignette, check, levels_unknown, read
from triage.stories import Figures, Judged, Post, figures, poster, tell
from triage.views import check as check_view

GOOD = frozenset({RIGHT, ACCEPTABLE})
COLUMNS = ("stories", "right", "acceptable", "too_cautious", "too_risky", "violations", "missing")


class Command(BaseCommand):
    """Exit code 1 when a story comes out too mild or gets forbidden advice; 2 when a file has a fault.

    A fact or an action that nobody knows is such a fault, but the stories are told all the same.
    """

    help = "Run patient stories against the released protocols, or with --draft against the drafts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--draft", action="store_true", help="the latest drafts instead of what is released")
        parser.add_argument("--json", action="store_true", dest="as_json", help="figures and every story as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and print."""
        stories = [story for path in options["files"] for story in _stories(path)]
        checks = {key: _opened(key, draft=options["draft"]) for key in sorted({story.protocol for story in stories})}
        faults = _faults(stories, {key: one.machine.protocol for key, (one, _) in checks.items()})
        levels = [one.key for one, _ in _by_urgency(checks)]
        with counts.nobody():
            found = figures(levels, [tell(story, *checks[story.protocol]) for story in stories])
        self.stdout.write(_json(found, faults) if options["as_json"] else _table(found, faults))
        if found.failed:
            raise SystemExit(1)
        if faults:
            raise CommandError("\n".join(faults), returncode=2)


def _by_urgency(checks: dict[str, tuple[Check, Post]]) -> list[tuple[Any, int]]:
    found = {
        level.key: (level, level.rank) for one, _ in checks.values() for level in one.machine.protocol.dispositions
    }
    return sorted(found.values(), key=lambda item: -item[1])


def _stories(path: Path) -> list[Vignette]:
    try:
        return read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, StoryError) as error:
        raise CommandError(f"{path}: {error}", returncode=2) from error


def _faults(stories: list[Vignette], protocols: dict[str, Protocol]) -> list[str]:
    """Return what in the files nobody knows; refuse a level that does not exist."""
    useless = [issue for story in stories for issue in levels_unknown(story, protocols[story.protocol])]
    if useless:
        raise CommandError("\n".join(f"{one.place}: {one.message}" for one in useless), returncode=2)
    known = {name for one in shelf().newest for name in one.machine.protocol.finding}
    found = [issue for story in stories for issue in check(story, protocols[story.protocol], known)]
    return [f"{one.place}: {one.message}" for one in found]


def _opened(key: str, *, draft: bool) -> tuple[Check, Post]:
    """Return the check for a protocol and the way to post to it."""
    if draft:
        made = draft_check(key)
        if made is None:
            raise CommandError(f"There is no protocol “{key}”.", returncode=2)
        return made, draft_post(made)
    for again in (True, False):
        for one in shelf().newest:
            if one.key == key:
                slug = str(one.document["slug"])
                return one, poster(check_view, f"/check/{slug}/", slug)
        if again:
            write_artefacts()
    raise CommandError(f"No protocol “{key}” is released.", returncode=2)


def _table(found: Figures, faults: list[str]) -> str:
    head = f"{'level':<16}" + "".join(f"{name.replace('_', ' '):>14}" for name in COLUMNS)
    rows = [(level, tally) for level, tally in found.levels.items() if tally.stories] + [("total", found.total)]
    lines = [head, *(f"{name:<16}" + "".join(f"{getattr(t, c):>14}" for c in COLUMNS) for name, t in rows), ""]
    lines += [_line(one) for one in found.judged if one.verdict not in GOOD or one.violations or one.missing]
    lines += [
        f"{one.story.id}: not asked by this check: {', '.join(one.unheard)}" for one in found.judged if one.unheard
    ]
    lines += faults
    return "\n".join(lines).rstrip()


def _line(one: Judged) -> str:
    said = f"{one.story.id}: {one.verdict}: {one.level or 'no result'} instead of {one.story.gold}"
    return said + _more("advised", one.violations) + _more("not mentioned", one.missing)


def _more(what: str, items: tuple[str, ...]) -> str:
    return f"; {what}: {', '.join(items)}" if items else ""


def _json(found: Figures, faults: list[str]) -> str:
    return json.dumps(
        {
            "levels": {name: asdict(tally) for name, tally in found.levels.items()},
            "total": asdict(found.total),
            "faults": faults,
            "stories": [_row(one) for one in found.judged],
        },
        indent=1,
    )


def _row(one: Judged) -> dict[str, Any]:
    return {
        "id": one.story.id,
        "protocol": one.story.protocol,
        "gold": one.story.gold,
        "result": one.level,
        "verdict": one.verdict,
        "violations": list(one.violations),
        "missing": list(one.missing),
        "advice": list(one.advice),
        "unheard": list(one.unheard),
        "pages": one.pages,
    }
