"""Who gets a different answer when a protocol changes: computed over all answers, once for each pair of texts."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from articles.enums import Specialty
from review import overlay
from triage import approval
from triage.approval import Outcome, Text
from triage.engine import naming
from triage.engine.protocol import Protocol
from triage.models.approval import ApprovalRun, Status

if TYPE_CHECKING:
    from triage.engine.compare import Comparison, Group

#: Name of the record of a comparison.
NAME = "change"
MILDER = "milder"
Json = dict[str, Any]


def change_of(page: Any, new: Text | None = None) -> ApprovalRun | None:
    """Return the record of how this text differs from the released one, made now when there is none yet.

    `new`: its text, where it is put together already. None when nothing is released that it could differ from, or when
    one of both cannot be put together.
    """
    live = type(page).objects.filter(pk=page.pk, live=True).first() if page.pk else None
    if live is None:
        return None
    new = new or approval.text_of(page)
    with overlay.showing({}):
        old = approval.text_of(live)
    if new is None or old is None:
        return None
    known = (row for row in approval.records(new, [NAME]) if row.details.get("against") == old.source_hash)
    return next(known, None) or _compared(old, new)


def _compared(old: Text, new: Text) -> ApprovalRun:
    # the solver is not part of what the public site needs
    from triage.engine.compare import compare  # noqa: PLC0415
    from triage.engine.solver import SolverMissingError  # noqa: PLC0415

    start, now = time.monotonic(), timezone.now()
    details: Json = {"against": old.source_hash, "groups": [], "undecided": [], "restructured": [], "more": []}
    status = Status.PASSED
    if new.source_hash != old.source_hash:
        try:
            details |= _plain(compare(old.protocol, new.protocol), old.protocol, new.protocol)
        except SolverMissingError as error:
            details["undecided"], status = [str(error)], Status.NOT_PROVED
    outcome = Outcome(status, _sentence(details), details)
    return approval.keep(NAME, new, outcome, seconds=time.monotonic() - start, now=now)


def _plain(found: "Comparison", old: Protocol, new: Protocol) -> Json:
    return {
        "groups": [{**asdict(group), "told": told(group, old, new)} for group in found.groups],
        "restructured": list(found.restructured),
        "more": list(found.more),
        "undecided": list(found.undecided),
    }


def told(group: "Group", old: Protocol, new: Protocol) -> str:
    """Return in words what is different for a group of people."""
    before, after = group.before, group.after
    if group.what == "disposition":
        return f"{naming.level(old, before)} becomes {naming.level(new, after)}"
    if group.what == "time":
        return f"“{before}” becomes “{after}”"
    name = _name(group.what, before or after, new if after else old)
    words = {
        "route": ("now sent to {}", "no longer sent to {}"),
        "advice": ("now told: {}", "no longer told: {}"),
        "reason": ("now because of {}", "no longer because of {}"),
    }[group.what]
    return words[0 if after else 1].format(name)


def _name(what: str, key: str, protocol: Protocol) -> str:
    if what == "route":
        return dict(Specialty.choices).get(key, key)
    return naming.module(protocol, key) if what == "advice" else naming.rule(protocol, key)


def _sentence(details: Mapping[str, Any]) -> str:
    groups = details["groups"]
    if not (groups or details["restructured"] or details["undecided"]):
        return "Nobody gets a different answer."
    counted = [(kind, sum(one["direction"] == kind for one in groups)) for kind in (MILDER, "safer", "other")]
    words = [f"{number} {_KINDS[kind]}" for kind, number in counted if number]
    open_ = f" {len(details['undecided'])} could not be decided." if details["undecided"] else ""
    return f"Groups of people who get a different answer: {', '.join(words) or 'none'}.{open_}"


_KINDS = {MILDER: "told something milder", "safer": "told something safer", "other": "told something else"}


def milder_groups(page: Any) -> list[str]:
    """Return a sentence for each group that is told something milder; what was not decided counts as milder."""
    row = change_of(page)
    if row is None:
        return []
    told_milder = dict.fromkeys(one["told"] for one in row.details["groups"] if one["direction"] == MILDER)
    return [
        *(f"Check “{page.code}”, {words}." for words in told_milder),
        *(f"Check “{page.code}”, not decided: {name}." for name in row.details["undecided"]),
    ]


def by_direction(groups: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, list[Mapping[str, Any]]]]:
    """Return the groups apart: what becomes milder first, then what becomes safer, then the rest."""
    groups = list(groups)
    titles = {MILDER: "Milder than now", "safer": "Safer than now", "other": "Different, neither milder nor safer"}
    apart = [(kind, title, [one for one in groups if one["direction"] == kind]) for kind, title in titles.items()]
    return [one for one in apart if one[2]]
