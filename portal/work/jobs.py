"""What is to be done by itself, and when. Each job may be run again at any moment without doing anything twice."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from articles import contradictions
from articles.watch import watching
from articles.watch.fetch import Fetcher
from portal.delivery.build import build
from portal.models import Rendering
from review import audit, digests, scheduled
from review.models import Standing
from triage import counts, proving

if TYPE_CHECKING:
    from portal.work.running import Run

# The pages of a build that no process has kept in step for so long are no longer shown by any.
LEFT = 3600.0
# So long at a time the watch asks other sites, so that what was scheduled is released meanwhile.
WATCH_SECONDS = 15.0
QUARRELS = "quarrels"
NO_QUARREL = "No text contradicts another one."


class FaultsError(RuntimeError):
    """A job has found something that a person has to look at."""


@dataclass(frozen=True)
class Every:
    """So much time after the last run."""

    span: timedelta

    def after(self, now: datetime) -> datetime:
        """Return when the next run is due."""
        return now + self.span

    def __str__(self) -> str:
        seconds = int(self.span.total_seconds())
        if seconds % 60:
            return f"every {seconds} seconds"
        return "every minute" if seconds == 60 else f"every {seconds // 60} minutes"  # noqa: PLR2004  # a minute


@dataclass(frozen=True)
class Daily:
    """Once a day, in the site's own time zone."""

    hour: int
    minute: int = 0

    def after(self, now: datetime) -> datetime:
        """Return when the next run is due."""
        local = timezone.localtime(now)
        today = local.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        return today if today > local else today + timedelta(days=1)

    def __str__(self) -> str:
        return f"every day at {self.hour:02}:{self.minute:02}"


@dataclass(frozen=True)
class Job:
    """Something to do by itself."""

    key: str
    name: str
    when: Every | Daily
    work: Callable[["Run"], str]


def _release(run: "Run") -> str:
    """Release what was signed and whose time has come."""
    released, refused = scheduled.release_due(run.now)
    if refused:
        raise FaultsError("Not released as scheduled: " + "; ".join(f"{title}: {why}" for title, why in refused))
    return "; ".join(f"released: {title}" for title in released) or "Nothing was due."


def _tell(run: "Run") -> str:
    """Send each person one mail a day; nobody gets it twice because a run was cut off."""
    sent = digests.send(run.now, is_done=run.is_done, done=run.done)
    return f"{sent} mails sent."


def _audit(run: "Run") -> str:
    """Prove from the data that everything public was signed."""
    found = list(audit.faults())
    if found:
        raise FaultsError(f"{len(found)} faults, of which the first: {found[0]}")
    return f"{Standing.objects.count()} pages: all proved."


def _count(run: "Run") -> str:
    return f"{counts.collect()} files of counts added."


def _prove(run: "Run") -> str:
    return f"{proving.take_up()} drafts taken up."


def _quarrels(run: "Run") -> str:
    """Compare every draft with every other, for which nobody can wait."""
    number = len(contradictions.found())
    return f"{number} contradiction{'' if number == 1 else 's'} between texts." if number else NO_QUARREL


def _watch(run: "Run") -> str:
    """Look at some of the sources that were not looked at since yesterday; other jobs do not wait for all of them."""
    if not settings.CLAIM_WATCH:
        return "Off: CLAIM_WATCH is not set."
    done = watching.look_around(fetcher=Fetcher(watching.agent()), now=run.now, seconds=WATCH_SECONDS)
    return str(done)


def _tidy(run: "Run") -> str:
    """Throw away pages of builds that nobody shows any more, and sessions that have ended."""
    rows, _ = Rendering.objects.exclude(build=build()).delete()
    call_command("clearsessions", verbosity=0)
    return f"{rows} rows and {_tidy_folders()} folders of earlier builds removed."


def _tidy_folders() -> int:
    root = Path(settings.PAGES_DIR)
    shown = {build(), (root / "current").resolve().name}
    old = [mark.parent for mark in root.glob("*/applied") if time.time() - mark.stat().st_mtime > LEFT]
    for folder in (removed := [one for one in old if one.name not in shown and not one.is_symlink()]):
        shutil.rmtree(folder, ignore_errors=True)
    return len(removed)


JOBS = (
    Job("release", "Release what was signed and scheduled", Every(timedelta(seconds=20)), _release),
    Job("counts", "Add up the counts of the checks", Every(timedelta(minutes=5)), _count),
    Job("proofs", "Take up proofs of drafts that were cut off", Every(timedelta(minutes=5)), _prove),
    Job("audit", "Prove that everything public was signed", Daily(3), _audit),
    Job("tidy", "Remove what earlier versions of the site have kept", Daily(4), _tidy),
    Job(QUARRELS, "Look for texts that contradict each other", Daily(5), _quarrels),
    Job("watch", "Look whether the sources of our claims still stand", Every(timedelta(minutes=10)), _watch),
    Job("digests", "Mail to everybody for whom something waits", Daily(6, 15), _tell),
)
