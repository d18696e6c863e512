"""A real server on a copy of the database, and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page, Request, sync_playwright

from review import demo
from tests import database
from tests.journeys.axe import DESKTOP, LIGHT, PHONE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
TIMEOUT = 60_000  # ms; two suites may share one machine


# The session of a superuser in the database of the server; there is one server for each process.
ADMIN_COOKIE = {"name": settings.SESSION_COOKIE_NAME, "value": ""}
# The sessions of the people who write and review there, by their names, and their password.
SESSIONS: dict[str, str] = {}
PASSWORD = "correct horse battery staple"
SITE = {"database": ""}


def _session_of(person: Any) -> str:
    """Log somebody in; return the key of the session."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _log_everybody_in() -> None:
    """Make somebody who sees every page of the admin, and the people of the review, all logged in."""
    ADMIN_COOKIE["value"] = _session_of(get_user_model().objects.create_superuser("root", "root@example.org", None))
    people = demo.make_people(password=PASSWORD)
    SESSIONS.update({p.username: _session_of(p) for p in (people.author, people.admin, *people.reviewers)})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("The server ended before it answered.")
        try:
            with urllib.request.urlopen(f"{address}/robots.txt", timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("The server did not answer within a minute.")


@pytest.fixture(scope="session")
def live_site(
    database_template: str, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Start the application server on a database of its own and give its address."""
    kept = database.store()
    if isinstance(kept, database.PostgreSQLStore):
        kept.maintenance = "postgres"
    log = (tmp_path_factory.mktemp("site") / "server.log").open("wb")
    with django_db_blocker.unblock(), database.fresh_copy(kept, database_template, "site") as name:
        _log_everybody_in()
        SITE["database"] = name
        database.connections["default"].close()
        port = _free_port()
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings_test",
            "GAITWAY_DATABASE_NAME": name,
            "SITE_URL": f"http://127.0.0.1:{port}",
        }
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
                   "--blocking-threads", "4", "--log-level", "warning", "portal.wsgi:application"]  # fmt: skip
        process = subprocess.Popen(command, cwd=database.ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603
        try:
            _wait_until_up(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)
            log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's own Chromium once."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def readers(browser: Browser) -> Iterator[Callable[[bool], Page]]:
    """Give the one page with, or without, JavaScript in which readers read; a page of one's own costs a third second.

    A reader carries nothing from page to page: no test depends on what another did before.
    """
    pages: dict[bool, Page] = {}

    def with_javascript(wanted: bool) -> Page:
        if wanted not in pages:
            context = browser.new_context(java_script_enabled=wanted)
            context.set_default_timeout(TIMEOUT)
            pages[wanted] = context.new_page()
        return pages[wanted]

    yield with_javascript
    for page in pages.values():
        page.context.close()


def _reading(page: Page, viewport: dict[str, int]) -> Iterator[Page]:
    """Hand out a page that readers share, as if it were new; a request to another origin fails the test."""
    page.context.clear_cookies()
    page.set_viewport_size(viewport)
    page.emulate_media(media="null", **LIGHT)
    with _only_own(page):
        yield page


@pytest.fixture(params=["phone", "desktop"])
def reader(request: pytest.FixtureRequest, readers: Callable[[bool], Page]) -> Iterator[Page]:
    """A reader's page at phone and at desktop width."""
    yield from _reading(readers(True), PHONE if request.param == "phone" else DESKTOP)


@pytest.fixture
def phone_reader(readers: Callable[[bool], Page]) -> Iterator[Page]:
    """A reader on a phone, for what does not depend on the width."""
    yield from _reading(readers(True), PHONE)


@pytest.fixture
def reader_without_javascript(readers: Callable[[bool], Page]) -> Iterator[Page]:
    """A reader on a phone without JavaScript."""
    yield from _reading(readers(False), PHONE)


@pytest.fixture
def new_reader(browser: Browser) -> Iterator[Page]:
    """A reader on a phone who has nothing in the cache, and whose page can be listened to."""
    yield from _page(browser, PHONE, javascript=True)


@pytest.fixture
def editor(browser: Browser) -> Iterator[Page]:
    """A page at desktop width, for the admin."""
    yield from _page(browser, DESKTOP, javascript=True)


@pytest.fixture
def administrator(live_site: str, editor: Page) -> Page:
    """A superuser in the admin."""
    editor.context.add_cookies([{**ADMIN_COOKIE, "url": live_site}])
    return editor


@pytest.fixture
def somebody(live_site: str, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Open a page at desktop width as one of the people of the review, or without a name as a reader."""
    opened = []

    def of(name: str = "") -> Page:
        steps = _page(browser, DESKTOP, javascript=True)
        page = next(steps)
        if name:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": SESSIONS[name], "url": live_site}
            page.context.add_cookies([cookie])
        opened.append(steps)
        return page

    yield of
    for steps in opened:
        next(steps, None)


@pytest.fixture
def in_the_site(live_site: str, django_db_blocker: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[None]]:
    """Give a way into the database of the server and the checks it serves, for what takes years in a browser."""

    @contextmanager
    def way() -> Iterator[None]:
        before = database._row()["NAME"]
        with django_db_blocker.unblock():
            database._use(SITE["database"])
            try:
                with override_settings(TRIAGE_ARTEFACTS=settings.TRIAGE_ARTEFACTS.with_name(_artefacts())):
                    yield
            finally:
                database._use(before)

    return way


def _artefacts() -> str:
    """Return the name of the folder in which the server keeps its checks (`portal.settings_test`)."""
    return f"artefacts-{Path(SITE['database']).stem}"


def _page(browser: Browser, viewport: dict[str, int], *, javascript: bool) -> Iterator[Page]:
    context = browser.new_context(viewport=viewport, java_script_enabled=javascript)
    context.set_default_timeout(TIMEOUT)
    page = context.new_page()
    with _only_own(page):
        yield page
        context.close()


@contextmanager
def _only_own(page: Page) -> Iterator[None]:
    """Fail when the page asks another host for something."""
    foreign: list[str] = []

    def look(request: Request) -> None:
        if not _own(request.url):
            foreign.append(request.url)

    page.on("request", look)
    yield
    page.remove_listener("request", look)
    assert foreign == [], "a page asked another host for something"


def _own(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))
