"""Keeps the answers on disk in step with the database: one thread on each machine, and whoever releases or withdraws.

A change that readers see has a number (`review.models.Generation`). Up to which number changes were carried out here is
written beside the answers; carrying one out means that every page which shows what changed is removed, and made anew.
When the database cannot be asked, nothing is added and nothing removed.
"""

import errno
import fcntl
import gzip
import logging
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

import brotli
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import Error, close_old_connections, transaction
from django.http import HttpResponse
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from articles import lists
from portal.delivery import older, programs, renderings
from portal.delivery.build import build
from portal.delivery.store import Kept, Store, dated
from review import batch
from review.dependencies import EVERYTHING
from review.models import Change, Generation, Standing
from triage import in_step as checks

EVERY = 0.25
# How the key of a page's own change begins (`review.freshness`).
PAGE = "p:"
# A keeper that is alive asks about twice a second.
ASKED_LATELY = 1.5
# So often it is looked up whether pages are missing that nobody asked for.
LOOK_EVERY = 60.0
# Whoever releases puts the checks on disk within so many seconds.
BEHIND = 3.0
TRY_EVERY = 30.0
AT_REST = 0.02
# What a disk says that has no room for anything.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# What belongs to one connection or one moment and not to the page.
LEFT_OUT = frozenset({"content-length", "content-encoding", "etag", "last-modified", "date", "server"})
Limits = tuple[float, Mapping[str, list[int]]]
logger = logging.getLogger(__name__)


