"""What a released check cannot be run without."""

from typing import Any

from wagtail.models import Page

from articles.models import CareRulePage, ContraindicationPage, FindingPage, TechniquePage
from triage.engine.join import JoinError
from triage.library import library
from triage.schema import complete

# Each kind of page that a protocol is made of: its list in the complete protocol, and what names one there.
PARTS: dict[type[Page], tuple[str, str]] = {
    FindingPage: ("findings", "key"),
    CareRulePage: ("rules", "code"),
    ContraindicationPage: ("blocks", "code"),
    TechniquePage: ("modules", "code"),
}


def rests_on(page: Any, other: Any) -> bool:
    """Return whether a protocol cannot be put together without another page, as both are released."""
    if type(other) not in PARTS:
        return False
    parts, named = PARTS[type(other)]
    try:
        return any(item[named] == other.code for item in complete(page, library())[parts])
    except JoinError:
        return True
