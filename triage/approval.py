"""What must have passed before a protocol is signed: a list of checks, each run on exactly one text and kept.

To add a check: write a function that takes a `Text` and returns an `Outcome`, and name it in `CHECKS`. It is then
required for every protocol: one that is missing, fails or could not be decided refuses the sign-off with its sentence.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from review import doors, overlay
from review.fingerprint import fingerprint
from review.problems import Problem
from triage.artefacts import Check
from triage.drafts import check_of
from triage.engine.artefact import content_hash
from triage.engine.join import JoinError
from triage.engine.parse import ProtocolError, parse_or_raise
from triage.engine.protocol import Protocol
from triage.library import SHELVED, library
from triage.models.approval import ApprovalRun, Status
from triage.schema import complete

#: Name of each check, and the function that runs it.
CHECKS: dict[str, str] = {
    "proofs": "triage.proofs.prove_text",
    "cards": "triage.cards.agreed",
    "techniques": "triage.techniques.agreed",
    "stories": "triage.vignettes.check.told_text",
    "hazards": "triage.hazards.check.controlled",
}
#: What a check rests on besides the text and the code, as a function that takes a `Text` and returns a hash: a record
#: made on anything else does not count.
RESTS_ON: dict[str, str] = {
    "cards": "triage.cards.rests_on",
    "techniques": "triage.techniques.rests_on",
    "stories": "triage.vignettes.check.rests_on",
    "hazards": "triage.hazards.check.rests_on",
}
HERE = Path(__file__).resolve().parent
BESIDES = "rests on"
CODE = ("*.py", "engine/*.py", "vignettes/*.py", "hazards/*.py")


@dataclass(frozen=True)
class Outcome:
    """How a check ended, in one sentence for whoever wants to sign; `details` is plain JSON, `link` leads to more."""

    status: Status
    sentence: str
    details: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""


class Text:
    """One protocol page as it is in memory, with everything that it refers to as it is released now.

    Raises JoinError or ProtocolError when it cannot be put together.
    """

    def __init__(self, page: Any, own: str | None = None) -> None:
        """`own`: the fingerprint of the page, where it is known already."""
        self.page = page
        self.fingerprint = own or fingerprint(page)
        self.shelves = library()
        self.source = complete(page, self.shelves)
        self.source_hash = content_hash(self.source)
        self.protocol: Protocol = parse_or_raise(self.source)

    @cached_property
    def check(self) -> Check:
        """The whole text ready to run, as a visitor would meet it."""
        return check_of(self.page, self.shelves)


Run = Callable[[Text], Outcome]


@cache
def code_version() -> str:
    """Return a hash of the code that decides: a record made by other code does not count."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in CODE for path in HERE.glob(pattern)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def made(page: Any, own: str | None = None) -> Text:
    """Return the text of a page, put together once in a look; raises JoinError or ProtocolError.

    `own`: the fingerprint of the page, where it is known already.
    """
    own = own or fingerprint(page)
    return overlay.once(("text", page.pk, own), lambda: Text(page, own), of=(*SHELVED, type(page)))


def text_of(page: Any) -> Text | None:
    """Return the text of a page, or None when it cannot be put together."""
    try:
        return made(page)
    except (JoinError, ProtocolError):
        return None


def records(text: Text, names: Iterable[str]) -> QuerySet[ApprovalRun]:
    """Return what was kept about exactly this text by exactly this code, the newest first."""
    return ApprovalRun.objects.filter(
        page_id=text.page.pk or 0, fingerprint=text.fingerprint, source_hash=text.source_hash,
        code_version=code_version(), name__in=list(names),
    )  # fmt: skip


def held(text: Text) -> dict[str, ApprovalRun]:
    """Return the newest record of each check on this text."""
    found: dict[str, ApprovalRun] = {}
    for row in records(text, CHECKS):
        found.setdefault(row.name, row)
    return {name: row for name, row in found.items() if row.details.get(BESIDES, "") == besides(name, text)}


def besides(name: str, text: Text) -> str:
    """Return a hash of what a check rests on besides the text, or nothing."""
    path = RESTS_ON.get(name)
    return str(import_string(path)(text)) if path else ""


def settled(text: Text) -> dict[str, ApprovalRun]:
    """Return a record of every check on this text; runs what has not been run or was not decided."""
    found = held(text)
    for name, path in CHECKS.items():
        if name not in found or found[name].status == Status.NOT_PROVED:
            found[name] = run(name, import_string(path), text)
    return found


def run(name: str, check: Run, text: Text) -> ApprovalRun:
    """Run one check and keep its outcome."""
    start, now = time.monotonic(), timezone.now()
    return keep(name, text, check(text), seconds=time.monotonic() - start, now=now)


def keep(name: str, text: Text, outcome: Outcome, *, seconds: float, now: datetime) -> ApprovalRun:
    """Add the record of one check."""
    row = ApprovalRun(
        page_id=text.page.pk or 0, protocol=text.page.code, fingerprint=text.fingerprint, source_hash=text.source_hash,
        name=name, status=outcome.status, sentence=outcome.sentence, link=outcome.link,
        details={**outcome.details, BESIDES: besides(name, text)},
        code_version=code_version(), seconds=round(seconds, 3), ran_at=now,
    )  # fmt: skip
    with transaction.atomic(), doors.open_for():
        row.save()
    return row


def sign_off_problems(page: Any, own: str) -> list[Problem]:
    """Return a sentence for every check that has not passed on exactly this text."""
    try:
        rows = settled(made(page, own))
    except (JoinError, ProtocolError) as error:
        return [Problem(f"Check “{page.code}”", f"It cannot be put together: {error}.")]
    return [Problem(f"Check “{page.code}”", row.sentence) for row in rows.values() if row.status != Status.PASSED]
