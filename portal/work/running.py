"""Runs the jobs that are due, and keeps what came of it."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import Error, connection
from django.utils import timezone

from portal.models import Work
from portal.work.jobs import JOBS, FaultsError, Job
from portal.work.locks import alone

# After a failure a job is tried again soon, then less and less often.
SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=1)
SAID = 500
logger = logging.getLogger(__name__)


@dataclass
class Run:
    """One run of a job: when it began, and what of it was done by a run that did not come to its end."""

    row: Work
    now: datetime

    def is_done(self, part: str) -> bool:
        """Whether a part was done already."""
        return part in self.row.done_parts

    def done(self, part: str) -> None:
        """Keep that a part is done, so that it is not done again when this run is cut off."""
        self.row.done_parts = [*self.row.done_parts, part]
        self.row.save(update_fields=["done_parts"])


def database_time() -> datetime:
    """Return the time of the database: the same for every machine, whatever its own clock says."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast("datetime", cursor.fetchone()[0])


def run_due(
    *,
    clock: Callable[[], datetime] = database_time,
    jobs: Iterable[Job] = JOBS,
    goes_on: Callable[[], bool] = lambda: True,
) -> list[Work]:
    """Run every job that is due and that nobody else runs; return what was run.

    Raises nothing but the database's own errors: those of a job are kept in its row.
    """
    ran = []
    for job in jobs:
        if not goes_on():
            break
        row, _ = Work.objects.get_or_create(job=job.key, defaults={"next_at": job.when.after(clock())})
        if not _is_due(row, job, clock()):
            continue
        with alone(job.key) as held:
            if held and (done := _run(job, clock)):
                ran.append(done)
    return ran


def _is_due(row: Work, job: Job, now: datetime) -> bool:
    """Whether the time has come; also when it was set by a clock that has been put back since."""
    return not now < row.next_at <= max(job.when.after(now), now + LATEST)


def _run(job: Job, clock: Callable[[], datetime]) -> Work | None:
    """Run a job under its lock, unless somebody has done it since it was looked for."""
    row = Work.objects.get(job=job.key)
    now = clock()
    if not _is_due(row, job, now):
        return None
    row.began_at = now
    row.save(update_fields=["began_at"])
    said, error, failed = "", "", False
    try:
        said = job.work(Run(row, now))
    except Error:
        # what becomes of the rest is for the database to say: the row still shows that the job has not ended
        raise
    except FaultsError as fault:
        error = str(fault)
        if error[:SAID] != row.error:
            logger.critical("%s: %s", job.name, error)
    except Exception as fault:  # whatever a job may raise, the others come after it
        logger.exception("The job %s failed.", job.key)
        error, failed = f"{type(fault).__name__}: {fault}", True
    row.failures = row.failures + 1 if failed else 0
    row.said, row.error = said[:SAID], error[:SAID]
    _keep(row, job, clock())
    return row


def _keep(row: Work, job: Job, at: datetime) -> None:
    """Keep what came of a run, and when the next one is due."""
    following = job.when.after(at)
    row.ended_at, row.next_at = at, following
    if row.failures:
        row.next_at = min(following, at + min(SOONEST * 2 ** min(row.failures - 1, 10), LATEST))
    else:
        row.done_parts = []
    row.save()
