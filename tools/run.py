"""Start the site: migrate, load the starter content once, say where it is, serve.

A second start finds everything done and only serves. Accounts are made once; their passwords are printed at each
start from a file that only this machine's user can read.
"""

import gc
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import transaction

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("GAITWAY_VAR", ROOT / "var"))
WATCHED = (
    "*/migrations/*.py",
    "review/freshness.py",
    "review/triggers*.py",
    "articles/starter/**/*",
    "triage/protocols/*",
    "triage/starter/*",
    "requirements.txt",
    "*/static/**/*",
)


def manage(*words: str, **options: Any) -> None:
    """Run one of Django's commands; end with its message when it fails."""
    from django.core.management import CommandError, call_command  # noqa: PLC0415  # not before the settings are known

    try:
        call_command(*words, **options)
    except CommandError as error:
        print(error, file=sys.stderr)
        sys.exit(f"`manage.py {' '.join(words)}` failed; nothing is served.")


@contextmanager
def beside(*words: str, last: bool = False) -> Iterator[None]:
    """Run one of Django's commands in a process of its own, and wait for it at the end; end when it fails.

    `last`: it works only while a processor has nothing else to do.
    """
    started = subprocess.Popen([sys.executable, "manage.py", *words], cwd=ROOT)
    if last:
        os.setpriority(os.PRIO_PROCESS, started.pid, 19)
    try:
        yield
    finally:
        code = started.wait()
    if code:
        sys.exit(f"`manage.py {' '.join(words)}` failed; nothing is served.")


def state() -> str:
    """Return a hash of what a start would have to carry out, and of where the data is."""
    digest = hashlib.sha256(os.environ.get("DATABASE_URL", "").encode())
    found = {path for pattern in WATCHED for path in ROOT.glob(pattern) if path.is_file()}
    # what a start itself collects is no part of what it starts from
    for path in sorted(path for path in found if not path.is_relative_to(ROOT / "var")):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def prepare() -> bool:
    """Bring database, content and static files to where the code is; False when they are there."""
    VAR.mkdir(parents=True, exist_ok=True)
    mark, wanted = VAR / "prepared", state()
    if mark.exists() and mark.read_text() == wanted and (os.environ.get("DATABASE_URL") or _has_database()):
        return False
    # a load leaves little behind and much to look through
    gc.set_threshold(50_000, 50, 100)
    # the key of a new site is made here, not by three processes at once
    settings.SECRET_KEY  # noqa: B018
    # files are compressed in ten seconds that nobody waits for, as long as the load takes longer
    with beside("collectstatic", "--noinput", "--verbosity", "0", last=True):
        with beside("migrate", "--skip-checks", "--verbosity", "0"):
            print("Preparing the database …", flush=True)
            accounts = _beforehand()
        print("Loading the starter content …", flush=True)
        from portal.search.index import at_the_end  # noqa: PLC0415  # the models are known only now

        # what follows from releases, such as the checks on disk, is then made once for all of them
        with transaction.atomic(), at_the_end():
            manage("load_starter_content")
            manage("load_protocols")
            manage("translations", load=True)
    manage("demo_accounts", fresh=accounts)
    mark.write_text(wanted)
    return True


def _beforehand() -> dict[str, tuple[str, str]] | None:
    """Do what needs no database while another process makes it; return the passwords of new accounts."""
    django.setup()
    from portal.management.commands import demo_accounts  # noqa: PLC0415  # the models are known only now
    from triage.beforehand import follow_proofs  # noqa: PLC0415

    if demo_accounts.FILE.exists():
        return None  # no first start: protocols that have not changed are not proved again
    follow_proofs()
    return demo_accounts.fresh()


def _has_database() -> bool:
    return (VAR / "gaitway.sqlite3").exists()


def main() -> None:
    """Prepare, print the address and the accounts, serve; with --prepare others serve."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if not prepare():
        django.setup()
        manage("write_artefacts", verbosity=0)
        manage("demo_accounts")
    if "--prepare" in sys.argv[1:]:
        return
    from portal.configuration import text  # noqa: PLC0415  # found only now

    host, port = text("HOST"), text("PORT")
    print(f"\n  http://{host}:{port}/         the site\n  http://{host}:{port}/admin/   for editors and reviewers\n")
    print("  One worker beside it does what is scheduled. Stop both with Ctrl-C.\n", flush=True)
    # the server takes the place of this process, whatever way it ends: the worker ends with it
    worker = [sys.executable, "-W", "ignore", "manage.py", "run_worker", "--beside", str(os.getpid())]
    subprocess.Popen(worker, cwd=ROOT, stdin=subprocess.DEVNULL)
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", port]
    workers = ["--workers", text("WEB_WORKERS"), "--blocking-threads", "2", "--log-level", "warning"]
    sys.stdout.flush()
    os.execv(sys.executable, [*server, *workers, "portal.wsgi:application"])  # noqa: S606


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
