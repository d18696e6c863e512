"""Released protocols on disk: what visitors are answered from, also while the database is down.

The directory holds one file for each release (named by its hash, never changed) and `pointer.json`, which says for
each check which releases are kept, newest first. A process reads the pointer when it has changed, not more.
"""

import fcntl
import json
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from articles.translations.marked import source_text
from triage.engine.artefact import ArtefactError
from triage.engine.compiled import Machine
from triage.engine.parse import ProtocolError
from triage.package import PackageError, checked

KEEP = 3
POINTER = "pointer.json"
Json = dict[str, Any]
Words = Mapping[str, tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]]
log = logging.getLogger(__name__)


class NoCheckError(LookupError):
    """There is no released check under this address."""


@dataclass(frozen=True, eq=False)
class Check:
    """One release, loaded once for each process: the machine that runs it and the words around it."""

    document: Mapping[str, Any]
    machine: Machine

    @cached_property
    def places(self) -> dict[str, int]:
        """Which place each question has in the protocol."""
        return {question.key: place for place, question in enumerate(self.machine.protocol.questions)}

    @property
    def hash(self) -> str:
        """Which release this is, whatever the language of its words."""
        return str(self.document.get("of") or self.document["hash"])

    @property
    def key(self) -> str:
        """The protocol's own key."""
        return str(self.document["key"])


@dataclass(frozen=True)
class Shelf:
    """Everything on disk at one moment."""

    index: Mapping[str, Any] = field(default_factory=dict)
    checks: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Check]] = field(default_factory=dict)
    """Releases in other words: by language, then by the hash of the release."""
    indexes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _told: dict[str, "Shelf"] = field(default_factory=dict, compare=False, repr=False)

    def in_language(self, language: str) -> "Shelf":
        """Return everything as it reads in a language; what is not translated keeps its words.

        Each release is an object of its own there: what is kept for one language must not be shown in another. One
        that is not told in it says in its title that this is in the language of the source; its pages are read there.
        """
        if language.partition("-")[0] == "en":
            return self
        if language not in self._told:
            known = self.words.get(language, {})
            checks = {
                slug: tuple(
                    _with_hold(known.get(check.hash) or _in_source(check), check.document.get("on_hold", ()))
                    for check in kept
                )
                for slug, kept in self.checks.items()
            }
            self._told[language] = Shelf(self.indexes.get(language, self.index), checks, self.words)
        return self._told[language]

    def is_told(self, slug: str, language: str) -> bool:
        """Whether the release that holds now can be read in a language; also of a check that is not here."""
        kept = self.checks.get(slug)
        return not kept or kept[0].hash in self.words.get(language, {})

    def told_in(self, check: Check) -> tuple[str, ...]:
        """Return the languages besides that of the source in which a release can be read."""
        return tuple(code for code, known in self.words.items() if check.hash in known)

    def current(self, slug: str) -> Check:
        """The release that holds now; raises NoCheckError."""
        kept = self.checks.get(slug)
        if not kept:
            raise NoCheckError(slug)
        return kept[0]

    def version(self, slug: str, named: str) -> Check | None:
        """A kept release by its hash."""
        return next((check for check in self.checks.get(slug, ()) if check.hash == named), None)

    def machines(self) -> dict[str, Machine]:
        """Every machine here by the hash that receipts name."""
        return {check.machine.hash: check.machine for kept in self.checks.values() for check in kept}

    @property
    def newest(self) -> list[Check]:
        """The current release of each check, in the order of the list."""
        return [kept[0] for kept in self.checks.values() if kept]


def _in_source(check: Check) -> Check:
    """Return a release whose name, where a list in another language gives it, is marked as not translated."""
    names = ("title", "audience", "description")
    marked = {name: source_text(str(check.document[name]), rich=False, stale=False) for name in names}
    return replace(check, document={**check.document, **marked})


def _with_hold(check: Check, codes: Iterable[str]) -> Check:
    """Return a release in which exactly these techniques are on hold."""
    if list(check.document.get("on_hold", ())) == list(codes):
        return check
    return replace(check, document={**check.document, "on_hold": list(codes)})


# What stands here before anything was ever written.
NOTHING = Shelf()
_loaded: dict[str, tuple[tuple[int, ...], Shelf]] = {}
_files: dict[Path, Check] = {}


def folder() -> Path:
    """Where released checks are."""
    return Path(settings.TRIAGE_ARTEFACTS)


def shelf() -> Shelf:
    """Return what is on disk, `NOTHING` when there is no pointer; reads files only when that has changed."""
    pointer = f"{settings.TRIAGE_ARTEFACTS}/{POINTER}"
    try:
        stat = os.stat(pointer)  # noqa: PTH116  # asked at each step of a check: a third of the time of a `Path`
    except OSError:
        return NOTHING
    mark = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    known = _loaded.get(pointer)
    if known and known[0] == mark:
        return known[1]
    found = _read(Path(pointer), known[1] if known else Shelf())
    _loaded[pointer] = (mark, found)
    return found


def told_in(check: Check) -> tuple[str, ...]:
    """Return the languages besides that of the source in which a release can be read now."""
    return shelf().told_in(check)


