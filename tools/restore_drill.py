"""Proves that backups bring the site back: `python tools/restore_drill.py` (`make restore-drill`); exits 1 when not.

As docs/backups.md says, word for word: a dump with the uploaded files into a fresh server; a base backup with archived
log to a moment before a mistake; a copy of a SQLite site made while somebody writes. Each restored site is compared
with the one that was lost: rows of each table, checksums of files, pages as readers get them; `audit_releases` must be
green on it and `tools/verify_ledger.py` must find its ledger whole.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from clusters import DATABASE, Cluster, folder, own, run  # beside this file, not a package

SAMPLE = """
import io
from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
out = io.BytesIO()
Picture.new("RGB", (640, 480), "teal").save(out, "PNG")
get_image_model().objects.create(title="A leg", file=ContentFile(out.getvalue(), "leg.png"))
get_document_model().objects.create(title="A sheet", file=ContentFile(b"%PDF-1.4 a sheet", "sheet.pdf"))
"""
WITHDRAW = """
from django.utils import timezone
from wagtail.models import Page
from django.contrib.auth import get_user_model
from review.actions import withdraw
by = get_user_model().objects.get(username="demo-reviewer")
withdraw(page=Page.objects.get(slug="soreness").specific, by=by, now=timezone.now(), reason="For the drill.")
"""
MISTAKE = (
    "SET session_replication_role = replica; DELETE FROM review_signoff; UPDATE wagtailcore_page SET title = 'Oops'"
)


@dataclass
class Site:
    """A site of the drill: its database and its folder of uploaded files."""

    name: str
    database: str
    var: Path
    ledger: Path = field(init=False)

    def __post_init__(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        self.ledger = self.var / "ledger.json"

    def command(self, *words: str) -> str:
        """Run a program of the project on this site; return what it printed."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings", "DATABASE_URL": self.database, "GAITWAY_VAR": str(self.var),
            "SECRET_KEY": "for the drill only", "DEBUG": "1", "KEEP_PAGES": "0",
        }  # fmt: skip
        environment.pop("GAITWAY_DATABASE_NAME", None)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(words)[:60]}: {(done.stderr or done.stdout)[-1500:]}")
        return done.stdout

    def python(self, code: str) -> str:
        """Run some lines with the models of the site."""
        return self.command("manage.py", "shell", "-v0", "-c", code)

    def state(self) -> dict[str, Any]:
        """Return what the site is."""
        return dict(json.loads(self.command("tools/site_state.py", str(self.ledger))))

    def audit(self) -> str:
        """Prove everything public on it; return what was proved."""
        return self.command("manage.py", "audit_releases").strip()

    def verify(self) -> str:
        """Check its ledger as anybody can."""
        return self.command("tools/verify_ledger.py", str(self.ledger)).strip().splitlines()[-1]


def must(holds: bool, told: str) -> None:
    """Raise, with what was found instead, unless something holds."""
    if not holds:
        raise RuntimeError(told)


