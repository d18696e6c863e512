"""Printed pages on disk, each under the fingerprint of the HTML that it was printed from.

A page that changed, or is no longer there, has another fingerprint or none: its print is not found any more at that
moment. So nothing here decides what is released, and nothing has to be taken away when something is withdrawn.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils._os import safe_join
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext

from articles.addresses import absolute
from articles.paper import press, printing
from articles.paper.printing import KINDS, Job, NotPrintedError, Press
from review.templatetags.review_days import day_in_words

PDF = "application/pdf"
FAILED, WANTED = ".failed", "wanted"
# A page that could not be printed is tried again after so long; a print that nobody may find any more is removed.
TRY_AGAIN, LEFT = 3600.0, 2 * 24 * 3600.0
PICTURE = re.compile(rb'<img[^>]*? src="(/[^"?#]+)"')
Fetch = Callable[[str], bytes | None]


def folder() -> Path:
    """Where prints are."""
    return Path(settings.PAPERS_DIR)


def is_possible() -> bool:
    """Whether this site prints at all, so that pages may lead to their prints."""
    return bool(settings.PRINT_PAPERS) and not _missing()


@cache
def _missing() -> tuple[str, ...]:
    return tuple(printing.missing())


def why_not() -> str:
    """Return what the machine lacks, in words; "" when nothing."""
    return f"this machine lacks {', '.join(_missing())}" if _missing() else ""


def forget_failures() -> None:
    """Let pages that could not be printed be tried at once."""
    for one in folder().glob(f"*{FAILED}"):
        one.unlink(missing_ok=True)


@cache
def _edition() -> bytes:
    """Return what decides, besides the page, how a print looks."""
    files = [Path(press.__file__), *sorted(printing.STYLE.iterdir())]
    digest = hashlib.sha256(version("weasyprint").encode())
    for one in files:
        digest.update(one.read_bytes())
    return digest.digest()


def name_of(html: bytes) -> str:
    """Return the fingerprint of a page's print."""
    return hashlib.sha256(_edition() + html).hexdigest()


def find(html: bytes) -> bytes | None:
    """Return the print of exactly this page, if there is one."""
    try:
        return (folder() / f"{name_of(html)}.pdf").read_bytes()
    except OSError:
        return None


def want() -> None:
    """Let whoever prints know that something is asked for that is not there."""
    with suppress(OSError):
        folder().mkdir(parents=True, exist_ok=True)
        (folder() / WANTED).touch()


def answer(request: HttpRequest, html: bytes, name: str, number: Callable[[], str]) -> HttpResponse:
    """Return the print of a page, or that it is being made; `number` gives the emergency number then."""
    pdf = find(html)
    if pdf is None:
        want()
        words = render_to_string("articles/paper_not_ready.html", {"number": number(), "page": "../"})
        headers = {"Retry-After": "60", "Cache-Control": "no-store"}
        return HttpResponse(words, status=HTTPStatus.ACCEPTED, headers=headers)
    etag = f'"{name_of(html)[:32]}"'
    response = get_conditional_response(request, etag=etag, response=HttpResponse(pdf, content_type=PDF))
    assert response is not None  # noqa: S101  # it is given one
    response["ETag"], response["Cache-Control"] = etag, "public, no-cache"
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def print_once(html: bytes, *, title: str, path: str, by: Press, media: Fetch, dates: str = "") -> bool:
    """Print a page unless it is printed or failed lately; True when it was printed now. OSError: the disk will not.

    What is added is told in the active language; `dates`: a form for days other than that of the language.
    """
    place = folder() / f"{name_of(html)}.pdf"
    failed = place.with_suffix(FAILED)
    if place.exists() or _is_recent(failed):
        return False
    made = gettext("Made on %(day)s. It may be out of date: look at the live page before you rely on it.")
    job = Job(
        html,
        foot=f"{title} · {absolute(path)}",
        made=made % {"day": day_in_words(timezone.localdate(), dates)},
        pictures=pictures(html, media),
    )
    folder().mkdir(parents=True, exist_ok=True)
    try:
        pdf = by.to_pdf(job, wait=True)
    except NotPrintedError:
        failed.touch()
        raise
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    beside.write_bytes(pdf)
    beside.replace(place)
    failed.unlink(missing_ok=True)
    return True


def _is_recent(mark: Path) -> bool:
    try:
        return time.time() - mark.stat().st_mtime < TRY_AGAIN
    except OSError:
        return False


def keep_only(pages: Collection[bytes]) -> None:
    """Remove prints of other pages than these, once nobody has wanted them for some days."""
    names = {name_of(html) for html in pages}
    for one in (*folder().glob("*.pdf"), *folder().glob(f"*{FAILED}")):
        if one.stem in names:
            os.utime(one)
        elif time.time() - one.stat().st_mtime > LEFT:
            one.unlink(missing_ok=True)


def pictures(html: bytes, media: Fetch) -> dict[str, tuple[str, bytes]]:
    """Return the pictures that a page shows: drawings of ours from disk, uploaded ones as `media` gives them out."""
    found = {}
    for address in {match.decode() for match in PICTURE.findall(html)}:
        kind = KINDS.get(Path(address).suffix.lower())
        data = _static(address) if address.startswith(settings.STATIC_URL) else media(address)
        if kind and data is not None:
            found[address] = (kind, data)
    return found


def _static(address: str) -> bytes | None:
    name = unquote(address.removeprefix(settings.STATIC_URL))
    collected = Path(safe_join(settings.STATIC_ROOT, name))
    shipped = finders.find(name) if not collected.is_file() else None
    path = Path(shipped) if isinstance(shipped, str) else collected
    return path.read_bytes() if path.is_file() else None
