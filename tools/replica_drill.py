"""Proves that a copy of the database is read without ever showing anything older: `python tools/replica_drill.py`.

With a real streaming copy (`make replica-drill`): pages are made from it while it follows; while its replay stands
still a page is withdrawn and must be gone, also from lists and search; when the copy dies, readers notice nothing. The
admin and the review never read it. Prints a table; exits 1 when anything is wrong.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from clusters import Cluster, run  # beside this file, not a package
from restore_drill import Drill, restore, starter_dump

GONE = "/words/soreness/"


def follow(drill: Drill, first: Cluster) -> Cluster:
    """Return a copy that follows a server."""
    copy = drill.cluster("replica", create=False)
    run("pg_basebackup", *first.where, "-D", str(copy.data), "-R", "-X", "stream", "-c", "fast")
    copy.start()
    return copy


def caught_up(first: Cluster, copy: Cluster) -> None:
    """Wait until the copy has everything."""
    wanted = first.sql("SELECT pg_current_wal_lsn()")
    end = time.monotonic() + 30
    while copy.sql(f"SELECT pg_last_wal_replay_lsn() >= '{wanted}'") != "t":
        if time.monotonic() > end:
            raise RuntimeError("The replica does not catch up.")
        time.sleep(0.05)


class Readers:
    """Asks the site, and counts what that asks of each database."""

    def __init__(self) -> None:
        from django.test import Client  # noqa: PLC0415  # Django is ready only now

        self.client = Client(SERVER_NAME="localhost")

    def get(self, path: str) -> tuple[int, str, int, int]:
        """Return status, text, and the queries to the database and to the copy."""
        from django.db import connections  # noqa: PLC0415  # the same

        asked = {"default": 0, "replica": 0}

        def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            asked[context["connection"].alias] += 1
            return execute(sql, params, many, context)

        with connections["default"].execute_wrapper(count), connections["replica"].execute_wrapper(count):
            answer = self.client.get(path)
        return answer.status_code, answer.content.decode(), asked["default"], asked["replica"]


def set_up(first: Cluster, copy: Cluster, var: Path) -> None:
    """Make this process the site, with the copy beside it."""
    os.environ |= {
        "DATABASE_URL": first.url(), "REPLICA_URL": copy.url(), "GAITWAY_VAR": str(var), "DEBUG": "1",
        "KEEP_PAGES": "1",
        "SECRET_KEY": "for the drill only", "DJANGO_SETTINGS_MODULE": "portal.settings", "SITE_URL": "http://localhost",
    }  # fmt: skip
    import django  # noqa: PLC0415  # needs the addresses

    django.setup()
    from django.db import connections  # noqa: PLC0415  # Django is ready only now

    for connection in connections.all():
        connection.ensure_connection()


def ask(drill: Drill, first: Cluster, copy: Cluster) -> None:
    """Ask everything, in order."""
    from portal import replica  # noqa: PLC0415  # Django is ready only now

    readers = Readers()
    caught_up(first, copy)

    def made(path: str, status: int = 200, *, from_copy: bool, least: int = 2) -> str:
        found, _, own, copied = readers.get(path)
        if found != status or (copied > least) != from_copy:
            raise RuntimeError(f"{path}: {found}, {own} queries to the database, {copied} to the replica")
        return f"{path}: {found}, {own} queries to the database, {copied} to the replica"

    drill.step("a page is made from the replica", lambda: made("/guides/calf-soreness/", from_copy=True))
    drill.step("kept: the database alone is asked", lambda: made("/guides/calf-soreness/", from_copy=False, least=0))
    drill.step("search is answered from the replica", lambda: made("/search/?q=soreness", from_copy=True))
    drill.step("the page that will be withdrawn", lambda: made(GONE, from_copy=True))
    drill.step("the admin never reads the replica", lambda: admin(readers))
    copy.sql("SELECT pg_wal_replay_pause()")
    withdraw()
    drill.note("replay stands still, a page is withdrawn", f"still {still_there(copy)} on the replica",
               good=still_there(copy) == "live")  # fmt: skip
    drill.step("it is gone", lambda: gone(readers))
    drill.step("so it is from the list and from search", lambda: not_listed(readers))
    drill.step("other pages are made from the database", lambda: made("/words/tendon/", from_copy=False))
    copy.sql("SELECT pg_wal_replay_resume()")
    caught_up(first, copy)
    drill.step("the replica follows again and is read", lambda: made("/words/calf/", from_copy=True))
    drill.step("and the page is still gone", lambda: gone(readers))
    copy.kill()
    drill.step("the replica is dead: the page is made", lambda: quick(readers, "/words/artery/", replica.PAUSE_SECONDS))
    drill.step("and nobody waits for it again", lambda: quick(readers, "/words/vein/", 1.0))


def withdraw() -> None:
    """Take a page off the site."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415  # Django is ready only now
    from django.utils import timezone  # noqa: PLC0415  # the same

    from articles.models import TermPage  # noqa: PLC0415  # the same
    from review import actions  # noqa: PLC0415  # the same

    page = TermPage.objects.get(slug=GONE.split("/")[2])
    by = get_user_model().objects.get(username="demo-reviewer")
    actions.withdraw(page=page, by=by, now=timezone.now(), reason="For the drill.")


