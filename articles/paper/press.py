"""The press: a process that turns HTML into PDF and does nothing else.

It is started without settings, database or secrets. What it may show comes with the job; whatever else a page names is
refused. Each job is printed by a child of its own, with limits on processor time, memory and time, which may write no
file and leave no core: what is printed can be about somebody's health.

In and out, over pipes: a line of JSON, then as many bytes as it says.
    in   {"site": address, "html": bytes, "assets": [[path, kind, bytes], ...], "variables": {name: text},
          "seconds": of processor time, "memory": MB}
    out  {"pdf": bytes} or {"pdf": 0, "error": kind of the failure}
"""

import json
import logging
import os
import resource
import select
import signal
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

IDLE_SECONDS = 600
LARGEST = 32 * 1024 * 1024
# Where the style sheet is among the assets.
STYLE = "/paper/paper.css"
SVG = "{http://www.w3.org/2000/svg}"
MEGABYTE = 1024 * 1024
# One character of each script that is printed: fonts are looked for once, before the first job.
WARMING = "<p lang=en>a</p><p lang=zh-Hant>腿</p>"
Assets = Mapping[str, tuple[str, bytes]]


class RefusedError(ValueError):
    """A page names something that did not come with it."""


def to_pdf(html: bytes, site: str, assets: Assets, variables: Mapping[str, str]) -> bytes:
    """Return a page as tagged PDF (PDF/UA-1).

    `site`: the address that links lead to; `assets`: by their path on it, the style sheet among them;
    `variables`: texts that the style sheet names.
    """
    from weasyprint import CSS, HTML  # noqa: PLC0415  # the parent may be asked only whether it can print
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OwnAssets(URLFetcher):
        """Gives what came with the job; asks nobody."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            address = url.removeprefix(site).partition("#")[0]
            if not url.startswith(f"{site}/") or address not in assets:
                raise RefusedError(url[:200])
            kind, data = assets[address]
            return URLFetcherResponse(url, data, {"Content-Type": kind})

    fetcher = OwnAssets(allowed_protocols=())
    words = "".join(f"--{name}: {json.dumps(text, ensure_ascii=False)};" for name, text in variables.items())
    page = HTML(string=html.decode(), base_url=f"{site}/", url_fetcher=fetcher, media_type="print")
    _mend(page.etree_element)
    styles = [CSS(string=f":root {{ {words} }}", url_fetcher=fetcher)]
    if STYLE in assets:
        styles.append(CSS(url=f"{site}{STYLE}", url_fetcher=fetcher))
    return bytes(page.write_pdf(stylesheets=styles, pdf_variant="pdf/ua-1"))


def _mend(root: Any) -> None:
    """Take out what only decorates, and give drawings their words where PDF looks for them."""
    for parent in list(root.iter()):
        for child in list(parent):
            drawing = child.tag == f"{SVG}svg"
            if (
                child.tag == "link"
                or (drawing and child.get("aria-hidden"))
                or (child.tag == "img" and not child.get("alt"))
            ):
                _remove(parent, child)
            elif drawing and child.get("aria-label"):
                title = child.makeelement(f"{SVG}title", {})
                title.text = child.get("aria-label")
                child.insert(0, title)


def _remove(parent: Any, child: Any) -> None:
    """Take an element out and leave the text after it."""
    place = list(parent).index(child)
    if place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Print one job after the other until nobody has any."""
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    logging.getLogger("weasyprint").propagate = False
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    to_pdf(WARMING.encode(), "https://page.invalid", {}, {})
    while select.select([jobs], [], [], IDLE_SECONDS)[0]:
        line = jobs.readline()
        if not line:
            return
        pdf, error = _in_a_child(*_read(jobs, json.loads(line)))
        answers.write(json.dumps({"pdf": len(pdf), "error": error}).encode() + b"\n" + pdf)
        answers.flush()


def _read(jobs: BinaryIO, head: Mapping[str, Any]) -> tuple[Mapping[str, Any], bytes, Assets]:
    html = jobs.read(head["html"])
    return head, html, {address: (kind, jobs.read(size)) for address, kind, size in head["assets"]}


def _in_a_child(head: Mapping[str, Any], html: bytes, assets: Assets) -> tuple[bytes, str]:
    """Return what a child has printed, or nothing and what became of it."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        _print_and_end(there, head, html, assets)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        pdf = pipe.read(LARGEST + 1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == 0 and pdf and len(pdf) <= LARGEST:
        return pdf, ""
    return b"", signal.Signals(-code).name if code < 0 else "failed"


def _print_and_end(place: int, head: Mapping[str, Any], html: bytes, assets: Assets) -> None:
    """In the child: print within the limits and end, whatever happens."""
    code = 1
    try:
        _limit(int(head["seconds"]), int(head["memory"]))
        pdf = to_pdf(html, head["site"], assets, head["variables"])
        with os.fdopen(place, "wb") as pipe:
            pipe.write(pdf)
        code = 0
    except BaseException as error:  # noqa: BLE001  # a child that lives on would read the jobs of its parent
        sys.stderr.write(f"not printed: {type(error).__name__}\n")
        sys.stderr.flush()
    finally:
        os._exit(code)


def _limit(seconds: int, megabytes: int) -> None:
    signal.alarm(4 * seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.stdin.buffer, sys.stdout.buffer)
