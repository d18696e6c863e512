"""Guides as PDF. A print rests on the kept page that it was printed from, and is found by that page alone.

So the gate is the page's own: what is withdrawn, held or changed takes its print away at the same moment, and while the
database is down the print is there exactly as long as the page is.
"""

import html as markup
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language_from_path, gettext, override
from django.views.decorators.http import require_safe

from articles.paper import kept
from articles.paper.printing import Job, NotPrintedError, Press
from portal.delivery import keeper, renderings
from portal.delivery.front import held
from portal.delivery.spare import Spare
from portal.delivery.views import serve
from review.serving import emergency_numbers
from triage.artefacts import shelf
from triage.views import sheets

TITLE = re.compile(rb"<title>(.*?)( \xe2\x80\x93 Gaitway)?</title>", re.DOTALL)
LATEST = 30.0
LAST = 19


@require_safe
def guide(request: HttpRequest, path: str, slug: str) -> HttpResponse:
    """Return a guide as it was printed beside us; 404 where the page is not released or has no print."""
    page = _released(f"/{path}") if kept.is_possible() else None
    if page is None or not _leads_to(page, slug):
        raise Http404
    return kept.answer(request, page, slug, _whom_to_call)


def _whom_to_call() -> str:
    return gettext(" or ").join(told for _, told in emergency_numbers())


def _released(path: str) -> bytes | None:
    """Return a page as every reader gets it now: from disk while that holds, else as it is served."""
    if settings.KEEP_PAGES and (found := held(keeper.store(), path)) is not None:
        return found.bodies[""]
    response = serve(renderings.own_request(path), path.strip("/"))
    if response.status_code != HTTPStatus.OK:
        return None
    return response.render().content if hasattr(response, "render") else response.content


def _leads_to(page: bytes, slug: str) -> bool:
    """Whether a page itself says that it has a print."""
    return f' href="{slug}.pdf"'.encode() in page


def printable() -> Iterator[tuple[str, bytes]]:
    """Yield path and HTML of every released page that is printed."""
    own = keeper.store()
    for path in own.paths():
        slug = path.rstrip("/").rpartition("/")[2]
        if slug and (found := held(own, path)) is not None and _leads_to(found.bodies[""], slug):
            yield path, found.bodies[""]
    yield from sheets().items()


class PatientPress(Press):
    """Prints each page when the machine has time for it."""

    spare = Spare()

    def to_pdf(self, job: Job, *, wait: bool) -> bytes:
        """Return the print of a page, as another press does, in a moment that readers do not need."""
        self.spare.wait()
        return super().to_pdf(job, wait=wait)


def print_all(handler: BaseHandler, *, patient: bool = False) -> Mapping[str, str]:
    """Print what is released and not printed yet; return what could not be, by path, with the kind of the failure.

    `patient`: wait with each print while readers need the machine.
    """
    seconds, memory = settings.PAPER_LIMITS["page"]
    by = (PatientPress if patient else Press)(seconds=seconds, memory=memory)
    pages, failed = dict(printable()), {}

    def media(address: str) -> bytes | None:
        response = handler.get_response(renderings.own_request(address))
        right = response.status_code == HTTPStatus.OK
        return b"".join(response) if right else None  # type: ignore[arg-type]  # streamed or not, it is bytes

    try:
        for path, page in pages.items():
            language = get_language_from_path(path) or settings.LANGUAGE_CODE
            try:
                with override(language):
                    kept.print_once(page, title=_title(page), path=path, by=by, media=media, dates=_dates(language))
            except NotPrintedError as error:
                failed[path] = str(error)
    finally:
        by.stop()
    kept.keep_only(pages.values())
    return failed


def _dates(language: str) -> str:
    """Return how days are written on prints in a language: in that of the source as the main place writes them."""
    return str(shelf().index.get("services", {}).get("dates", "")) if language == settings.LANGUAGE_CODE else ""


def _title(page: bytes) -> str:
    found = TITLE.search(page)
    return markup.unescape(found[1].decode()).strip() if found else ""


_at_work: list[subprocess.Popen[bytes]] = []
_state: dict[str, float] = {"made": -1, "next": 0.0}
_spare = Spare()


def print_soon(made: int) -> None:
    """Let another process print, once pages were made or a print was asked for that is not there; `made`: how many."""
    wanted = kept.folder() / kept.WANTED
    if not kept.is_possible() or (made == _state["made"] and not wanted.exists()):
        return
    if any(one.poll() is None for one in _at_work) or time.monotonic() < _state["next"] or not _spare.is_there():
        return
    _state.update(made=made, next=time.monotonic() + LATEST)
    wanted.unlink(missing_ok=True)
    command = [sys.executable, "manage.py", "print_papers", "--patient", "--verbosity", "0"]
    _at_work[:] = [subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL)]  # noqa: S603
    # readers come first, from its first moment on: to start alone takes a second of a processor
    os.setpriority(os.PRIO_PROCESS, _at_work[0].pid, LAST)
