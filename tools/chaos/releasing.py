"""Faults around releases: nothing lost, nothing twice, nothing that was withdrawn comes back."""

import json
import shutil
import subprocess
import sys
import threading
import time
from typing import Any

from tools.chaos.load import fetch
from tools.chaos.scene import Outcome, Scene
from tools.chaos.writer import Browser
from tools.stack.parts import ROOT, until

GONE_WITHIN = 2.0
ROUNDS = 6
EQUAL_POSTS = 8


def worker_killed(scene: Scene) -> Outcome:
    """The worker is killed in the middle of a scheduled release; the next one does it, once."""
    from django.db import connection, transaction  # noqa: PLC0415  # needs the settings

    from portal.models import Work  # noqa: PLC0415  # the same
    from review.models import Submission  # noqa: PLC0415  # the same
    from tools.chaos import deeds  # noqa: PLC0415  # the same

    row = deeds.due()
    with transaction.atomic():
        # the worker comes as far as this row, in the middle of its transaction, and waits
        Submission.objects.select_for_update().get(pk=row.pk)
        scene.stack.postgresql.sql(
            "UPDATE portal_work SET next_at = now() WHERE job = 'release'", database=scene.stack.database
        )
        until(lambda: _waits(scene), 20, "The worker does not come to the scheduled release.")
        scene.stack.worker.kill()
    connection.close()
    was = Work.objects.get(job="release")
    before = deeds.is_whole(row)
    scene.stack.worker.start()
    until(lambda: deeds.is_whole(row) == "released", 30, "The next worker does not release it.")
    times = deeds.published(row)
    faults = [] if before == "due" and was.is_cut_off_or_runs else [f"after the kill it stood {before}"]
    faults += [] if times == 1 else [f"published {times} times"]
    deeds.withdrawn(_page(row))
    return Outcome("due after the kill, released once by the next", faults)


def _page(row: Any) -> Any:
    from articles.models import SourcePage  # noqa: PLC0415  # needs the settings

    return SourcePage.objects.get(pk=row.page_id)


def _waits(scene: Scene) -> bool:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%review_submission%'"
    return bool(scene.stack.postgresql.sql(asked)[0][0])


def withdrawal(scene: Scene) -> Outcome:
    """A page is withdrawn: gone everywhere within 2 s, and still gone when all starts anew without a database."""
    from tools.chaos import deeds  # noqa: PLC0415  # needs the settings

    page = deeds.released("Words that must go.")
    ports = [scene.stack.port, scene.stack.port + 1, scene.stack.port + 2]
    kept = scene.small / "pages" / "current" / "pages" / page.url.strip("/") / "index.html"
    until(kept.exists, 30, "The page was not kept.")

    def shown() -> bool:
        return any(b"Words that must go." in fetch(port, page.url)[1] for port in ports)

    faults = [] if shown() else ["the page was not shown before"]
    took: list[float] = []

    def watch() -> None:
        begun = time.monotonic()
        until(lambda: not shown(), 20, "The withdrawn page stays.", every=0.01)
        took.append(time.monotonic() - begun)

    watching = threading.Thread(target=watch, daemon=True)
    deeds.withdrawn(page, first=watching.start)
    watching.join()
    scene.stack.postgresql.stop("immediate")
    for part in scene.stack.applications:
        part.kill()
        scene.restart(part)
        faults += ["it came back while the database was down"] if shown() else []
    time.sleep(2)
    faults += ["it came back while the database was down"] if shown() else []
    scene.stack.postgresql.start()
    time.sleep(1)
    faults += ["it came back with the database"] if shown() else []
    gone = min(took, default=float("inf"))
    faults += [f"it took {gone:.1f} s"] if gone > GONE_WITHIN else []
    return Outcome(f"gone from web server and both processes {gone:.2f} s after the button was pressed", faults)


def crash_sweep(scene: Scene) -> Outcome:
    """A scheduled release is killed before each of its statements."""
    scene.stack.worker.stop()  # it would be faster
    found = json.loads(scene.helper("sweep", "600"))
    scene.stack.worker.start()
    states = dict(found["states"])
    faults = [f"{number} times {state}" for state, number in states.items() if state not in ("due", "released")]
    faults += [] if (found["end"], found["published"]) == (0, 1) else [f"ended with {found}"]
    return Outcome(f"killed before each of {found['statements'] - 1} statements, released once in the end", faults)