class Keeper:
    """Carries out changes, and makes pages before somebody asks for them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.wanted: deque[str] = deque()
        # What programs read is made after everything that people read, and nothing waits for it.
        self.later: deque[str] = deque()
        self._limits: dict[str, Limits] = {}
        self._look_at = 0.0
        self.made = 0

    def follow(self) -> None:
        """Carry out the changes since the last time, and ask for what was removed."""
        if self.store.applied == newest():
            self.store.touch()
            return
        before = self.store.applied
        with self.store.alone():
            generation, gone, _ = self.remove_changed()
            self.store.applied = generation
        # what was there before, or is new, comes before what nobody has asked for yet
        for path in sorted(gone | self.changed_pages(before, generation), reverse=True):
            self._queue_of(path).appendleft(path)

    def _queue_of(self, path: str) -> deque[str]:
        return self.later if programs.is_for_programs(path) else self.wanted

    def changed_pages(self, before: int | None, generation: int) -> set[str]:
        """Return the addresses of released pages that are themselves what changed: new ones were never kept."""
        changes = Change.objects.filter(key__startswith=PAGE, generation__gt=before or 0, generation__lte=generation)
        ids = {int(key.removeprefix(PAGE)) for key in changes.values_list("key", flat=True)}
        if before is None or not ids:
            return set()
        pages = Page.objects.filter(pk__in=ids)
        return {*_addresses(pages), *programs.documents_of(pages)}

    def remove_changed(self) -> tuple[int, set[str], set[str] | None]:
        """Remove every page that shows what changed; return up to which generation, their addresses, and by what keys.

        Older ones that are true still are laid aside; the keys are None when nothing that was kept may be true.
        """
        before, generation = self.store.applied, newest()
        newer = Change.objects.filter(generation__gt=before or 0, generation__lte=generation)
        keys = set(newer.values_list("key", flat=True))
        if before is None or before > generation or EVERYTHING in keys:
            gone, hit = set(self.store.paths()), None
        else:
            gone, hit = renderings.affected(keys, before), keys
        older.take_away(self.store, gone, hit)
        return generation, gone, hit

    def fill(self, path: str) -> bool:
        """Make the answer for an address and keep it; True when it is kept."""
        try:
            self.store.folder(path)
        except ValueError:
            return False
        request = renderings.own_request(path)
        request.is_made_ahead = True  # type: ignore[attr-defined]  # nobody waits for it: it is counted apart
        response = _handler().get_response(request)
        if not isinstance(response, HttpResponse) or response.status_code != 200 or not response.has_header("ETag"):  # noqa: PLR2004
            newest()  # raises when the database does not answer; else there is no such page now
            return False
        headers = {name: value for name, value in response.items() if name.lower() not in LEFT_OUT}
        small = brotli.compress(response.content, quality=9, mode=brotli.MODE_TEXT)
        with self.store.alone():
            _, made = renderings.find(path)
            if made is None or made.html != response.content or self.store.applied is None:
                return False
            bodies = {"": made.html, "gzip": gzip.compress(made.html, 9, mtime=0), "br": small}
            until = made.until.timestamp() if made.until else None
            kept = Kept(path, headers, bodies, made.etag, dated(made.etag, time.time()), until, made.files, made.keys)
            self.store.write(kept)
            self.store.aside.remove([path])
        self._limits[path] = (until or float("inf"), kept.files)
        self.made += 1
        return True

    def learn(self) -> None:
        """Read until when the pages hold that are here already."""
        for path in self.store.paths():
            if (kept := self.store.read(path)) is not None:
                self._limits[path] = (kept.until or float("inf"), kept.files)

    def remove_expired(self) -> None:
        """Remove pages that read otherwise from now on, or that show a file which has changed."""
        now = time.time()
        for path, (until, files) in list(self._limits.items()):
            if until <= now or (files and renderings.marks_of(map(Path, files)) != files):
                del self._limits[path]
                self.store.remove([path])
                self._queue_of(path).append(path)

    def want_everything(self) -> None:
        """Ask for every released page that is not kept yet: at the start, and now and then once all is made.

        What was asked for while the database or the disk failed is found again by this.
        """
        if self.wanted or time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_EVERY
        there = set(self.store.paths())
        everything = chain(_addresses(Page.objects.all()), _further_pages())
        self.wanted.extend(path for path in everything if path not in there)
        if not self.later:
            self.later.extend(path for path in programs.addresses() if path not in there)

    def work(self, seconds: float) -> None:
        """Make wanted pages for about so long; rest between two of them, so that readers come first."""
        end = time.monotonic() + seconds
        while (queue := self.wanted or self.later) and time.monotonic() < end:
            begun = time.monotonic()
            path = queue.popleft()
            try:
                if self.store.mark(path) is None:
                    self.fill(path)
            except OSError as error:
                # on a full disk no other could be kept either, and what was asked for first is; else others come by
                (queue.appendleft if error.errno in FULL else queue.append)(path)
                logger.warning("A page could not be kept on disk: %s", error.strerror)
                return
            except Error:
                queue.appendleft(path)
                raise
            time.sleep(min(AT_REST + time.monotonic() - begun, max(0.0, end - time.monotonic())))


def _addresses(pages: PageQuerySet) -> Iterator[str]:
    """Yield the path part of the address of each public page of the default site, from the top of the tree down."""
    root = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if root is not None:
        below = pages.live().descendant_of(root.root_page, inclusive=True).order_by("depth", "path")
        prefix = len(root.root_page.url_path) - 1
        yield from (path[prefix:] for path in below.values_list("url_path", flat=True))


def _further_pages() -> Iterator[str]:
    """Yield the path part of the address of each further page of the lists of the default site."""
    root = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if root is not None:
        prefix = len(root.root_page.url_path) - 1
        for page, more in lists.further_pages():
            if page.path.startswith(root.root_page.path):
                yield page.url_path[prefix:] + more


@cache
def _handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


@cache
def store() -> Store:
    """Return the answers of this build on this machine."""
    return Store(Path(settings.PAGES_DIR) / build())


@cache
def keeper() -> Keeper:
    """Return this process's keeper."""
    return Keeper(store())


_started_in: list[int] = []


def start() -> None:
    """Start the thread of this process once; only one process of a machine does the work at a time."""
    if os.getpid() not in _started_in:
        _started_in[:] = [os.getpid()]
        threading.Thread(target=_run, name="pages", daemon=True).start()


def _run() -> None:
    own, root = keeper(), store().root
    root.mkdir(parents=True, exist_ok=True)
    with (root / "keeper").open("w") as place:
        while not _is_first(place.fileno()):
            time.sleep(EVERY)
        _begin(own)
        first = False
        while True:
            try:
                own.follow()
                own.want_everything()
                catch_up()
            except (Error, OSError) as error:
                logger.warning("Whether pages have changed cannot be asked: %s", type(error).__name__)
            first = first or take_over(own)
            _at_work(own)
            close_old_connections()
            time.sleep(EVERY)


