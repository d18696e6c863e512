"""Whole answers on disk: what the application and the web server before it answer from, also without a database.

Each page is a folder below `pages`, named as its address, with `index.html` and its compressed forms. The page is
there exactly while `index.html` is there: it is written last and removed first, and every process looks at it for each
answer, so that a page which is removed is gone everywhere on this machine at that moment.
"""

import fcntl
import hashlib
import json
import logging
import os
import re
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

INDEX = "index.html"
ANSWER = "answer.json"
SUFFIXES = {"br": ".br", "gzip": ".gz", "": ""}
# For how long pages are shown without a word from the database about what was withdrawn.
BLIND = 24 * 3600
# Addresses of pages as Wagtail makes them, and nothing that a file system or a web server could take for more.
ADDRESS = re.compile(r"/(?:[a-z0-9][a-z0-9_-]{0,200}/){0,20}")
# A page is made in a tenth of a second; among so many locks two that are made at once seldom share one.
LOOK_AGAIN, LOCKS = 0.005, 64
logger = logging.getLogger(__name__)


def _is_held(lock: IO[Any]) -> bool:
    """Take the lock of an open file; return False when somebody else has it. A disk that knows no locks gives all."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        logger.warning("The disk of the kept pages knows no locks: pages are made more than once.")
    return True


@dataclass(frozen=True)
class Kept:
    """One answer as it is on disk: headers, and the body by encoding."""

    path: str
    headers: Mapping[str, str]
    bodies: Mapping[str, bytes]
    etag: str
    made_at: float
    until: float | None
    files: Mapping[str, list[int]]
    keys: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return sum(len(body) for body in self.bodies.values())


def dated(etag: str, now: float) -> float:
    """Return the whole second that a page is dated to: on the day before now, and another for another text.

    A web server tells two versions apart by second and size; two that are made in one second must differ all the same.
    """
    return int(now) - int(etag, 16) % 86_400


class Store:
    """The answers of one build of the site."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pages = root / "pages"

    def folder(self, path: str) -> Path:
        """Return the folder of an address; ValueError when it cannot be one."""
        if not ADDRESS.fullmatch(path):
            raise ValueError(path)
        return self.pages / path.strip("/")

    def mark(self, path: str) -> tuple[int, int, int] | None:
        """Return what changes whenever the answer does; None when there is none."""
        try:
            stat = os.stat(f"{self.pages}{path}{INDEX}")  # noqa: PTH116  # for every answer: a Path costs more
        except (OSError, ValueError):
            return None
        return stat.st_mtime_ns, stat.st_ino, stat.st_size

    def read(self, path: str) -> Kept | None:
        """Return an answer, or None when there is none or it is not whole."""
        folder = self.folder(path)
        try:
            data: dict[str, Any] = json.loads((folder / ANSWER).read_bytes())
            bodies = {name: (folder / f"{INDEX}{SUFFIXES[name]}").read_bytes() for name in data["sums"]}
        except (OSError, ValueError, KeyError):
            return None
        if any(hashlib.sha256(body).hexdigest() != data["sums"][name] for name, body in bodies.items()):
            return None
        return Kept(
            path, data["headers"], bodies, data["etag"], data["made_at"], data["until"], data["files"],
            tuple(data["keys"]),
        )  # fmt: skip

    def keys_of(self, path: str) -> frozenset[str] | None:
        """Return what an answer depends on; None when there is none or it cannot be read."""
        try:
            return frozenset(json.loads((self.folder(path) / ANSWER).read_bytes())["keys"])
        except (OSError, ValueError, KeyError):
            return None

    def write(self, kept: Kept) -> None:
        """Keep an answer, whole or not at all; OSError when the disk will not."""
        folder = self.folder(kept.path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / INDEX).unlink(missing_ok=True)
        sums = {name: hashlib.sha256(body).hexdigest() for name, body in kept.bodies.items()}
        data = {
            "headers": dict(kept.headers), "etag": kept.etag, "made_at": kept.made_at, "until": kept.until,
            "files": dict(kept.files), "sums": sums, "keys": sorted(kept.keys),
        }  # fmt: skip
        self._put(folder / ANSWER, json.dumps(data).encode())
        for name in sorted(kept.bodies, reverse=True):  # the body without an encoding comes last
            self._put(folder / f"{INDEX}{SUFFIXES[name]}", kept.bodies[name], at=kept.made_at)

    def remove(self, paths: Iterable[str]) -> None:
        """Take answers away, at once; what cannot be an address was never kept."""
        for path in paths:
            with suppress(ValueError):
                folder = self.folder(path)
                for name in (INDEX, f"{INDEX}.br", f"{INDEX}.gz", ANSWER):
                    (folder / name).unlink(missing_ok=True)

    def remove_all(self) -> None:
        """Take every answer away."""
        self.remove(list(self.paths()))

    @property
    def aside(self) -> "Store":
        """Older answers that are true still, for while the database cannot be asked (`portal.delivery.older`)."""
        return Store(self.root / "aside")

    def copy(self, path: str, other: "Store") -> None:
        """Let another store of this disk have an answer as well; nothing is read or written but names."""
        here, there = self.folder(path), other.folder(path)
        with suppress(OSError):  # gone meanwhile, or no room: there is one copy fewer
            there.mkdir(parents=True, exist_ok=True)
            (there / INDEX).unlink(missing_ok=True)
            for name in (ANSWER, f"{INDEX}.br", f"{INDEX}.gz", INDEX):  # the body without an encoding comes last
                (there / name).unlink(missing_ok=True)
                with suppress(FileNotFoundError):
                    (there / name).hardlink_to(here / name)

    def paths(self) -> Iterator[str]:
        """Yield the address of every answer that is kept."""
        for index in self.pages.rglob(INDEX):
            inside = index.parent.relative_to(self.pages).as_posix()
            yield "/" if inside == "." else f"/{inside}/"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock under which answers are changed."""
        self.pages.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def making(self, path: str, patience: float) -> Iterator[bool]:
        """Hold the lock of making one page on this machine, or wait so many seconds for it; gives whether this waited.

        On a disk that has no room for a lock nobody waits, and a page is made more than once.
        """
        with ExitStack() as held:
            try:
                (self.root / "making").mkdir(parents=True, exist_ok=True)
                lock = held.enter_context((self.root / "making" / str(zlib.crc32(path.encode()) % LOCKS)).open("w"))
            except OSError:
                yield False
                return
            end, waited = time.monotonic() + patience, False
            while not _is_held(lock) and time.monotonic() < end:
                waited = True
                time.sleep(LOOK_AGAIN)
            yield waited

    @property
    def applied(self) -> int | None:
        """Up to which generation changes have been carried out here; None when never."""
        try:
            return int((self.root / "applied").read_text())
        except (OSError, ValueError):
            return None

    @applied.setter
    def applied(self, generation: int) -> None:
        self._put(self.root / "applied", str(generation).encode())

    def touch(self) -> None:
        """Note that the database was asked just now."""
        with suppress(OSError):
            os.utime(self.root / "applied")

    @property
    def asked_at(self) -> float:
        """When the database was last asked whether anything had changed."""
        try:
            return (self.root / "applied").stat().st_mtime
        except OSError:
            return 0.0

    def _put(self, path: Path, data: bytes, *, at: float | None = None) -> None:
        """Write a file whole or not at all, as of a given time."""
        beside = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
        try:
            beside.write_bytes(data)
            if at is not None:
                os.utime(beside, (at, at))
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
