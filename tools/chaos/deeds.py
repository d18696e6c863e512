"""What people of the review do, for the faults; a process of its own can be killed, or put off its clock."""

import itertools
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from unittest import mock

if __name__ == "__main__":
    import django

    django.setup()

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from articles.models import SourcePage
from review import actions, scheduled
from review.doors import RefusedError
from review.models import Event, Release, Standing, Submission
from tests.review import making

# Names of people and pages differ from those of every earlier run on the same database.
making._numbers = itertools.count(time.time_ns() // 1_000_000)  # noqa: SLF001


def released(words: str) -> Any:
    """Return a page that everybody can read."""
    return making.released(draft(what_it_covers=words))


def draft(**values: Any) -> Any:
    """Return a draft of a kind of page that no menu and no page of the load shows."""
    return making.source(title=f"A source {time.time_ns()}", **values)


def released_anew(page: Any, words: str) -> None:
    """Release other words of a page."""
    making.released(making.edited(page, what_it_covers=words))


def renamed(page: Any, title: str) -> None:
    """Release a page with another name; signed now, as the pages around it were released today."""
    with mock.patch.object(making, "NOW", timezone.now()):
        making.released(making.edited(page, title=title))


def withdrawn(page: Any, *, first: Callable[[], object] = lambda: None) -> None:
    """Take a page off the site; `first` is done when the button is pressed."""
    by = making.reviewer()
    first()
    actions.withdraw(page=page, by=by, now=timezone.now(), reason="This was a test of faults.")


def due(at: datetime | None = None) -> Submission:
    """Return a signed text that is to be released at a time; now, when none is given."""
    row = making.signed(draft())
    actions.schedule(submission=row, by=making.reviewer(), now=making.NOW, at=at or timezone.now())
    row.refresh_from_db()
    return row


def is_whole(row: Submission) -> str:
    """Return how a scheduled text stands: `due`, `released`, or what is wrong."""
    row = Submission.objects.get(pk=row.pk)
    page = SourcePage.objects.get(pk=row.page_id)
    waits = Revision.objects.filter(pk=row.revision_id, approved_go_live_at__isnull=False).exists()
    entries = Release.objects.filter(page_id=page.pk).count()
    stands = Standing.objects.filter(pk=page.pk).exists()
    state = (row.state, page.live, waits, entries, stands)
    known = {("signed", False, True, 0, False): "due", ("released", True, False, 1, True): "released"}
    return known.get(state, f"half done: {state}")


def published(row: Submission) -> int:
    """Return how often the history says that a page was published."""
    return PageLogEntry.objects.filter(page_id=row.page_id, action="wagtail.publish").count()


class DiesAt:
    """Ends the process without a word before a statement, counted from the first."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Count down."""
        self.left -= 1
        if self.left < 0:
            os._exit(9)
        return execute(sql, params, many, context)


def child(work: Callable[[], object]) -> int:
    """Do something in a process of its own; return its number."""
    connection.close()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except RefusedError:
        code = 3
    finally:
        connection.close()
        os._exit(code)


def ended(pid: int) -> int:
    """Return what a process ended with."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def sweep(most: int) -> dict[str, Any]:
    """Kill a scheduled release before each of its statements; every time the text must be due still, or released."""
    row = due()

    def dying(number: int) -> None:
        with connection.execute_wrapper(DiesAt(number)):
            scheduled.release_due(timezone.now())

    states: dict[str, int] = {}
    number, code = 0, 9
    while code == 9 and number < most:  # noqa: PLR2004  # our own
        code = ended(child(partial(dying, number)))
        state = is_whole(row)
        states[state] = states.get(state, 0) + 1
        number += 1
    return {"statements": number, "states": states, "end": code, "published": published(row)}


def duels(rounds: int) -> dict[str, Any]:
    """Let four sign and four refuse at one moment, each a process; then let eight release one text."""
    wrong: list[str] = []
    for _ in range(rounds):
        row = making.submitted(draft())
        page, people = SourcePage.objects.get(pk=row.page_id), [making.reviewer() for _ in range(4)]
        sign = partial(actions.sign_off, submission=row.pk, now=timezone.now(), answers=making.all_yes(page))
        refuse = partial(actions.request_changes, submission=row.pk, now=timezone.now(), reason="No")
        codes = at_one_moment([partial(act, by=person) for person in people for act in (sign, refuse)])
        row.refresh_from_db()
        refusals = Event.objects.filter(submission_id=row.pk, what="changes requested").count()
        state = (row.state, refusals, Release.objects.filter(page_id=page.pk).count(), 1 in codes)
        if state != ("changes_requested", 1, 0, False):
            wrong.append(f"{state}")
    for _ in range(rounds):
        row = making.signed(draft())
        people = [making.reviewer() for _ in range(2)]
        release = partial(actions.release, submission=row.pk, now=timezone.now())
        codes = at_one_moment([partial(release, by=person) for person in people * 4])
        found = (sorted(codes), Release.objects.filter(page_id=row.page_id).count(), published(row))
        if found != ([0, *[3] * 7], 1, 1):
            wrong.append(f"{found}")
    return {"rounds": rounds, "wrong": wrong}


def at_one_moment(works: list[Callable[[], object]]) -> list[int]:
    """Do everything in processes of their own that wait for the same moment; return what they ended with."""
    start = time.time() + 0.15

    def later(work: Callable[[], object]) -> None:
        connection.ensure_connection()
        time.sleep(max(0.0, start - time.time()))
        work()

    return [ended(pid) for pid in [child(partial(later, work)) for work in works]]


def clock(words: list[str]) -> dict[str, Any]:
    """Run what is due, by whatever clock this process has; say how the texts stand."""
    from portal.work.running import run_due  # noqa: PLC0415  # the other deeds need it not

    run_due()
    rows = [Submission.objects.get(pk=int(pk)) for pk in words]
    return {"here": timezone.now().isoformat(), "states": [is_whole(row) for row in rows]}


def editor_page(username: str) -> int:
    """Return a draft for an editor to save again and again."""
    by = get_user_model().objects.get(username=username)
    return int(making.info(by=by, title="A draft that is saved often").pk)


def lost(page_id: int, confirmed: list[str]) -> list[str]:
    """Return the confirmed words that no revision of a page holds."""
    kept = Revision.objects.filter(object_id=str(page_id)).values_list("content__search_description", flat=True)
    text = " ".join(map(str, kept))
    return [word for word in confirmed if word not in text]


def in_hours(hours: float) -> datetime:
    """Return a moment by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now + timedelta(hours=hours)


def main() -> None:
    """Do one deed and say what came of it."""
    what, *words = sys.argv[1:]
    deed: dict[str, Callable[[], object]] = {
        "sweep": lambda: sweep(int(words[0])),
        "duels": lambda: duels(int(words[0])),
        "clock": lambda: clock(words),
    }
    sys.stdout.write(json.dumps(deed[what]()))


if __name__ == "__main__":
    main()
