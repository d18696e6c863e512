"""The starter hazards: read from a file, refused as a whole when something in it is wrong."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction

from triage.engine.artefact import content_hash
from triage.models import Hazard, HazardControl, ProtocolPage
from triage.models.hazard import HazardState

STARTER = Path(__file__).resolve().parent.parent / "starter" / "hazards.yaml"
TEXTS = ("title", "cause", "effect", "accepted_because")
KNOWN = {"code", "protocols", "severity", "likelihood", "controls", *TEXTS}
Data = Mapping[str, Any]


class HazardFileError(ValueError):
    """A file that cannot be loaded; `faults` name the hazard and the reason, one each."""

    def __init__(self, name: str, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))


@transaction.atomic
def load(path: Path = STARTER) -> int:
    """Load the hazards of a file; return how many were new or changed.

    One that somebody has changed in the admin since is left alone, and so is one that has left the file: only a
    person ends a hazard, with a reason. Raises HazardFileError, with nothing loaded.
    """
    items = yaml.safe_load(path.read_text(encoding="utf-8"))
    pages = dict(ProtocolPage.objects.values_list("code", "pk"))
    known = {row.code: row for row in Hazard.objects.prefetch_related("controls", "protocols")}
    faults = [fault for item in items for fault in _faults(item, pages)]
    if faults:
        raise HazardFileError(path.name, faults)
    changed = [(known.get(item["code"]), item) for item in items if _is_newer(known.get(item["code"]), item)]
    try:
        for hazard, item in changed:
            _write(hazard or Hazard(code=item["code"]), item, pages)
    except ValidationError as error:
        raise HazardFileError(path.name, error.messages) from error
    return len(changed)


def _faults(item: Data, pages: Mapping[str, int]) -> list[str]:
    code = item.get("code", "?")
    found = [f"{code}: there is no key “{key}”" for key in sorted(item.keys() - KNOWN)]
    found += [f"{code}: “{key}” is missing" for key in ("code", "title", "cause", "effect") if not item.get(key)]
    found += [f"{code}: there is no protocol “{key}”" for key in item.get("protocols", []) if key not in pages]
    found += [
        f"{code}: a control has the keys kind, target and what, and no others"
        for one in item.get("controls", [])
        if set(one) != {"kind", "target", "what"}
    ]
    for name in ("severity", "likelihood"):
        pair = item.get(name)
        if not (isinstance(pair, list) and len(pair) == len(("before", "after"))):
            found.append(f"{code}: “{name}” is two numbers: without controls and with them")
    return found


def plain(hazard: Hazard) -> dict[str, Any]:
    """Return a hazard as its file says it."""
    return {
        "code": hazard.code,
        **{name: getattr(hazard, name) for name in TEXTS},
        "protocols": sorted(page.code for page in hazard.protocols.all()),
        "severity": [hazard.severity, hazard.severity_left],
        "likelihood": [hazard.likelihood, hazard.likelihood_left],
        "controls": [{"kind": row.kind, "target": row.target, "what": row.what} for row in hazard.control_rows()],
    }


def _of_file(item: Data) -> dict[str, Any]:
    made = {name: str(item.get(name, "")).strip() for name in TEXTS}
    return {
        "code": item["code"],
        **made,
        "protocols": sorted(item.get("protocols", [])),
        "severity": list(item["severity"]),
        "likelihood": list(item["likelihood"]),
        "controls": [dict(one) for one in item.get("controls", [])],
    }


def _is_newer(hazard: Hazard | None, item: Data) -> bool:
    if hazard is None:
        return True
    unchanged = hazard.file_digest == content_hash(plain(hazard)) and hazard.state == HazardState.OPEN
    return unchanged and hazard.file_digest != content_hash(_of_file(item))


def _write(hazard: Hazard, item: Data, pages: Mapping[str, int]) -> None:
    made = _of_file(item)
    for name in TEXTS:
        setattr(hazard, name, made[name])
    hazard.severity, hazard.severity_left = made["severity"]
    hazard.likelihood, hazard.likelihood_left = made["likelihood"]
    hazard.file_digest = content_hash(made)
    hazard.clean_fields()
    # rows are written by themselves: a cluster would write each of them with a query of its own
    hazard.save()
    hazard.protocols.through.objects.filter(hazard=hazard).delete()
    links = [{"hazard_id": hazard.pk, "protocolpage_id": pages[key]} for key in made["protocols"]]
    hazard.protocols.through.objects.bulk_create(hazard.protocols.through(**link) for link in links)
    HazardControl.objects.filter(hazard=hazard).delete()
    rows = [HazardControl(hazard=hazard, sort_order=place, **one) for place, one in enumerate(made["controls"])]
    for row in rows:
        row.clean_fields(exclude=["hazard"])
    HazardControl.objects.bulk_create(rows)
