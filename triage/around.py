"""What stands around every page of the check: whom to call, which release it is, who reviewed it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext

from articles.dialling import Dialling, Number, from_json, standing
from articles.translations import languages
from articles.translations.marked import bare, finish
from triage import artefacts
from triage.artefacts import Check, Shelf
from triage.speaking import day_words, is_source

Context = dict[str, Any]


def around(shelf: Shelf) -> Context:
    """Return what every page of the check shows: whom to call."""
    services: Mapping[str, Any] = shelf.index.get("services", {})
    return {
        "emergency_number": services.get("emergency_number") or settings.EMERGENCY_NUMBER,
        "urgent_number": services.get("urgent_number", ""),
        "dial": whom_to_dial(services),
        "index_title": shelf.index.get("title", "Guided checks"),
        "index_intro": shelf.index.get("intro", ""),
        "page_of_review": shelf.index.get("page"),
        "review": in_words(shelf.index.get("review", {}), services.get("dates", "")),
    }


def whom_to_dial(services: Mapping[str, Any]) -> Dialling:
    """Return the numbers with their places; those of releases from before there was more than one place stand alone."""
    if "dial" in services:
        return from_json(services["dial"])
    number = services.get("emergency_number")
    urgent = services.get("urgent_number")
    return Dialling((Number(number) if number else standing(),), (Number(urgent),) if urgent else ())


def about(check: Check) -> Context:
    """Return what every page of one check shows."""
    services = check.document["services"]
    return {
        "check": check,
        "document": check.document,
        "emergency_number": services["emergency_number"],
        "urgent_number": services["urgent_number"],
        "dial": whom_to_dial(services),
        "page_of_review": check.document["page"],
        "review": in_words(check.document["review"], services.get("dates", "")),
        "overdue": is_overdue(check, timezone.localdate()),
    }


def in_words(known: Mapping[str, Any], dates: str = "") -> Context:
    """Return who reviewed a check, or the list of checks, and when, with the days in words."""
    days = {
        name: day_words(date.fromisoformat(known[name]), dates) for name in ("reviewed_on", "due_on") if known.get(name)
    }
    return {**known, **days}


def is_overdue(check: Check, today: date) -> bool:
    """Whether the day of the next review has passed."""
    due = check.document["review"].get("due_on")
    return bool(due) and today > date.fromisoformat(due)


def in_its_languages(text: str, *, is_page: bool = True) -> str:
    """Return a text in which every part says so where it is still in the language of the source."""
    if is_source():
        return text
    return finish(text, notice=notice(), language=languages.SOURCE_TAG) if is_page else bare(text)


def notice() -> str:
    """Return the notice that is approved in the language that is shown, for what stands there in that of the source.

    It is on disk beside the checks; where nobody has approved one yet, the interface has words of its own.
    """
    try:
        approved = artefacts.shelf().in_language(get_language() or languages.SOURCE).index.get("notice")
    except Exception:  # noqa: BLE001  # a page that says that something is broken has a notice as well
        approved = None
    # in the language of the source it says that none is approved: then the reader's own language is better
    own = gettext("This part has changed. Below is the newest text in English.")
    return own if approved in {None, languages.NOTICE} else str(approved)
