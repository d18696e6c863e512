"""A released check in another language for programs: the same tables and fingerprints, other words.

What is still in the language of the source is given in it and named; the notice stands before what is locked.
"""

from typing import Any

from articles.translations import languages
from articles.translations.marked import in_data, is_locked, is_marked
from triage.artefacts import Check, Shelf, told_in

Json = dict[str, Any]


class NoSuchLanguageError(LookupError):
    """A language that is not ours, or in which a check is not told; `known` are the tags that can be asked for."""

    def __init__(self, known: list[str]) -> None:
        self.known = known
        super().__init__(f"language is one of: {', '.join(known)}")


def code_of(name: str) -> str:
    """Return the language that a program asks for; raises NoSuchLanguageError."""
    if (code := languages.code_of(name)) is None:
        raise NoSuchLanguageError(languages.tags())
    return code


def tags_of(check: Check) -> list[str]:
    """Return the languages in which a check can be asked, that of the source first."""
    return [languages.tag(code) for code in (languages.SOURCE, *told_in(check))]


def in_language(shelf: Shelf, code: str) -> Shelf:
    """Return the checks that are told in a language, and no others."""
    if code == languages.SOURCE:
        return shelf
    spoken = shelf.in_language(code)
    kept = {
        slug: found
        for slug, checks in spoken.checks.items()
        if (found := tuple(one for one in checks if one.document.get("language") == code))
    }
    return Shelf(spoken.index, kept)


def check_told(shelf: Shelf, code: str, slug: str) -> None:
    """Raise NoCheckError where there is no such check, NoSuchLanguageError where it is not told in this language."""
    current = shelf.current(slug)
    if code != languages.SOURCE and code not in told_in(current):
        raise NoSuchLanguageError(tags_of(current))


def said(body: Json, code: str, notice: str) -> Json:
    """Return an answer with its language, and with the places of what is in that of the source (JSON pointers)."""
    in_source: list[str] = []
    locked: list[str] = []
    made: Json = _said(body, "", notice, in_source, locked)
    return made | {"language": languages.tag(code), "in_source_language": in_source, "locked": locked}


def _said(value: Any, place: str, notice: str, in_source: list[str], locked: list[str]) -> Any:
    if isinstance(value, dict):
        return {key: _said(one, f"{place}/{_escaped(key)}", notice, in_source, locked) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_said(one, f"{place}/{number}", notice, in_source, locked) for number, one in enumerate(value)]
    if not isinstance(value, str) or not is_marked(value):
        return value
    in_source.append(place)
    if is_locked(value):
        locked.append(place)
    return in_data(value, notice)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
