"""What a released check cannot be run without."""

from typing import Any

from wagtail.models import Page

from articles.models import CareRulePage, ContraindicationPage, FindingPage, TechniquePage
from triage import artefacts

# What the engine calls each kind of page that a protocol is made of.
PARTS: dict[type[Page], str] = {
    FindingPage: "finding", CareRulePage: "rule", ContraindicationPage: "block", TechniquePage: "module",
}  # fmt: skip


def rests_on(page: Any, other: Any) -> bool:
    """Return whether a protocol, as it is released, is made of another page; asked of the checks on disk.

    Of one that is not there nobody can tell: then it is said that it is.
    """
    if type(other) not in PARTS:
        return False
    here = next((check for check in artefacts.shelf().newest if check.document["page"] == page.pk), None)
    return here is None or other.code in getattr(here.machine.protocol, PARTS[type(other)])
