"""For clinicians: read a code that a patient brings, and see what the check said to it."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from triage import artefacts, pages
from triage.answers import body
from triage.around import about, around
from triage.artefacts import LOAD_ERRORS, Check
from triage.engine.receipts import ALPHABET, HASH_BYTES, ReceiptError, decode
from triage.models import ProtocolVersion
from triage.views import public

LONGEST = 500


@public("GET", "HEAD", "POST")
def receipt(request: HttpRequest) -> HttpResponse:
    """Ask for a code, or show what it holds."""
    context: dict[str, object] = {**around(artefacts.shelf()), "title": "Read a patient's code"}
    if request.method == "POST":
        code = body(request).get("code", "").strip()[:LONGEST]
        try:
            context |= read(code)
        except ReceiptError as error:
            context |= {"error": str(error), "first_id": "code"}
    return HttpResponse(render_to_string("triage/receipt.html", context))


def read(code: str) -> dict[str, object]:
    """Return what a code holds: the result of the release that made it, and of the one that holds now."""
    check = _maker(code)
    found = decode(code, {check.machine.hash: check.machine}, pages.receipt_key())
    today = timezone.localdate()
    newest = next((one for one in artefacts.shelf().newest if one.key == check.key), None)
    then = pages.result(check, found.answers, check.machine.result(found.answers), today)
    now = newest.machine.result(newest.machine.clean(dict(found.answers))) if newest else None
    return {
        **about(check),
        **then,
        "code": code,
        "title": "What the code holds",
        "older": newest is not None and newest.machine.hash != check.machine.hash,
        "now": newest.machine.protocol.disposition[now.disposition] if newest and now and now.disposition else None,
    }


def _maker(code: str) -> Check:
    """Return the release that made a code: from disk where it is one of the last, else from the archive."""
    prefix = prefix_of(code)
    for kept in artefacts.shelf().checks.values():
        for check in kept:
            if check.machine.hash.startswith(prefix):
                return check
    try:
        row = ProtocolVersion.objects.filter(engine_hash__startswith=prefix).latest("released_at")
        return artefacts.opened(row.document)
    except (ObjectDoesNotExist, DatabaseError, *LOAD_ERRORS) as error:
        raise ReceiptError("The version of the check that made this code is not here.") from error


def prefix_of(code: str) -> str:
    """Return the start of the hash of the release that a code names; raises ReceiptError."""
    signs = "".join(code.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    if not signs or any(sign not in ALPHABET for sign in signs):
        raise ReceiptError("This is not a code from our check.")
    number = 0
    for sign in signs:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    # a leading one keeps zeros, then comes the version of the code, then the hash
    return data[2 : 2 + HASH_BYTES].hex()
