"""A FHIR Questionnaire taken in as the draft of a new protocol. It is never released by this, nor ever could be."""

import json
import re
from typing import Any

import yaml
from django.db import transaction
from wagtail.log_actions import LogContext

from articles.content.files import ContentError
from articles.models import FindingPage
from triage import protocol_file
from triage.models import CheckIndexPage, ProtocolPage
from triage.standards.draft import Draft, UnusableError, drafted

LIMIT = 1_000_000
"""Bytes; a protocol of sixty questions stays far below."""
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,58}")


def draft_from_questionnaire(*, body: bytes, key: str, by: Any) -> tuple[ProtocolPage, Draft]:
    """Make the draft of a new protocol from a file; return it with a report of what could not be carried.

    Raises UnusableError with words for whoever brought the file; nothing is changed then.
    """
    found = drafted(_read(body), set(FindingPage.objects.live().values_list("code", flat=True)))
    if not KEY.fullmatch(key):
        raise UnusableError("The key needs small letters, digits and hyphens only, and starts with a letter or digit.")
    if ProtocolPage.objects.filter(code=key).exists() or CheckIndexPage.objects.get().get_children().filter(slug=key):
        raise UnusableError(
            f"There is a protocol “{key}” already. A questionnaire becomes a new one: choose another key."
        )
    page = ProtocolPage(live=False, slug=key, owner=by)
    try:
        entry = protocol_file.read_text(_as_file(found, key), "questionnaire")
    except ContentError as error:
        raise UnusableError(" ".join(fault.reason for fault in error.faults)) from error
    if faults := protocol_file.Filler(entry, page, protocol_file.content_index()).fill():
        raise UnusableError(" ".join(fault.reason for fault in faults))
    page.draft_title = page.title
    with transaction.atomic(), LogContext(user=by):
        CheckIndexPage.objects.get().add_child(instance=page)
        # like every draft: kept whatever is missing, and submitted only when nothing is
        page.save_revision(user=by, log_action=True, clean=False)
    return page, found


def _read(body: bytes) -> object:
    if len(body) > LIMIT:
        raise UnusableError(f"The file is larger than {LIMIT // 1000} kB.")
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnusableError("The file is not written in UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise UnusableError("The file is no JSON. FHIR in XML must be turned into JSON first.") from error


def _as_file(found: Draft, key: str) -> str:
    """Return the draft as a protocol file, which goes the way of all protocol files."""
    body = {"key": key, "title": found.title[:200], "questions": found.questions}
    return str(yaml.safe_dump(body, allow_unicode=True, sort_keys=False))
