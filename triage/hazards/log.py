"""The hazard log as it stands: each hazard with its controls looked up, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from triage.approval import Text, text_of
from triage.engine.artefact import content_hash
from triage.hazards.controls import Found, Lookup, test_fault
from triage.models import Hazard, ProtocolPage
from triage.models.hazard import ControlKind, HazardControl, HazardState


@dataclass(frozen=True)
class Row:
    """One control, with what became of it for each check."""

    control: HazardControl
    states: tuple[tuple[str, Found], ...]


@dataclass(frozen=True)
class Entry:
    """One hazard with what became of its controls."""

    hazard: Hazard
    found: tuple[Found, ...]
    checks: tuple[str, ...]
    """Keys of the checks that it was looked at for, one after the other."""

    @property
    def is_grave(self) -> bool:
        """Whether it needs a control that works."""
        return self.hazard.risk > settings.TRIAGE_HAZARD_LIMIT

    @property
    def broken(self) -> list[Found]:
        """The controls that do not work for a check, or that say nothing about any."""
        lost = [row.states[0][1] for row in self.rows() if all(one.works is None for _, one in row.states)]
        return [*(one for one in self.found if one.works is False), *lost]

    @property
    def problem(self) -> str:
        """What is wrong with it, in one sentence; empty when nothing is."""
        if not self.is_grave:
            return ""
        start = f"Hazard {self.hazard.code} “{self.hazard.title}”, risk {self.hazard.risk} of 5"
        for check in self.checks or ("",):
            if not any(one.works for one in self.of(check)):
                where = f" for the check “{check}”" if check else ""
                return f"{start}: no control of it works{where}. {self._why(check)}".strip()
        if self.hazard.risk_left > settings.TRIAGE_HAZARD_LIMIT and not self.hazard.accepted_because.strip():
            return f"{start}: the risk that is left is {self.hazard.risk_left}, and nobody says why it is acceptable."
        return ""

    def rows(self) -> list["Row"]:
        """Return each control with what became of it for every check."""
        checks = self.checks or ("",)
        return [
            Row(control, tuple((check, self.of(check)[place]) for check in checks))
            for place, control in enumerate(self.hazard.control_rows())
        ]

    def of(self, check: str) -> list[Found]:
        """Return what became of the controls for one check."""
        if not self.checks:
            return list(self.found)
        place, size = self.checks.index(check), len(self.found) // len(self.checks)
        return list(self.found[place * size : (place + 1) * size])

    def _why(self, check: str) -> str:
        return "; ".join(f"{one.control.get_kind_display()} {one.control.target}: {one.why}" for one in self.of(check))


def watched() -> QuerySet[Hazard]:
    """Return the hazards that are open, with their controls."""
    return Hazard.objects.filter(state=HazardState.OPEN).prefetch_related("controls")


def watched_for(page: Any) -> list[Hazard]:
    """Return the open hazards of one check, and those of the whole service."""
    return list(watched().filter(Q(protocols=page.pk) | Q(protocols=None)).distinct())


def entries_for(text: Text) -> list[Entry]:
    """Return the hazards of one text of a check."""
    hazards = watched_for(text.page)
    lookup = Lookup(text, [row for hazard in hazards for row in hazard.control_rows()])
    return [
        Entry(hazard, tuple(lookup.found(row) for row in hazard.control_rows()), (text.page.code,))
        for hazard in hazards
    ]


def entries(texts: Mapping[int, Text]) -> list[Entry]:
    """Return all open hazards, each looked at for every check that it concerns; `texts` by page id.

    One that concerns only checks that are not among the texts is left out: nobody can meet it.
    """
    hazards = list(watched().prefetch_related("protocols"))
    looked = {pk: Lookup(text, _rows(hazards)) for pk, text in texts.items()}
    made = []
    for hazard in hazards:
        named = [page.pk for page in hazard.protocols.all()]
        places = [pk for pk in named if pk in looked] if named else list(looked)[:1]
        if not places:
            continue
        found = tuple(looked[pk].found(row) for pk in places for row in hazard.control_rows())
        made.append(Entry(hazard, found, tuple(texts[pk].page.code for pk in places)))
    return made


def released_texts() -> dict[int, Text]:
    """Return the released text of each check, by page id; one that cannot be put together is not there."""
    pages = ProtocolPage.objects.live().order_by("path")
    return {page.pk: text for page in pages if (text := text_of(page))}


def _rows(hazards: Iterable[Hazard]) -> list[HazardControl]:
    return [row for hazard in hazards for row in hazard.control_rows()]


def state_for(page: Any) -> str:
    """Return a hash of the part of the log that a decision on this check rests on."""
    hazards = watched_for(page)
    rows = [
        [
            one.code, one.severity, one.likelihood, one.risk_left, one.accepted_because,
            [[row.kind, row.target, row.kind == ControlKind.TEST and test_fault(row.target)]
             for row in one.control_rows()],
        ]
        for one in hazards
    ]  # fmt: skip
    return content_hash(rows)