class Drill:
    """The steps, and what was found at each."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []
        self.folder = folder("gaitway-drill-")
        self.clusters: list[Cluster] = []

    def note(self, step: str, what: str, *, good: bool = True) -> None:
        """Keep and print one line of the table."""
        self.rows.append((step, what, "ok" if good else "WRONG"))
        sys.stdout.write(f"{step:42} {what[:90]:90} {self.rows[-1][2]}\n")
        sys.stdout.flush()

    def step(self, name: str, do: Callable[[], str]) -> None:
        """Do a step; whatever goes wrong is a line of the table."""
        begun = time.monotonic()
        try:
            said = do()
        except (RuntimeError, OSError) as error:
            self.note(name, f"{error}"[:400].replace("\n", " "), good=False)
            return
        self.note(name, f"{said} ({time.monotonic() - begun:.1f} s)")

    def cluster(self, name: str, *settings: str, create: bool = True) -> Cluster:
        """Return a server that is thrown away at the end."""
        made = Cluster(self.folder, name)
        self.clusters.append(made)
        if create:
            made.create(*settings)
        return made

    def compare(self, name: str, site: Site, before: dict[str, Any], *, without: frozenset[str] = frozenset()) -> None:
        """Compare a restored site with what was lost."""

        def same() -> str:
            after = site.state()
            for what, found in before.items():
                left = {key: value for key, value in found.items() if key not in without}
                got = {key: value for key, value in after[what].items() if key not in without}
                wrong = sorted(key for key in left.keys() | got.keys() if left.get(key) != got.get(key))
                must(not wrong, f"{what} differ: " + ", ".join(f"{k} {left.get(k)} {got.get(k)}" for k in wrong[:4]))
            total = sum(after["rows"].values())
            files, pages = len(after["media"]), len(after["pages"])
            return f"{len(after['rows'])} tables, {total} rows, {files} files, {pages} pages equal"

        self.step(f"{name}: rows, files, pages", same)
        self.step(f"{name}: audit_releases", site.audit)
        self.step(f"{name}: verify_ledger.py", site.verify)

    def throw_away(self) -> None:
        """Stop all servers and remove everything."""
        for one in self.clusters:
            one.throw_away()
        shutil.rmtree(self.folder, ignore_errors=True)


def starter_dump(where: Path) -> Path:
    """Return a dump of the starter content as the tests have it; a process of its own, which uses other settings."""
    command = [sys.executable, "-W", "ignore", "tools/starter_dump.py", str(where)]
    subprocess.run(command, cwd=ROOT, check=True)
    return where / "starter.dump"


def restore(cluster: Cluster, dump: Path) -> str:
    """Restore a dump into a fresh server."""
    run("createdb", *cluster.where, DATABASE)
    run("pg_restore", *cluster.where, "-d", DATABASE, "--no-owner", "--exit-on-error", str(dump))
    cluster.sql("ANALYZE")
    return f"{dump.stat().st_size / 1e6:.1f} MB restored"


def logical(drill: Drill, lost: Cluster, site: Site) -> dict[str, Any]:
    """Dump, restore into a fresh server, compare; return the state that was dumped."""
    dump, files = drill.folder / "gaitway.dump", drill.folder / "media.tar.gz"
    before = site.state()
    drill.step("dump", lambda: run("pg_dump", *lost.where, "-Fc", "-d", DATABASE, "-f", str(dump)) or "pg_dump -Fc")
    with tarfile.open(files, "w:gz") as tar:
        tar.add(site.var / "media", "media")
    fresh = drill.cluster("restored")
    fresh.start()
    drill.step("dump into a fresh server", lambda: restore(fresh, dump))
    back = Site("restored", fresh.url(), drill.folder / "var-restored")
    with tarfile.open(files) as tar:
        tar.extractall(back.var, filter="data")
    drill.compare("dump", back, before)
    fresh.stop()
    return before


def to_a_moment(drill: Drill, lost: Cluster, site: Site, archive: Path) -> None:
    """Base backup, a good change, a mistake; recover to the moment between them."""
    base = drill.folder / "base"
    drill.step("base backup", lambda: run("pg_basebackup", *lost.where, "-D", str(base), "-X", "stream", "-c", "fast")
               or "pg_basebackup while the site runs")  # fmt: skip
    site.python(WITHDRAW)
    before = site.state()
    time.sleep(1.1)
    moment = lost.sql("SELECT clock_timestamp()")
    time.sleep(1.1)
    lost.sql(MISTAKE)
    lost.sql("SELECT pg_switch_wal()")
    gone = lost.sql("SELECT count(*) FROM review_signoff")
    drill.note("the mistake", f"{gone} signatures left, every page called Oops", good=gone == "0")
    _until(lambda: lost.sql("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver") >= _segment(lost), 30)
    lost.kill()
    again = drill.cluster("recovered", create=False)
    base.rename(again.data)
    again.configure(
        "archive_mode = off", f"restore_command = 'cp {archive}/%f %p'", f"recovery_target_time = '{moment}'",
        "recovery_target_action = 'promote'",
    )  # fmt: skip
    (again.data / "recovery.signal").touch()
    own(again.data / "recovery.signal")
    drill.step("recovery to the moment before it", lambda: _recovered(again, moment))
    back = Site("recovered", again.url(), drill.folder / "var-recovered")
    shutil.copytree(site.var / "media", back.var / "media", dirs_exist_ok=True)
    drill.compare("recovery", back, before)
    drill.step("recovery: the mistake is not there", lambda: _without_mistake(again))
    drill.step("recovery: what was withdrawn stays so", lambda: _withdrawn(again))
    again.stop()


def _recovered(again: Cluster, moment: str) -> str:
    again.start()
    _until(lambda: again.sql("SELECT pg_is_in_recovery()") == "f", 60)
    return f"to {moment[:19]}"


def _without_mistake(again: Cluster) -> str:
    oops = again.sql("SELECT count(*) FROM wagtailcore_page WHERE title = 'Oops'")
    signed = again.sql("SELECT count(*) FROM review_signoff")
    must(oops == "0", f"{oops} pages are called Oops")
    must(int(signed) > 0, "no signature is there")
    return f"{signed} signatures, no page called Oops"


def _withdrawn(again: Cluster) -> str:
    row = again.sql("SELECT p.live, s.state FROM wagtailcore_page p JOIN review_standing s ON s.page_id = p.id"
                    " WHERE p.slug = 'soreness'")  # fmt: skip
    must(row == "f|withdrawn", row)
    return "the change after the base backup is there"


def _segment(lost: Cluster) -> str:
    """Return the segment that holds the last thing written before the present one."""
    return lost.sql("SELECT pg_walfile_name(pg_current_wal_lsn() - 16 * 1024 * 1024)")


def _until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError("It did not happen in time.")
        time.sleep(0.1)


def sqlite(drill: Drill) -> None:
    """Copy a SQLite site while somebody writes, lose it, put the copy in its place."""
    var = drill.folder / "var-sqlite"
    site = Site("sqlite", f"sqlite:///{var}/gaitway.sqlite3", var)
    shutil.copyfile(drill.folder / "starter.sqlite3", var / "gaitway.sqlite3")
    site.python(SAMPLE)
    before = site.state()
    stop, written = threading.Event(), []
    writer = threading.Thread(target=_write, args=(var / "gaitway.sqlite3", stop, written))
    writer.start()
    _until(lambda: bool(written), 20)
    copy = drill.folder / "backup.sqlite3"
    drill.step("sqlite: copy while it is written", lambda: _copied(var / "gaitway.sqlite3", copy))
    stop.set()
    writer.join()
    back = Site("sqlite restored", f"sqlite:///{drill.folder}/var-again/gaitway.sqlite3", drill.folder / "var-again")
    shutil.copyfile(copy, back.var / "gaitway.sqlite3")
    shutil.copytree(var / "media", back.var / "media")
    drill.compare("sqlite", back, before, without=frozenset({"django_session"}))


def _write(path: Path, stop: threading.Event, written: list[int]) -> None:
    """Add sessions, as people who log in do, until told to stop."""
    with sqlite3.connect(path, timeout=20) as database:
        while not stop.is_set():
            database.execute("INSERT INTO django_session VALUES (?, 'x', '2030-01-01')", [f"drill-{len(written)}"])
            database.commit()
            written.append(1)
            time.sleep(0.005)
    database.close()


def _copied(source: Path, copy: Path) -> str:
    with sqlite3.connect(source) as database:
        database.execute("VACUUM INTO ?", [str(copy)])
    database.close()
    with sqlite3.connect(copy) as made:
        found = made.execute("PRAGMA integrity_check").fetchone()[0]
    made.close()
    must(found == "ok", found)
    return "VACUUM INTO, integrity_check ok"


def main() -> int:
    """Do all of it; 1 when anything differs."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    drill = Drill()
    begun = time.monotonic()
    try:
        starter = starter_dump(drill.folder)
        archive = drill.folder / "archive"
        archive.mkdir()
        own(archive)
        command = f"archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'"
        lost = drill.cluster("primary", "wal_level = replica", "archive_mode = on", command)
        lost.start()
        drill.step("a site with the starter content", lambda: restore(lost, starter))
        site = Site("primary", lost.url(), drill.folder / "var-primary")
        site.python(SAMPLE)
        logical(drill, lost, site)
        to_a_moment(drill, lost, site, archive)
        sqlite(drill)
    finally:
        drill.throw_away()
    wrong = sum(row[2] != "ok" for row in drill.rows)
    sys.stdout.write(f"{len(drill.rows)} steps in {time.monotonic() - begun:.0f} s, {wrong} wrong.\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