def two_schedulers(scene: Scene) -> Outcome:
    """Four schedulers at once over six scheduled texts."""
    from tools.chaos import deeds  # noqa: PLC0415  # needs the settings

    scene.stack.worker.stop()
    rows = [deeds.due() for _ in range(ROUNDS)]
    command = [sys.executable, "-W", "ignore", "manage.py"]
    words = [["publish_scheduled"], ["publish_scheduled"], ["run_due_jobs"], ["run_due_jobs"]]
    quiet = subprocess.DEVNULL  # what they end with says enough
    begun = [subprocess.Popen([*command, *one], cwd=ROOT, stdout=quiet, stderr=quiet) for one in words]
    ends = [process.wait() for process in begun]
    scene.stack.worker.start()
    found = [(deeds.is_whole(row), deeds.published(row)) for row in rows]
    faults = [str(one) for one in found if one != ("released", 1)] + ([f"ended with {ends}"] if any(ends) else [])
    for row in rows:
        deeds.withdrawn(_page(row))
    return Outcome(f"{len(rows)} texts, each released once", faults)


def decisions(scene: Scene) -> Outcome:
    """Four sign and four refuse at one moment; eight release at one moment."""
    found = json.loads(scene.helper("duels", str(ROUNDS)))
    return Outcome(f"{2 * found['rounds']} rounds of 8 processes", list(found["wrong"]))


def double_submits(scene: Scene) -> Outcome:
    """One press of a button arrives eight times: releasing, over HTTP."""
    from review.models import Release  # noqa: PLC0415  # needs the settings
    from tests.review import making  # noqa: PLC0415  # the same
    from tools.chaos import deeds  # noqa: PLC0415  # the same

    row = making.signed(deeds.draft())
    browser = Browser(scene.stack.url, "demo-reviewer", scene.password("demo-reviewer"))
    browser.send(f"/admin/review/{row.pk}/")
    path, statuses = f"/admin/review/{row.pk}/release/", []

    def press() -> None:
        statuses.append(browser.send(path, {"at": ""})[0])

    threads = [threading.Thread(target=press) for _ in range(EQUAL_POSTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries, times = Release.objects.filter(page_id=row.page_id).count(), deeds.published(row)
    faults = [] if (entries, times) == (1, 1) else [f"{entries} entries, published {times} times"]
    faults += [] if set(statuses) == {302} else [f"answered {sorted(statuses)}"]
    deeds.withdrawn(_page(row))
    return Outcome(f"{EQUAL_POSTS} equal posts, one release", faults)


def clocks(scene: Scene) -> Outcome:
    """A worker whose clock is an hour wrong: nothing early, nothing twice, nothing lost."""
    from portal.models import Work  # noqa: PLC0415  # needs the settings
    from tools.chaos import deeds  # noqa: PLC0415  # the same

    if shutil.which("faketime") is None:
        return Outcome("`faketime` is not here (Debian, Ubuntu: apt-get install faketime)", tried=False)
    scene.stack.worker.stop()
    later, now = deeds.due(deeds.in_hours(0.5)), deeds.due(deeds.in_hours(0))
    faults = []
    for step, wanted in (("-1h", ["due", "released"]), ("+1h", ["due", "released"]), ("+400d", ["due", "released"])):
        Work.objects.filter(job="release").update(next_at=deeds.in_hours(-1))
        said = json.loads(scene.helper("clock", str(later.pk), str(now.pk), prefix=("faketime", "-f", step)))
        faults += [f"at {step}: {said['states']}"] if said["states"] != wanted else []
    scene.stack.worker.start()
    deeds.withdrawn(_page(now))
    return Outcome("clock 1 h behind, 1 h and 400 days ahead of the database's", faults)


def worker_told_to_end(scene: Scene) -> Outcome:
    """The worker is told to end and started anew again and again: it ends at once, nothing is cut off."""
    from portal.models import Work  # noqa: PLC0415  # needs the settings
    from tools.chaos import deeds  # noqa: PLC0415  # the same

    def has_worked() -> bool:
        return bool(Work.objects.get(job="release").next_at > deeds.in_hours(0))

    faults = []
    for _ in range(2):
        Work.objects.filter(job="release").update(next_at=deeds.in_hours(-1))
        until(has_worked, 30, "The worker does not work.")
        begun = time.monotonic()
        if scene.stack.worker.stop() != 0:
            faults.append("it did not end well")
        if time.monotonic() - begun > 10:  # noqa: PLR2004  # before service managers kill
            faults.append("it took long to end")
        scene.stack.worker.start()
    cut_off = [row.job for row in Work.objects.all() if row.is_cut_off_or_runs]
    return Outcome("ends when told to", faults + ([f"cut off: {cut_off}"] if cut_off else []))