def still_there(copy: Cluster) -> str:
    """Return what the copy believes of the page."""
    return (
        "live"
        if copy.sql("SELECT live FROM wagtailcore_page WHERE url_path LIKE '%/words/soreness/'") == "t"
        else "gone"
    )


def gone(readers: Readers) -> str:
    """Ask for the withdrawn page twice."""
    found = [readers.get(GONE)[0] for _ in range(2)]
    if any(status == 200 for status in found):  # noqa: PLR2004
        raise RuntimeError(f"{GONE}: {found}")
    return f"{GONE}: {found[0]}"


def not_listed(readers: Readers) -> str:
    """Look for the withdrawn page in its list and in search."""
    for path in ("/words/", "/search/?q=soreness"):
        if f'href="{GONE}"' in readers.get(path)[1]:
            raise RuntimeError(f"{path} leads to it")
    return "/words/, /search/?q=soreness"


def admin(readers: Readers) -> str:
    """Go through some screens as somebody who is logged in."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415  # Django is ready only now

    own = Readers()
    own.client.force_login(
        get_user_model().objects.get(username="demo-reviewer"), "django.contrib.auth.backends.ModelBackend"
    )
    paths = ("/admin/", "/admin/review/", "/guides/calf-soreness/")
    asked = {path: own.get(path) for path in paths}
    if any(copied or status != 200 for status, _, _, copied in asked.values()):  # noqa: PLR2004
        raise RuntimeError(str({path: (row[0], row[3]) for path, row in asked.items()}))
    return ", ".join(paths)


def quick(readers: Readers, path: str, seconds: float) -> str:
    """Ask for a page that must come in time."""
    begun = time.monotonic()
    status, _, own, _ = readers.get(path)
    took = time.monotonic() - begun
    if status != 200 or took > seconds:  # noqa: PLR2004
        raise RuntimeError(f"{path}: {status} after {took:.1f} s")
    return f"{path}: {status}, {own} queries to the database"


def main() -> int:
    """Do all of it; 1 when anything is wrong."""
    drill = Drill()
    try:
        starter = starter_dump(drill.folder)
        first = drill.cluster("primary", "wal_level = replica", "max_wal_senders = 4")
        first.start()
        drill.step("a site with the starter content", lambda: restore(first, starter))
        copy = follow(drill, first)
        set_up(first, copy, drill.folder / "var")
        ask(drill, first, copy)
    finally:
        drill.throw_away()
    wrong = sum(row[2] != "ok" for row in drill.rows)
    sys.stdout.write(f"{len(drill.rows)} steps, {wrong} wrong.\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
