"""Older answers that are true still: shown while the database cannot be asked for newer ones.

A page is taken away the moment anything in it changes, and made anew: by whoever asks, or in the minute or two that all
pages take. Some changes make a page older and not untrue: another name in a menu, a migration, another build of the
site. Its old answer is laid aside then. No web server looks there; the application does when it cannot make the page.
What was withdrawn, held or released anew since is never among them, nor is any page that shows such a one.
"""

import os
import time
from collections.abc import Collection
from pathlib import Path

from portal.delivery.renderings import Made, marks_of
from portal.delivery.store import BLIND, Store
from review.dependencies import REMADE


def is_harmless(key: str) -> bool:
    """Whether a change leaves true what was made before it: a name in a menu has changed, or everything is remade."""
    return key == REMADE or key.startswith("c:")


def take_away(store: Store, paths: Collection[str], keys: Collection[str] | None) -> None:
    """Take answers away after changes with these keys; lay aside those that are only older, None: not a single one.

    What was laid aside earlier goes too when it is true no longer.
    """
    untrue = None if keys is None else {key for key in keys if not is_harmless(key)}
    for path in paths:
        if _is_true(store, path, untrue):
            store.copy(path, store.aside)
    store.remove(paths)
    store.aside.remove([path for path in store.aside.paths() if not _is_true(store.aside, path, untrue)])


def _is_true(store: Store, path: str, untrue: set[str] | None) -> bool:
    try:
        keys = store.keys_of(path)
    except ValueError:
        return False
    return untrue is not None and keys is not None and keys.isdisjoint(untrue)


def adopt(store: Store, before: Store) -> None:
    """Lay aside what the build before has kept, with the number of the last change that was carried out there.

    The changes since then are carried out on the copies as soon as the database can be asked.
    """
    applied = before.applied
    own = store.applied
    if applied is None or (own is not None and own > applied) or before.root.resolve() == store.root.resolve():
        return
    asked_at, there = before.asked_at, set(store.paths())
    for source in (before.aside, before):
        for path in set(source.paths()) - there:
            source.copy(path, store.aside)
    if own is None:
        store.applied = applied
        os.utime(store.root / "applied", (asked_at, asked_at))


def find(store: Store, path: str) -> Made | None:
    """Return an older answer that may be shown now."""
    now = time.time()
    try:
        kept = store.aside.read(path)
    except ValueError:
        return None
    if kept is None or now - store.asked_at >= BLIND or (kept.until is not None and kept.until <= now):
        return None
    if marks_of(map(Path, kept.files)) != kept.files:
        return None
    return Made(path, kept.bodies["gzip"], 0, kept.keys, kept.files)
