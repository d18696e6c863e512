"""What readers send to the site in `tools/canary.py`: each field and header with words that exist nowhere else."""

import json
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from itertools import cycle
from pathlib import Path
from typing import Any

from tests import breaking

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
CHECK, RUN = "/check/calf/", "/api/v1/checks/calf/run/"
CHINESE = ("/zh-hant/check/calf/", "/zh-hant/search/")
STEPS = 40


class Readers:
    """Everything that is sent, and how often."""

    def __init__(self, address: str, words: list[str]) -> None:
        self.address, self.words, self.sent = address, cycle(words), 0
        self.statuses: dict[int, int] = {}

    def word(self) -> str:
        """Return the next canary."""
        return next(self.words)

    def send(self, method: str, path: str, fields: Any = None, **headers: str) -> str:
        """Send a request with canaries in its headers too; return what is answered, whatever it is."""
        body = urllib.parse.urlencode(fields, doseq=True).encode() if isinstance(fields, dict) else fields
        given = {"Content-Type": FORM, "Cookie": f"other={urllib.parse.quote(self.word())}"} | headers
        # numbers of a request and of a trace, as somebody in front of the site could send them
        given |= {"X-Request-ID": urllib.parse.quote(self.word()), "Tracestate": f"a={urllib.parse.quote(self.word())}"}
        given |= {"Traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}
        given.setdefault("Referer", f"{self.address}/search/?q={urllib.parse.quote(self.word())}")
        asked = urllib.request.Request(self.address + path, body, given, method=method)  # noqa: S310  # our own
        self.sent += 1
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310  # our own
                status, text = answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode(errors="replace")
        except OSError:
            status, text = 0, ""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        return text

    def post(self, path: str, fields: Any, **headers: str) -> str:
        """Send a form."""
        return self.send("POST", path, fields, **headers)

    def cut(self, path: str, body: str) -> None:
        """Send half a form and go away."""
        where = urllib.parse.urlsplit(self.address)
        with socket.create_connection((where.hostname, where.port), timeout=10) as line:
            head = (
                f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: {FORM}\r\nContent-Length: 6000\r\n\r\n"
            )
            line.sendall((head + body).encode())
            time.sleep(0.2)
        self.sent += 1


def _form(html: str) -> dict[str, list[str]]:
    from triage.stories import PageReader  # noqa: PLC0415  # after Django's start

    page = PageReader(html)
    found = {name: list(values) for name, values in page.fields.items()}
    if values := page.values:
        found["answer"] = ["none" if "none" in values else "no" if "no" in values else values[0]]
    elif "q" in found:
        found["answer"] = ["22"]
    return found


def normal(readers: Readers) -> None:
    """Go to the result, with canaries beside every answer; save, remember, show the code, search, go back."""
    html = readers.post(CHECK, {"go": "begin", "who": readers.word()})
    for _ in range(STEPS):
        fields = _form(html)
        if "q" not in fields:
            break
        wrong = {"answer": [readers.word()], f"a-{readers.word()}": [readers.word()], "go": ["next"]}
        readers.post(CHECK, {**fields, **wrong})
        html = readers.post(CHECK, {**fields, f"x-{readers.word()}": [readers.word()], "go": ["next"]})
    for go in ("result", "summary", "summary-pdf", "calendar", "back", "change:age", readers.word(), "leave", "erase"):
        readers.post(CHECK, {**_form(html), "note": readers.word(), "go": [go]})
    readers.post("/check/receipt/", {"code": readers.word()})
    for path in ("/search/", "/search/suggest/"):
        for more in ("", "\0", " OR ' %", "*" * 3000):
            readers.send(
                "GET", f"{path}?{urllib.parse.urlencode({'q': readers.word() + more, 'kind': readers.word()})}"
            )
    readers.send("GET", "/guides/calf-soreness/")
    programs(readers)


def programs(readers: Readers) -> None:
    """Run the check as other programs do: answers that fit, answers that do not, bodies that nobody can read."""
    for answers in ({}, {"age": "from_18_to_59"}, {"age": "from_18_to_59", "pregnancy": ["none"]}):
        said = {**answers, "danger": [readers.word()], readers.word(): readers.word()}
        for body in ({"answers": said}, {"version": readers.word(), "answers": answers}, {readers.word(): said}):
            run(readers, json.dumps(body))
    run(readers, f'{{"answers": {{"age": "{readers.word()}", "age": "{readers.word()}"}}}}')
    run(readers, f'{{"answers": "{readers.word()}')
    readers.send("GET", f"/api/v1/checks/calf/?{urllib.parse.quote(readers.word())}")


def run(readers: Readers, body: str, **headers: str) -> None:
    """Send a body to the check."""
    readers.post(RUN, body.encode(), **{"Content-Type": JSON}, **headers)


def aborted(readers: Readers) -> None:
    """Leave in the middle: of a form, of the check, of an answer."""
    for _ in range(5):
        readers.cut(CHECK, urllib.parse.urlencode({"answer": readers.word(), "q": "age", "a-age": readers.word()}))
        readers.cut("/check/receipt/", f"code={urllib.parse.quote(readers.word())}")
    readers.post(CHECK, f"q=danger&answer={urllib.parse.quote(readers.word())}".encode())


def errors(readers: Readers) -> None:
    """Break every step in turn."""
    begun = _form(readers.post(CHECK, {"go": "begin"}))
    for place in breaking.PLACES:
        broken = {"X-Break": place}
        for go in ("next", "result", "summary", "summary-pdf", "calendar"):
            answers = {"a-age": "from_18_to_59", f"a-{readers.word()}": readers.word(), "answer": readers.word()}
            readers.post(CHECK, {**begun, **answers, "go": [go]}, **broken)
        readers.post("/check/receipt/", {"code": readers.word()}, **broken)
        run(readers, json.dumps({"answers": {"age": "from_18_to_59", readers.word(): readers.word()}}), **broken)
        readers.post("/unsafe/999999/", {"text": readers.word()}, **broken)
        for path in ("/search/", "/search/suggest/"):
            readers.send("GET", f"{path}?q={urllib.parse.quote(readers.word())}", **broken)


def refused(readers: Readers) -> None:
    """Send what is refused: without a token, by another method, of another kind, too large, to a wrong address."""
    for path in ("/admin/login/", "/admin/password_reset/", "/check/calf/x/", "/admin/"):
        readers.post(path, {"username": readers.word(), "password": readers.word(), "email": readers.word()})
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        runs = (RUN, RUN.rstrip("/"), "/api/v1/checks/nope/run/")
        asked = (CHECK, *runs, "/check/calf", "/check", "/check/nope/", "/check/calf/paper/", "/search/", *CHINESE)
        for path in asked:
            readers.send(method, path, f"answer={readers.word()}".encode())
    for path in ("/-/live", "/-/ready", "/-/metrics", "/-/", "/-edge"):
        readers.send("GET", f"{path}?{urllib.parse.urlencode({'q': readers.word()})}")
        readers.post(path, {"answer": readers.word()})
    for size in (9, 20, 40, 80, 400, 30_000):
        readers.post(CHECK, {"answer": readers.word() * size})
        readers.post(CHINESE[0], {"answer": readers.word() * size})
        readers.post("/search/", {"q": readers.word() * size})
        run(readers, json.dumps({"answers": {"age": readers.word() * size}}))
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x", "multipart/form-data"):
        readers.post(RUN, f'{{"answers": {{"age": "{readers.word()}"}}}}'.encode(), **{"Content-Type": kind})
        readers.post(CHECK, f'--x\r\n{{"a": "{readers.word()}"}}'.encode(), **{"Content-Type": kind})


def browsers(readers: Readers, folder: Path) -> None:
    """Go through the check in Chromium, with JavaScript and without; each has a profile of its own."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # only where there is a browser

    from tests.journeys.conftest import CHROMIUM, QUIET  # noqa: PLC0415  # the same

    # beside everything that the form holds: a field as a script, an extension or a mistake could add one
    add = """word => { for (const form of document.querySelectorAll("form[data-check]")) {
        const field = document.createElement("input");
        field.type = "hidden"; field.name = "a-" + word; field.value = word; form.append(field); } }"""
    with sync_playwright() as playwright:
        for javascript in (True, False):
            context = playwright.chromium.launch_persistent_context(
                folder / f"profile-{'with' if javascript else 'without'}", executable_path=CHROMIUM, args=QUIET,
                java_script_enabled=javascript,
            )  # fmt: skip
            page = context.new_page()
            page.goto(readers.address + CHECK)
            page.get_by_role("button", name="Start: it is about me").click()
            for _ in range(5):
                page.locator("input[name=q]").first.wait_for(state="attached")
                asked = page.locator("input[name=q]").first.get_attribute("value")
                page.evaluate(add, readers.word())
                calm = page.locator("#main [name=answer]:is([value=none],[value=no],[value=from_18_to_59])").first
                calm.evaluate("box => { box.checked = true; }")
                page.locator("#main .button--go").first.click()
                page.locator(f'input[name=q]:not([value="{asked}"])').first.wait_for(state="attached")
                readers.sent += 1
            page.wait_for_timeout(3000)  # the session is written a while after the last page
            context.close()
