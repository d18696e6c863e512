"""An editor in a browser who saves a draft again and again, and remembers what was confirmed."""

import http.cookiejar
import threading
import time
import urllib.parse
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.error import HTTPError

PAUSE = 0.5


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is the confirmation: it is not followed."""

    def redirect_request(self, *args: object) -> None:
        """Follow nothing."""


class Browser:
    """Somebody who is logged in."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _Stay())
        self.send("/admin/login/", {})
        status, _ = self.send("/admin/login/", {"username": name, "password": password, "next": "/admin/"})
        if status != 302:  # noqa: PLR2004
            raise RuntimeError(f"{name} cannot log in: {status}")

    def send(self, path: str, fields: dict[str, object] | None = None) -> tuple[int, str]:
        """Return status and text; status 0 when the connection fails. Fields are sent with the token of the session."""
        token = next((cookie.value for cookie in self.jar if cookie.name.endswith("csrftoken")), "")
        body = None
        if fields is not None:
            body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}, doseq=True).encode()
        if fields == {}:
            body = None
        try:
            with self._opener.open(urllib.request.Request(self.url + path, body), timeout=20) as answer:  # noqa: S310  # our own
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with suppress(OSError):
                return error.code, error.read().decode()
            return error.code, ""
        except OSError:
            return 0, ""


@dataclass
class Writer:
    """Saves one draft with another word each time."""

    browser: Browser
    page_id: int
    confirmed: list[str] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    longest: float = 0.0

    def __post_init__(self) -> None:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._number = 0

    def __enter__(self) -> Self:
        self._ending.clear()
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._ending.set()
        self._thread.join(60)

    def _work(self) -> None:
        while not self._ending.is_set():
            self.save()
            time.sleep(PAUSE)

    def save(self) -> None:
        """Open the form, change a word, save; keep what came of it."""
        from wagtail.test.utils.form_data import querydict_from_html  # noqa: PLC0415  # needs the settings

        path = f"/admin/pages/{self.page_id}/edit/"
        status, html = self.browser.send(path)
        if status != 200:  # noqa: PLR2004
            self.refused.append((status, html))
            return
        self._number += 1
        word = f"marked{self.page_id}x{self._number}x{time.monotonic_ns()}"
        form = dict(querydict_from_html(html, form_id="page-edit-form").lists())
        for key in ("comments-TOTAL_FORMS", "comments-INITIAL_FORMS"):
            form.setdefault(key, ["0"])
        begun = time.monotonic()
        status, html = self.browser.send(path, {**form, "search_description": f"What is said here, {word}."})
        self.longest = max(self.longest, time.monotonic() - begun)
        if status == 302:  # noqa: PLR2004
            self.confirmed.append(word)
        else:
            self.refused.append((status, html))

    def honest(self) -> bool:
        """Whether every save that was not confirmed said so: no page that looks like a success."""
        return all(status in (0, 500, 502, 503, 504) for status, _ in self.refused)