def _begin(own: Keeper) -> None:
    """Read what is here already; whatever fails, the thread goes on."""
    try:
        with own.store.alone():
            older.adopt(own.store, Store((own.store.root.parent / "current").resolve()))
        own.learn()
    except Exception:  # the thread must live: it is what takes pages away
        logger.exception("What was kept could not be read.")


def _at_work(own: Keeper) -> None:
    """Do what needs no answer from the database about changes; whatever fails, the next round comes."""
    from portal.delivery.papers import print_soon  # noqa: PLC0415  # it reads what is kept here

    try:
        own.remove_expired()
        own.work(EVERY)
        if not own.wanted:
            print_soon(own.made)
    except Error as error:
        logger.warning("No page can be made: %s", type(error).__name__)
    except Exception:  # the thread must live: it is what takes pages away
        logger.exception("Pages could not be made.")


def _is_first(place: int) -> bool:
    """Return whether this process is the one that does the work; so until it ends."""
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def take_over(own: Keeper) -> bool:
    """Let the web server read the answers of this build, once they are all there or nobody keeps those it reads.

    Until then it goes on reading those of the build before: its processes still run, and keep them in step.
    """
    current = own.store.root.parent / "current"
    before = Store(current)
    if current.resolve() != own.store.root.resolve():
        is_kept = time.time() - before.asked_at < ASKED_LATELY
        # while the database cannot be asked, the pages that were kept in step for longest are the best there are
        if (own.wanted and is_kept) or own.store.asked_at < before.asked_at - ASKED_LATELY:
            return False
        point_to(own.store.root)
    return True


def point_to(root: Path) -> None:
    """Let the web server before us read the answers of this build."""
    beside = root.parent / f".current.{os.getpid()}"
    beside.unlink(missing_ok=True)
    beside.symlink_to(root.name)
    beside.replace(root.parent / "current")


def newest() -> int:
    """Return the number of the last change."""
    return Generation.objects.values_list("number", flat=True).first() or 0


def standing_saved(sender: type, instance: Standing, **kwargs: object) -> None:
    """A page is released, withdrawn or held: it is removed now, and all that shows it at the end of the transaction.

    Now, so that a withdrawn page is gone even when everything stops before the thread hears of it.
    """
    if not settings.KEEP_PAGES:
        return
    if path := address_of(instance.page_id):
        for one in all_stores():
            both = [path, programs.document_of(instance.page_id)]
            one.remove(both)
            one.aside.remove(both)
    under_way = transaction.get_connection().run_on_commit
    if not any(run is _remove_now for _, run, *_ in under_way):
        transaction.on_commit(_remove_now, robust=True)


def _remove_now() -> None:
    """Remove what changed at once; the thread carries it out again and makes the pages anew."""
    with store().alone():
        _, gone, keys = keeper().remove_changed()
    for other in all_stores():
        older.take_away(other, gone, keys)


def all_stores() -> list[Store]:
    """Return the answers of every build on this machine: an earlier one may come back, what was withdrawn may not."""
    return [store(), *(Store(mark.parent) for mark in Path(settings.PAGES_DIR).glob("*/applied"))]


_catching_up: list[subprocess.Popen[bytes]] = []
_next_try = 0.0


def catch_up() -> None:
    """Put the released checks of this machine in step, where whoever released has not: cut off, or on another machine.

    What was withdrawn or put on hold is so here and now; the rest needs seconds, so another process does it.
    """
    if not checks.are_behind():
        return
    global _next_try  # noqa: PLW0603  # one keeper in a process
    checks.follow_at_once()
    at_work = any(one.poll() is None for one in _catching_up)
    if not at_work and time.monotonic() >= _next_try and checks.are_behind(for_seconds=BEHIND):
        _next_try = time.monotonic() + TRY_EVERY
        command = [sys.executable, "manage.py", "write_artefacts", "--verbosity", "0"]
        _catching_up[:] = [subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL)]  # noqa: S603


def address_of(page_id: int) -> str | None:
    """Return the path part of a page's address on the default site."""
    root = batch.once("root path", _root_path)
    found = batch.about_page("path", page_id, _paths)
    return found[len(root) - 1 :] if root and found and found.startswith(root) else None


def _root_path() -> str | None:
    return Site.objects.filter(is_default_site=True).values_list("root_page__url_path", flat=True).first()


def _paths(ids: Collection[int]) -> dict[int, str]:
    return dict(Page.objects.filter(pk__in=ids).values_list("pk", "url_path"))
