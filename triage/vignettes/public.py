"""The public page on how right a check is; like every page of a check it is answered from its release alone."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from triage.around import about, around
from triage.artefacts import Check, NoCheckError
from triage.standing_shelf import shelf
from triage.views import public
from triage.vignettes.accuracy import table


def _measured(slug: str) -> tuple[Check, Any]:
    """Return a release and its figures; raises NoCheckError where there are none."""
    check = shelf().current(slug)
    found = check.document.get("accuracy")
    if not found:
        raise NoCheckError(slug)
    return check, found


@public("GET", "HEAD")
def accuracy(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how right this release is on its patient stories, level by level."""
    check, found = _measured(slug)
    labels = {level.key: level.label for level in check.machine.protocol.dispositions}
    agreement = found["agreement"]
    context = {
        **around(shelf()),
        **about(check),
        "rows": table(found, labels),
        "found": found,
        "agreement": agreement,
        "agreed": round(100 * agreement["same"] / agreement["pairs"]) if agreement["pairs"] else None,
    }
    return HttpResponse(render_to_string("triage/accuracy.html", context))


@public("GET", "HEAD")
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Return every single result behind the table, for a recount."""
    check, found = _measured(slug)
    body = {"check": check.key, "version": check.hash, **found}
    return HttpResponse(json.dumps(body, indent=1, ensure_ascii=False), content_type="application/json; charset=utf-8")
