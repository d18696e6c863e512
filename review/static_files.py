"""The bytes of files that ship with the site, as readers get them."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation

from review import dependencies

# When a file was written, and which it is: its times, size and number on the disk.
Written = tuple[int, int, int, int]


def written(known: os.stat_result) -> Written:
    """Return what differs once a file was written again, even when somebody sets back its date."""
    return known.st_mtime_ns, known.st_ctime_ns, known.st_size, known.st_ino


def digest_of(name: str) -> str:
    """Return the SHA-256 of a file by its name below `static/`, read again whenever it was written; "" if none."""
    path = _path(name)
    if path:
        dependencies.on_file(path)
    try:
        known = path.stat() if path else None
    except OSError:
        return ""
    return _digest(str(path), written(known)) if known else ""


def _path(name: str) -> Path | None:
    """Return the collected file where there is one: it is what readers get; else the file as it ships."""
    try:
        stored = getattr(staticfiles_storage, "stored_name", str)(name)
        collected = Path(staticfiles_storage.path(stored))
        if collected.is_file():
            return collected
    except (ValueError, NotImplementedError, SuspiciousFileOperation, OSError):
        pass  # not collected here, or on another machine
    found = finders.find(name)
    return Path(found) if isinstance(found, str) else None


@lru_cache(maxsize=512)
def _digest(path: str, written: Written) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