def _read(pointer: Path, before: Shelf) -> Shelf:
    """Return the shelf that a pointer describes; what cannot be read is left out and reported."""
    try:
        data = json.loads(pointer.read_text(encoding="utf-8"))
        held = data.get("on_hold", {})
        kept = {str(slug): _kept(pointer.parent, names, held.get(slug)) for slug, names in data["checks"].items()}
        words = {
            str(language): {
                check.hash: check
                for names in by_slug.values()
                # the newest comes first, and there may be several of one release: its words hold
                for name in reversed(names)
                if (check := _file(pointer.parent / f"{name}.json"))
            }
            for language, by_slug in data.get("words", {}).items()
        }
        return Shelf(data["index"], kept, words, data.get("indexes", {}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        log.exception("The list of released checks cannot be read; the one before is used.")
        return before


def _kept(path: Path, names: Iterable[str], held: Iterable[str] | None) -> tuple[Check, ...]:
    """Return the releases of a check, newest first; none where the newest cannot be read.

    An earlier one never stands in for it: it may be what was replaced because it was not safe. What is on hold is so
    for everybody, also for whoever began with an earlier release: `held`, or else what the newest says.
    """
    found = [_file(path / f"{name}.json") for name in names]
    if not found or found[0] is None:
        return ()
    codes = found[0].document.get("on_hold", ()) if held is None else held
    return tuple(_with_hold(check, codes) for check in found if check)


def _file(path: Path) -> Check | None:
    if path not in _files or not path.exists():
        try:
            _files[path] = opened(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            log.exception("The released check %s cannot be used.", path.name)
            return None
    return _files[path]


def opened(document: Mapping[str, Any]) -> Check:
    """Return a release ready to run; raises PackageError or ArtefactError when it was changed."""
    found = checked(document)
    machine = Machine(found["engine"])
    # a release in other words runs and is proved as the release itself: its codes name that one
    machine.hash = str(found.get("machine", machine.hash))
    return Check(found, machine)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock under which the directory is changed."""
    path.mkdir(parents=True, exist_ok=True)
    with (path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(
    documents: Mapping[str, Mapping[str, Any]], index: Mapping[str, Any], words: Words | None = None
) -> list[str]:
    """Make these the current releases, by slug; return the slugs that changed. A slug not named is withdrawn.

    `words` holds the index and the releases in each other language; without it those of before stay.
    """
    path = folder()
    with _alone(path):
        before = _pointer(path)
        checks: dict[str, list[str]] = {}
        mended = False
        for slug, document in documents.items():
            named = str(document["hash"])
            mended |= _put(path / f"{named}.json", document)
            # a check that was withdrawn starts anew: what is not to be used must not come back
            kept = [name for name in before["checks"].get(slug, []) if name != named]
            checks[slug] = [named, *kept][:KEEP]
        pointer: Json = {"format": 1, "index": dict(index), "checks": checks}
        pointer |= _words(path, before, checks, words)
        if pointer != before:
            _put(path / POINTER, pointer)
        elif mended:
            os.utime(path / POINTER)  # processes look again only after this
        told = [names for by_slug in pointer.get("words", {}).values() for names in by_slug.values()]
        _tidy(path, {f"{name}.json" for names in (*checks.values(), *told) for name in names})
    return [slug for slug in {*checks, *before["checks"]} if checks.get(slug) != before["checks"].get(slug)]


def hold(codes: Mapping[str, Iterable[str]]) -> list[str]:
    """Let exactly these techniques be on hold in each check, until releases are written; return the slugs that changed.

    One small file says it: releases take seconds to make.
    """
    path = folder()
    with _alone(path):
        kept, before = shelf().checks, _pointer(path)
        wanted = {slug: list(some) for slug, some in codes.items()}
        changed = [
            slug for slug, some in wanted.items()
            if kept.get(slug) and list(kept[slug][0].document.get("on_hold", ())) != some
        ]  # fmt: skip
        if changed:
            _put(path / POINTER, {**before, "on_hold": {**before.get("on_hold", {}), **wanted}})
    return changed


def _words(path: Path, before: Json, checks: Mapping[str, list[str]], words: Words | None) -> Json:
    """Put releases in other words on disk; return what the pointer says of them, for checks that are not withdrawn."""
    old = before.get("words", {})
    made: dict[str, dict[str, list[str]]] = {}
    for language in old if words is None else words:
        documents = {} if words is None else words[language][1]
        for slug in checks:
            names = [str(documents[slug]["hash"])] if slug in documents else []
            for name in names:
                _put(path / f"{name}.json", documents[slug])
            kept = [*names, *(one for one in old.get(language, {}).get(slug, []) if one not in names)][:KEEP]
            if kept:
                made.setdefault(language, {})[slug] = kept
    indexes = before.get("indexes", {}) if words is None else {name: dict(one) for name, (one, _) in words.items()}
    return ({"words": made} if made else {}) | ({"indexes": indexes} if indexes else {})


def _pointer(path: Path) -> Json:
    try:
        found: Json = json.loads((path / POINTER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"checks": {}}
    return found if isinstance(found.get("checks"), dict) else {"checks": {}}


def _put(path: Path, document: Mapping[str, Any]) -> bool:
    """Write a file whole or not at all; return whether it was written: a release that is as it should be stays."""
    if path.name != POINTER and _is_there(path, document):
        return False
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        beside = Path(file.name)
        try:
            json.dump(document, file, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            beside.unlink()
            raise
    beside.chmod(0o644)
    beside.replace(path)
    return True


def _is_there(path: Path, document: Mapping[str, Any]) -> bool:
    """Whether a file holds exactly this."""
    try:
        found: Json = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return found == json.loads(json.dumps(document))


def drop(slugs: Iterable[str]) -> None:
    """Let checks not be run any more, where not even a shorter list of them can be written: the disk may be full."""
    path = folder()
    with _alone(path):
        for slug in slugs:
            for name in _pointer(path)["checks"].get(slug, []):
                (path / f"{name}.json").unlink(missing_ok=True)
        os.utime(path / POINTER)


def _tidy(path: Path, kept: set[str]) -> None:
    """Remove releases that no check keeps."""
    for file in path.glob("*.json"):
        if file.name not in kept | {POINTER}:
            file.unlink(missing_ok=True)


LOAD_ERRORS = (PackageError, ArtefactError, ProtocolError)
