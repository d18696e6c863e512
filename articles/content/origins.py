"""Load the records of raw texts: where they came from and what in them could not be understood."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from articles.content.files import Entry, Fault
from articles.models import GarbledPassage, Origin
from review.problems import flatten

TYPE = "origin"


def load_origins(entries: list[Entry]) -> list[Fault]:
    """Write each origin and its passages; return what is wrong with them. What people decided since stays."""
    faults: list[Fault] = []
    for entry in entries:
        fields = {k: v for k, v in entry.data.items() if k not in ("type", "passages")}
        origin, problems = _save(Origin, fields)
        faults += [entry.fault(problem) for problem in problems]
        for n, row in enumerate(entry.data.get("passages") or []):
            _, problems = _save(GarbledPassage, row | {"origin": origin})
            faults += [entry.fault(problem, "passages", n) for problem in problems]
    return faults


def _save(model: type[models.Model], fields: dict[str, Any]) -> tuple[models.Model, list[str]]:
    """Make a row, or leave the one with this code as people have decided it."""
    known = {field.name for field in model._meta.get_fields() if field.concrete}
    if unknown := set(fields) - known:
        return model(), [f"“{name}” is not known here." for name in sorted(unknown)]
    row = model._default_manager.filter(code=fields.get("code")).first() or model(**fields)
    try:
        row.full_clean()
    except ValidationError as error:
        return row, [f"{place}: {message}" for place, message in flatten(error, "")]
    row.save()
    return row, []
