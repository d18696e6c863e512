"""Which number to ring, and where that number holds: decided by where people are, never by a guess about the reader.

A page names first the places in which most readers of its language live, then the main place of the site, and leads
to all others. Pure functions over the records of the places; nothing here asks a database or a request.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from articles.translations import languages


@dataclass(frozen=True)
class Record:
    """The released record of one place, as far as other pages show it; `languages` are codes of `settings`."""

    pk: int
    place: str
    emergency: str
    urgent: str = ""
    url: str = ""
    languages: frozenset[str] = frozenset()
    dates: str = ""


@dataclass(frozen=True)
class Number:
    """A number to ring; `places` is empty where the site serves one place alone and need not name it."""

    number: str
    places: tuple[str, ...] = ()

    @property
    def tel(self) -> str:
        """What a telephone dials."""
        return self.number.replace(" ", "")

    @property
    def where(self) -> str:
        """The places in which it is dialled, in words."""
        return gettext(", ").join(self.places)

    def __str__(self) -> str:
        if not self.places:
            return self.number
        return gettext("%(number)s (%(places)s)") % {"number": self.number, "places": self.where}


@dataclass(frozen=True)
class Dialling:
    """What a page says of numbers: those of its places, and where all the others stand."""

    emergency: tuple[Number, ...] = ()
    urgent: tuple[Number, ...] = ()
    elsewhere: str = ""
    """The address of the page with the numbers of all places; empty where there is one place alone."""

    @property
    def phrase(self) -> str:
        """The emergency numbers in running text, without links."""
        return gettext(" or ").join(map(str, self.emergency))

    @property
    def urgent_phrase(self) -> str:
        """The numbers for what is urgent, in running text; empty where no place has one."""
        return gettext(" or ").join(map(str, self.urgent))

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "emergency": [[one.number, list(one.places)] for one in self.emergency],
            "urgent": [[one.number, list(one.places)] for one in self.urgent],
            "elsewhere": self.elsewhere,
        }


def from_json(known: Mapping[str, Any]) -> Dialling:
    """Return what `as_json` gave."""
    return Dialling(
        tuple(Number(number, tuple(places)) for number, places in known["emergency"]),
        tuple(Number(number, tuple(places)) for number, places in known["urgent"]),
        known["elsewhere"],
    )


def standing() -> Number:
    """Return the number of the settings: for when no record can be read."""
    place = settings.EMERGENCY_PLACE
    return Number(str(settings.EMERGENCY_NUMBER), (place,) if place else ())


def main_of(records: Iterable[Record], chosen: int | None) -> Record | None:
    """Return the record of the main place: the one the first page names, or the first of the list while it names none.

    A place that was withdrawn is not among the records; then too the first of the list is the main one.
    """
    listed = list(records)
    return next((one for one in listed if one.pk == chosen), listed[0] if listed else None)


def near(records: Iterable[Record], main: Record | None, language: str) -> list[Record]:
    """Return the records that a page in a language shows, the chief places of the language first, the main one last."""
    first = [] if language == languages.SOURCE else [one for one in records if language in one.languages]
    return [*first, *([main] if main and main not in first else [])]


def dialling(records: Iterable[Record], main: Record | None, language: str) -> Dialling:
    """Return the numbers of a page.

    Places are named as soon as there is more than one. In another language than that of the source they always are: its
    reader may be anywhere, and must not take the number of one place for that of another.
    """
    listed = list(records)
    shown = near(listed, main, language)
    if not shown:
        return Dialling((standing(),))
    named = len(listed) > 1 or language != languages.SOURCE
    return Dialling(
        _numbers(shown, "emergency", named=named),
        _numbers(shown, "urgent", named=named),
        f"{shown[0].url}#other-places" if len(listed) > 1 else "",
    )


def _numbers(shown: Iterable[Record], kind: str, *, named: bool) -> tuple[Number, ...]:
    """Return each number once, with the places in which it is dialled."""
    found: dict[str, list[str]] = {}
    for one in shown:
        if number := getattr(one, kind):
            found.setdefault(number, []).append(one.place)
    return tuple(Number(number, tuple(places) if named else ()) for number, places in found.items())
