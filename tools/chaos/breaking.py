"""Faults of the parts: each breaks the real thing while readers read and an editor saves."""

import os
import random
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

from tools.chaos.load import fetch
from tools.chaos.scene import Outcome, Scene
from tools.stack.parts import ROOT

SLOW_CLIENTS = 200
# A process that is being started takes connections before it can answer: the web server then asks another one.
ASKED_ELSEWHERE = 5.0
KILLS = 6


def database_stopped(scene: Scene) -> Outcome:
    """PostgreSQL crashes and is away for 5 seconds."""
    time.sleep(2)
    scene.stack.postgresql.stop("immediate")
    time.sleep(2)
    outcome = Outcome(faults=list(_said(scene)))
    time.sleep(3)
    scene.stack.postgresql.start()
    time.sleep(3)
    return outcome


def _said(scene: Scene) -> list[str]:
    """Return what is wrong with what people are told who need the database."""
    status, html = scene.editor.browser.send("/admin/")
    wrong = []
    if status != 503 or "was not saved" in html or "do not work until it is back" not in html:  # noqa: PLR2004
        wrong.append(f"the admin says {status} and not what does not work")
    status, body = fetch(scene.stack.port, "/search/?q=cramp")
    if status != 503 or b"In an emergency call" not in body:  # noqa: PLR2004
        wrong.append(f"the search says {status} without the emergency number")
    return wrong


def database_restarted(scene: Scene) -> Outcome:
    """PostgreSQL is restarted; every session ends."""
    time.sleep(2)
    scene.stack.postgresql.stop("fast")
    scene.stack.postgresql.start()
    time.sleep(4)
    return Outcome()


def database_hangs(scene: Scene) -> Outcome:
    """The way to PostgreSQL moves no byte for 8 seconds and says nothing of it."""
    time.sleep(2)
    scene.relay.hang()
    waited = []
    until = time.monotonic() + 8
    while time.monotonic() < until:
        begun = time.monotonic()
        status, _ = fetch(scene.stack.port, "/search/?q=cramp")
        waited.append((time.monotonic() - begun, status))
        time.sleep(0.2)
    scene.relay.go_on()
    time.sleep(3)
    longest = max(seconds for seconds, _ in waited)
    faults = [f"a search waited {longest:.1f} s"] if longest > 3 else []  # noqa: PLR2004  # the bar
    if any(status != 503 for _, status in waited):  # noqa: PLR2004
        faults.append(f"searches were answered {sorted({status for _, status in waited})}")
    return Outcome(f"searches waited {longest:.1f} s at most", faults)


def application_killed(scene: Scene) -> Outcome:
    """One process of the application after the other is killed without warning, and comes back."""
    for part in scene.stack.applications:
        time.sleep(1)
        part.kill()
        time.sleep(2)
        scene.restart(part)
    return Outcome(longest_allowed=ASKED_ELSEWHERE)


def edge_reloaded(scene: Scene) -> Outcome:
    """The web server takes in its configuration anew, then one of its processes is killed."""
    first = int((scene.stack.folder / "nginx.pid").read_text())
    time.sleep(1)
    for _ in range(3):
        os.kill(first, signal.SIGHUP)
        time.sleep(1)
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    time.sleep(2)
    return Outcome("a killed process may take one answer along", failed_allowed=1)


def migrate_killed(scene: Scene) -> Outcome:
    """The migrations of an empty database are killed at random moments and run again until they are through."""
    name, choose, kills = "migrated", random.Random(), 0  # noqa: S311  # other moments in every run
    scene.stack.postgresql.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    url = scene.stack.postgresql.url(name)
    command = [scene.stack.worker.command[0], "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"]
    environment = {**os.environ, **scene.stack.environment(url)}
    done = None
    while done is None:
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        patience = choose.uniform(2.0, 7.0) if kills < KILLS else None
        try:
            done = process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    wrong = [] if done == 0 else [f"after {kills} kills migrate ends with {done}"]
    checked = subprocess.run([*command[:-2], "--check"], cwd=ROOT, env=environment, check=False).returncode
    if checked:
        wrong.append("not all migrations are there")
    return Outcome(f"killed {kills} times, then through", wrong)


def disk_full(scene: Scene) -> Outcome:
    """The disk with kept pages and checks is full while a page is released anew, and another withdrawn."""
    from tools.chaos import deeds  # noqa: PLC0415  # needs the settings

    if not scene.is_small:
        return Outcome("only the superuser may mount a small disk", tried=False)
    changed, gone = deeds.released("Old words."), deeds.released("Gone words.")
    faults = []
    with scene.full_disk():
        deeds.released_anew(changed, "New words.")
        deeds.withdrawn(gone)
        time.sleep(2)
        if b"New words." not in fetch(scene.stack.port, changed.url)[1]:
            faults.append("a page that was released anew is not shown")
        if fetch(scene.stack.port, gone.url)[0] == 200:  # noqa: PLR2004
            faults.append("a withdrawn page is shown")
    until = time.monotonic() + 20
    kept = scene.small / "pages" / "current" / "pages" / changed.url.strip("/") / "index.html"
    while not kept.exists() and time.monotonic() < until:
        time.sleep(0.2)
    if not kept.exists():
        faults.append("pages are not kept again when there is room")
    deeds.withdrawn(changed)
    return Outcome("released and withdrawn on a full disk", faults)


def slow_clients(scene: Scene) -> Outcome:
    """200 clients send a byte a second; the others must not notice."""
    ending = threading.Event()
    open_ones = [socket.create_connection(("127.0.0.1", scene.stack.port)) for _ in range(SLOW_CLIENTS)]

    def drip() -> None:
        head = b"POST /check/calf/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n" + b"a" * 900
        for place in range(len(head)):
            for one in open_ones:
                with suppress(OSError):
                    one.send(head[place : place + 1])
            if ending.wait(0.5):
                return

    dripping = threading.Thread(target=drip, daemon=True)
    with scene.load() as before:
        time.sleep(5)
    dripping.start()
    with scene.load() as beside:
        time.sleep(8)
    ending.set()
    dripping.join()
    for one in open_ones:
        one.close()
    usual, then = before.slowest(), beside.slowest()
    allowed = max(3 * usual, 0.25)
    said = f"slowest 1 %: {1000 * usual:.0f} ms without, {1000 * then:.0f} ms beside them"
    return Outcome(said, [said] if then > allowed else [])
