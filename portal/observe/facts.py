"""What the database, the disk and the worker say about the state of the site: for the counts, and for one screen."""

import shutil
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal import production
from portal.configuration import is_set, path
from portal.delivery import keeper
from portal.models import Work
from portal.work.jobs import JOBS
from portal.work.running import database_time
from review.enums import ConcernState, PublicState
from review.models import Concern, Hold, Standing, Submission
from triage import artefacts
from triage.models.approval import ApprovalRun

# Reviews that fall due within so many days are near.
NEAR = timedelta(days=30)
# Of the runs of checks on texts, the newest so many are looked through.
RUNS = 200
# The keeper of the pages asks the database four times a second.
ASKED_LATELY = 10.0


@dataclass(frozen=True)
class Database:
    """What the database says; every number is as of one moment."""

    version: str
    waiting: int
    oldest_days: float
    near: int
    overdue: int
    concerns: int
    held: int
    clock_seconds: float
    jobs: dict[str, Work | None]
    late: frozenset[str]
    proofs: dict[tuple[str, str], float]

    @property
    def audit(self) -> Work | None:
        """The last audit; None before the first one."""
        row = self.jobs["audit"]
        return row if row is not None and row.ended_at else None


@dataclass(frozen=True)
class Machine:
    """What this machine says; needs no database."""

    build: str
    checks: int
    pages: int
    asked_seconds: float
    backup: datetime | None
    disks: dict[str, tuple[int, int]]

    @property
    def has_asked_lately(self) -> bool:
        """Whether the database has answered a moment ago."""
        return self.asked_seconds < ASKED_LATELY


def of_the_database() -> Database:
    """Ask the database, in a dozen queries that count. Raises the database's errors."""
    now, there = timezone.now(), database_time()
    oldest = Submission.objects.open().order_by("submitted_at").values_list("submitted_at", flat=True).first()
    released = Standing.objects.filter(state=PublicState.RELEASED)
    rows = Work.objects.in_bulk([job.key for job in JOBS])
    jobs = {job.key: rows.get(job.key) for job in JOBS}
    return Database(
        version=_version(),
        waiting=Submission.objects.open().count(),
        oldest_days=(there - oldest) / timedelta(days=1) if oldest else 0.0,
        near=released.filter(due_on__gte=now.date(), due_on__lt=now.date() + NEAR).count(),
        overdue=released.filter(due_on__lt=now.date()).count(),
        concerns=Concern.objects.filter(state=ConcernState.OPEN).count(),
        held=Hold.objects.filter(lifted_at=None).count(),
        clock_seconds=(now - there).total_seconds(),
        jobs=jobs,
        late=frozenset(key for key, row in jobs.items() if row is None or row.is_late(there)),
        proofs=_proofs(),
    )


def _version() -> str:
    number = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {number}"


def _proofs() -> dict[tuple[str, str], float]:
    """Return how many seconds the newest run of each check of each protocol took."""
    found: dict[tuple[str, str], float] = {}
    for protocol, name, took in ApprovalRun.objects.values_list("protocol", "name", "seconds")[:RUNS]:
        found.setdefault((protocol, name), took)
    return found


def of_this_machine() -> Machine:
    """Look at the disk."""
    store = keeper.store()
    return Machine(
        build=store.root.name,
        checks=len(artefacts.shelf().newest),
        pages=sum(1 for _ in store.paths()),
        asked_seconds=time.time() - store.asked_at,
        backup=_backup(),
        disks=dict(filter(lambda found: found[1][0], map(_disk, PLACES))),
    )


PLACES = ("GAITWAY_VAR", "PAGES_DIR", "MEDIA_DIR")


def _disk(name: str) -> tuple[str, tuple[int, int]]:
    """Return how many bytes the disk of a folder has, and how many are free; zeros when it is not there."""
    place = {"MEDIA_DIR": settings.MEDIA_ROOT, "PAGES_DIR": settings.PAGES_DIR}.get(name, settings.VAR_DIR)
    try:
        usage = shutil.disk_usage(production.nearest(Path(place)))
    except OSError:
        return name, (0, 0)
    return name, (usage.total, usage.free)


def _backup() -> datetime | None:
    """Return when a backup last ended well; None when nobody says, or there was none."""
    if not is_set("BACKUP_MARK"):
        return None
    try:
        return datetime.fromtimestamp(path("BACKUP_MARK").stat().st_mtime, timezone.get_current_timezone())
    except OSError:
        return None
