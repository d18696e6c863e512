"""The state of the site in lines for a person: what is so, how grave it is, and what to do about it."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import django
import wagtail
from django.conf import settings
from django.db import Error
from django.utils.timesince import timesince

from portal import production
from portal.configuration import is_set, text
from portal.observe import facts
from portal.work.jobs import JOBS

# Less room than this, or a backup older than this, is worth a look; half of that room has to be acted on.
ROOM, BACKUP = 0.2, timedelta(hours=26)
CLOCK_SECONDS = 5.0
AUDIT = timedelta(hours=26)


class Level(StrEnum):
    """How grave a line is."""

    GOOD = "good"
    LOOK = "look"
    ACT = "act"

    @property
    def word(self) -> str:
        """The level for whoever does not see colours."""
        return {"good": "All right", "look": "Have a look", "act": "Act now"}[self.value]


@dataclass(frozen=True)
class Line:
    """One thing: what it is, what is so, and what to do; nothing to do when all is right."""

    name: str
    said: str
    level: Level = Level.GOOD
    advice: str = ""


@dataclass(frozen=True)
class Group:
    """Lines that belong together."""

    title: str
    lines: tuple[Line, ...]

    @property
    def level(self) -> Level:
        """The gravest level of its lines."""
        return max((line.level for line in self.lines), key=list(Level).index)


def groups(now: datetime) -> list[Group]:
    """Return the whole state; says so where the database does not answer."""
    machine = facts.of_this_machine()
    try:
        database = facts.of_the_database()
    except Error as error:
        told = Line(
            "Database", f"It does not answer ({type(error).__name__}).", Level.ACT, "See “The database is down”."
        )
        return [Group("Database", (told,)), Group("This machine", tuple(_machine(machine, now)))]
    return [
        Group("Database and machine", (*_database(database), *_machine(machine, now))),
        Group("Work that is done by itself", tuple(_work(database, now))),
        Group("Review", tuple(_review(database))),
        Group("Configuration", tuple(_configuration())),
        Group("Versions", tuple(_versions(database, machine))),
    ]


def _database(found: facts.Database) -> Iterator[Line]:
    yield Line("Database", f"Answers ({found.version}).")
    off = abs(found.clock_seconds)
    if off > CLOCK_SECONDS:
        said = f"This machine's clock and the database's differ by {off:.0f} seconds."
        yield Line("Clock", said, Level.LOOK, "Keep the clocks of both together (NTP): one-time codes depend on it.")
    else:
        yield Line("Clock", "This machine and the database agree.")


def _machine(found: facts.Machine, now: datetime) -> Iterator[Line]:
    if found.has_asked_lately:
        yield Line("Kept pages", f"{found.pages} on this machine, in step with the database.")
    else:
        advice = "Is a process of the application running here? Without it withdrawn pages would stay on this machine."
        yield Line("Kept pages", f"{found.pages} on this machine, not in step.", Level.ACT, advice)
    if found.checks:
        yield Line("Released checks", f"{found.checks} on this machine.")
    else:
        yield Line(
            "Released checks", "None on this machine.", Level.LOOK, "Run manage.py write_artefacts, or release one."
        )
    yield from _disks(found)
    yield _backup(found, now)


def _disks(found: facts.Machine) -> Iterator[Line]:
    for name, (whole, free) in found.disks.items():
        share = free / whole
        level = Level.GOOD if share >= ROOM else Level.LOOK if share >= ROOM / 2 else Level.ACT
        said = f"{free / 1e9:.1f} GB of {whole / 1e9:.1f} GB are free."
        yield Line(f"Disk of {name}", said, level, "" if level == Level.GOOD else "Make room; see “The disk is full”.")


def _backup(found: facts.Machine, now: datetime) -> Line:
    if not is_set("BACKUP_MARK"):
        said = "Not known: nobody says when one has ended well."
        return Line(
            "Backup", said, Level.LOOK, "Let your backup touch a file when it ends, and name it in BACKUP_MARK."
        )
    if found.backup is None:
        return Line("Backup", "None has ended well.", Level.ACT, "Make one now; see docs/backups.md.")
    old = now - found.backup > BACKUP
    said = f"The last one ended {timesince(found.backup, now, depth=1)} ago."
    return Line("Backup", said, Level.ACT if old else Level.GOOD, "Find out why there is none since." if old else "")


def _work(found: facts.Database, now: datetime) -> Iterator[Line]:
    late = [job.name for job in JOBS if job.key in found.late]
    if late:
        advice = "Is the worker there? Start it: manage.py run_worker. Details: Reports, Scheduled work."
        said = "Nothing that was due has run." if len(late) == len(JOBS) else f"Late: {', '.join(late)}."
        yield Line("Worker", said, Level.ACT, advice)
    else:
        yield Line("Worker", "Everything that was due has run.")
    for job in JOBS:
        row = found.jobs[job.key]
        if row and row.error and job.key != "audit":
            yield Line(job.name, row.error, Level.LOOK, "Details: Reports, Scheduled work.")
    yield _audit(found, now)


def _audit(found: facts.Database, now: datetime) -> Line:
    row = found.audit
    if row is None or row.ended_at is None:
        return Line(
            "Audit", "Has not run yet.", Level.LOOK, "It runs each night at three; or now: manage.py audit_releases."
        )
    ago = timesince(row.ended_at, now, depth=1)
    if row.error:
        return Line("Audit", f"Found a fault {ago} ago: {row.error}", Level.ACT, "See “The audit is red”.")
    if now - row.ended_at > AUDIT:
        return Line("Audit", f"Last green {ago} ago.", Level.LOOK, "It should run each night: is the worker there?")
    return Line("Audit", f"Green {ago} ago: {row.said}")


def _review(found: facts.Database) -> Iterator[Line]:
    oldest = f", the oldest for {found.oldest_days:.0f} days" if found.waiting else ""
    yield Line("Texts in review", f"{found.waiting}{oldest}.")
    said = f"{found.overdue} overdue, {found.near} due within 30 days."
    yield Line("Reviews of released pages", said, Level.LOOK if found.overdue else Level.GOOD)
    level = Level.LOOK if found.concerns else Level.GOOD
    yield Line("Concerns of readers", f"{found.concerns} open.", level)
    yield Line("Held back from readers", f"{found.held} pages or parts.", Level.LOOK if found.held else Level.GOOD)


def _configuration() -> Iterator[Line]:
    found = production.faults()
    if not settings.IN_EARNEST:
        names = ", ".join(fault.variable for fault in found if fault.grave)
        advice = f"Before others read it, mind: {names}." if names else ""
        yield Line("Configuration", "The site is only tried out on this machine.", Level.LOOK, advice)
        return
    for fault in found:
        yield Line(fault.variable, fault.wrong, Level.ACT if fault.grave else Level.LOOK, fault.remedy)
    if not found:
        yield Line("Configuration", "Nothing in it is unsafe.")


def _versions(found: facts.Database, machine: facts.Machine) -> Iterator[Line]:
    revision = text("GAITWAY_REVISION")
    yield Line("Gaitway", f"Build {machine.build}" + (f", revision {revision}." if revision else "."))
    yield Line("Django", django.get_version())
    yield Line("Wagtail", wagtail.__version__)
    yield Line("Python", platform.python_version())
    yield Line("Database", found.version)
