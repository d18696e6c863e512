"""Counts of a day, gathered in memory and handed on in lumps: no row of them belongs to one person.

A process keeps its numbers until there are enough of them, then writes one file with the sums. `collect` adds the
files to the database. Neither happens while somebody waits for a page, and neither knows what was answered.
"""

import atexit
import fcntl
import json
import logging
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, transaction
from django.db.models import F, Max, Min, Sum

from triage.artefacts import Check
from triage.models import CountSum, DayCount

ENOUGH = 10
"""So many checks must have been started before a lump is written."""
LUMP = 200
log = logging.getLogger(__name__)
_Key = tuple[str, str, str, str, str]
_counts: Counter[_Key] = Counter()
_lock = threading.Lock()


_silent = False


@contextmanager
def nobody() -> Iterator[None]:
    """Count nothing meanwhile: the answers are a test's, not a person's."""
    global _silent  # noqa: PLW0603  # one switch for the process
    before, _silent = _silent, True
    try:
        yield
    finally:
        _silent = before


def count(check: Check, event: str, detail: str = "", *, day: date) -> None:
    """Note that something happened; never in the way of an answer."""
    if _silent:
        return
    with _lock:
        _counts[check.key, check.hash, day.isoformat(), event, detail] += 1
        lump = dict(_counts) if sum(_counts.values()) >= LUMP else {}
        if lump and _started(lump) >= ENOUGH:
            _counts.clear()
        else:
            return
    _write(lump)


def _started(lump: dict[_Key, int]) -> int:
    return sum(number for key, number in lump.items() if key[3] == DayCount.STARTED)


def hand_over() -> None:
    """Write what is left if it is enough; otherwise forget it."""
    with _lock:
        lump = dict(_counts)
        _counts.clear()
    if _started(lump) >= ENOUGH:
        _write(lump)


atexit.register(hand_over)


def _write(lump: dict[_Key, int]) -> None:
    folder = Path(settings.TRIAGE_COUNTS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{uuid.uuid4()}.part"
        draft.write_text(json.dumps([[*key, number] for key, number in sorted(lump.items())]), encoding="utf-8")
        draft.replace(draft.with_suffix(".json"))
    except OSError:
        log.warning("Counts of checks could not be written; they are lost.")


def collect() -> int:
    """Add all written lumps to the database; return how many there were.

    One at a time on a machine. A lump whose addition was cut off is thrown away: it may have been added.
    """
    folder, done = Path(settings.TRIAGE_COUNTS), 0
    if not folder.is_dir():
        return 0
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for path in folder.glob("*.taken"):
            path.unlink()
        for path in sorted(folder.glob("*.json")):
            taken = path.replace(path.with_suffix(".taken"))
            try:
                _add(json.loads(taken.read_text(encoding="utf-8")))
            except Error:
                taken.replace(path)
                raise
            taken.unlink()
            done += 1
    return done


@transaction.atomic
def _add(rows: list[list[Any]]) -> None:
    for protocol, version, day, event, detail, number in rows:
        row, _ = DayCount.objects.get_or_create(protocol=protocol, version=version, day=day, event=event, detail=detail)
        DayCount.objects.filter(pk=row.pk).update(count=F("count") + number)
    for protocol, version, event in sorted({(row[0], row[1], row[3]) for row in rows}):
        sum_up(protocol=protocol, version=version, event=event)


@transaction.atomic
def sum_up(**of: str) -> None:
    """Add up all days anew of the numbers that fit, so that sums are right whatever they were before."""
    # whoever adds to the same numbers on another machine is waited for, so that theirs are seen
    list(CountSum.objects.select_for_update().filter(**of).order_by("pk"))
    names = ("protocol", "version", "event", "detail")
    days = DayCount.objects.filter(**of).values(*names)
    rows = days.annotate(sum=Sum("count"), first_day=Min("day"), last_day=Max("day"))
    CountSum.objects.bulk_create(
        (CountSum(count=row.pop("sum"), **row) for row in rows),
        update_conflicts=True,
        unique_fields=names,
        update_fields=["count", "first_day", "last_day"],
    )
