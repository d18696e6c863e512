"""What is told to Prometheus about the state of the site, asked for while it looks."""

import time
from collections.abc import Iterator
from typing import Any

from django.db import Error
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from portal.observe import facts, metrics

# Whoever asks again within so many seconds gets the same answer.
KEPT_SECONDS = 10.0
DAY = 86_400.0


class State:
    """The state of the database and of this machine, as numbers. A number that nobody can know now is left out."""

    def describe(self) -> list[Metric]:
        """Nothing is promised: what there is depends on what answers."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield what is known now."""
        yield from self._machine(facts.of_this_machine())
        try:
            found = facts.of_the_database()
        except Error:
            yield GaugeMetricFamily("gaitway_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("gaitway_database_up", "Whether the database answers.", value=1)
        yield from self._review(found)
        yield from self._jobs(found)

    @staticmethod
    def _machine(found: facts.Machine) -> Iterator[Metric]:
        yield InfoMetricFamily("gaitway_build", "Which build this is.", value={"build": found.build})
        yield _gauge("gaitway_pages_kept", "Released pages on this machine's disk.", found.pages)
        yield _gauge("gaitway_checks_released", "Released checks on this machine's disk.", found.checks)
        yield _gauge("gaitway_database_asked_seconds", "Since when the database has said nothing.", found.asked_seconds)
        size = GaugeMetricFamily("gaitway_disk_bytes", "Size of the disk of a folder.", labels=["folder"])
        free = GaugeMetricFamily("gaitway_disk_free_bytes", "Room on the disk of a folder.", labels=["folder"])
        for name, (whole, room) in found.disks.items():
            size.add_metric([name], whole)
            free.add_metric([name], room)
        yield from (size, free)
        if found.backup is not None:
            age = time.time() - found.backup.timestamp()
            yield _gauge("gaitway_backup_age_seconds", "Since when no backup has ended well.", age)

    @staticmethod
    def _review(found: facts.Database) -> Iterator[Metric]:
        yield _gauge("gaitway_queue_length", "Texts in review.", found.waiting)
        yield _gauge("gaitway_queue_oldest_seconds", "How long the oldest of them waits.", found.oldest_days * DAY)
        yield _gauge("gaitway_reviews_near", "Released pages due for review within 30 days.", found.near)
        yield _gauge("gaitway_reviews_overdue", "Released pages whose review is overdue.", found.overdue)
        yield _gauge("gaitway_concerns_open", "Concerns of readers that nobody has closed.", found.concerns)
        yield _gauge("gaitway_holds", "Pages and parts that readers do not see for now.", found.held)
        yield _gauge("gaitway_clock_offset_seconds", "This machine's clock less the database's.", found.clock_seconds)
        took = GaugeMetricFamily(
            "gaitway_proof_seconds", "How long the newest run of a check of a protocol took.",
            labels=["protocol", "check"],
        )  # fmt: skip
        for labels, seconds in found.proofs.items():
            took.add_metric(list(labels), seconds)
        yield took

    @staticmethod
    def _jobs(found: facts.Database) -> Iterator[Metric]:
        late = GaugeMetricFamily("gaitway_job_late", "Whether a job is late.", labels=["job"])
        failed = GaugeMetricFamily("gaitway_job_failed", "Whether the last run of a job failed.", labels=["job"])
        age = GaugeMetricFamily("gaitway_job_age_seconds", "Since when a job has not ended.", labels=["job"])
        for key, row in found.jobs.items():
            late.add_metric([key], key in found.late)
            failed.add_metric([key], bool(row and row.error))
            if row and row.ended_at:
                age.add_metric([key], time.time() - row.ended_at.timestamp())
        yield from (late, failed, age)
        if found.audit is not None:
            told = "Since when nobody has looked whether everything public was signed."
            ended: Any = found.audit.ended_at
            yield _gauge("gaitway_audit_age_seconds", told, time.time() - ended.timestamp())
            yield _gauge("gaitway_audit_red", "Whether the last audit found a fault.", bool(found.audit.error))


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=float(value))


_kept: tuple[float, bytes] = (-KEPT_SECONDS, b"")


def text() -> bytes:
    """Return everything that there is to tell, at most so many seconds old."""
    global _kept  # noqa: PLW0603  # one for the process
    if time.monotonic() - _kept[0] >= KEPT_SECONDS:
        _kept = (time.monotonic(), metrics.written(State()))
    return _kept[1]
