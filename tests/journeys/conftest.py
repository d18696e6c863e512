"""A real server on a copy of the database, and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from tests import database

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


# The session of a superuser in the database of the server; there is one server for each process.
ADMIN_COOKIE = {"name": settings.SESSION_COOKIE_NAME, "value": ""}


def _session_of_a_superuser() -> str:
    """Make somebody who sees every page of the admin, logged in; return the key of the session."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.org", None))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


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
        ADMIN_COOKIE["value"] = _session_of_a_superuser()
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


@pytest.fixture(params=["phone", "desktop"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A reader's page at phone and at desktop width; a request to another origin fails the test."""
    yield from _page(browser, PHONE if request.param == "phone" else DESKTOP, javascript=True)


@pytest.fixture
def phone_reader(browser: Browser) -> Iterator[Page]:
    """A reader on a phone, for what does not depend on the width."""
    yield from _page(browser, PHONE, javascript=True)


@pytest.fixture
def reader_without_javascript(browser: Browser) -> Iterator[Page]:
    """A reader on a phone without JavaScript."""
    yield from _page(browser, PHONE, javascript=False)


@pytest.fixture
def editor(browser: Browser) -> Iterator[Page]:
    """A page at desktop width, for the admin."""
    yield from _page(browser, DESKTOP, javascript=True)


@pytest.fixture
def administrator(live_site: str, editor: Page) -> Page:
    """A superuser in the admin."""
    editor.context.add_cookies([{**ADMIN_COOKIE, "url": live_site}])
    return editor


def _page(browser: Browser, viewport: dict[str, int], *, javascript: bool) -> Iterator[Page]:
    context = browser.new_context(viewport=viewport, java_script_enabled=javascript)
    page = context.new_page()
    foreign: list[str] = []
    page.on("request", lambda r: foreign.append(r.url) if not _own(r.url) else None)
    yield page
    context.close()
    assert foreign == [], "a page asked another host for something"


def _own(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))
