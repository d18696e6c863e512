"""What a program must know to ask the questions of a check: every question, every finding, every urgency."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from articles.translations.languages import tag
from triage.around import is_overdue
from triage.artefacts import Check
from triage.engine.protocol import Question
from triage.partners.languages import tags_of
from triage.result_page import relief_is_withheld

Json = dict[str, Any]


def listed(check: Check, today: date) -> Json:
    """Return what a list says of a check."""
    known = check.document
    return {
        "slug": known["slug"],
        "key": known["key"],
        "title": known["title"],
        "description": known["description"],
        "audience": known["audience"],
        "version": check.hash,
        "languages": tags_of(check),
        "review": reviewed(check, today),
        **addresses(check),
    }


def addresses(check: Check) -> dict[str, str]:
    """Return where a check is described, run and read, in the language of its words."""
    slug, language = check.document["slug"], str(check.document.get("language", ""))
    asked = f"?language={tag(language)}" if language else ""
    base = f"{settings.SITE_URL}/api/v1/checks/{slug}/"
    return {
        "detail_url": f"{base}{asked}",
        "run_url": f"{base}run/{asked}",
        "html_url": f"{settings.SITE_URL}/{language}{'/' if language else ''}check/{slug}/",
    }


def described(check: Check, today: date) -> Json:
    """Return everything about a check but the answers' consequences: those only a run tells."""
    known, protocol = check.document, check.machine.protocol
    page = f"{settings.SITE_URL}/check/{known['slug']}"
    return listed(check, today) | {
        "page": known["page"],
        "introduction": known["intro"],
        "emergency": known["emergency"],
        "emergency_number": known["services"]["emergency_number"],
        "urgent_number": known["services"]["urgent_number"],
        "engine_fingerprint": check.machine.hash,
        "max_questions": protocol.max_questions,
        "questions": [question(one) for one in protocol.questions],
        "findings": [
            {"key": one.key, "label": one.label, "statement": one.statement}
            for one in protocol.findings
            if not one.hidden
        ],
        "dispositions": [
            {"key": one.key, "rank": one.rank, "label": one.label, "action": one.action}
            for one in sorted(protocol.dispositions, key=lambda one: -one.rank)
        ],
        "safety_net": protocol.safety_net,
        "formats": {
            "fhir_r4": f"{page}/fhir/R4/Bundle",
            "fhir_r5": f"{page}/fhir/R5/Bundle",
            "dmn": f"{page}/rules.dmn",
            "on_one_page": f"{page}/on-one-page/",
            "on_one_page_csv": f"{page}/on-one-page.csv",
            "accuracy": f"{page}/accuracy.json",
        },
    }


def question(asked: Question) -> Json:
    """Return a question with its options and the findings that each establishes."""
    number = asked.number
    return {
        "key": asked.key,
        "text": asked.text,
        "why": asked.why,
        "help": asked.help,
        "kind": str(asked.kind),
        "stage": str(asked.stage),
        "several": asked.several,
        "always_asked": not asked.ask_if,
        "number": {"unit": number.unit, "low": number.low, "high": number.high} if number else None,
        "options": [
            {
                "key": one.key,
                "label": one.label,
                "help": one.help,
                "establishes": list(one.sets),
                "leaves_open": list(one.unknown),
            }
            for one in asked.options
        ],
        "none_label": asked.none_label if asked.several else None,
        "unsure_label": asked.unsure_label if asked.allow_unsure else None,
    }


def reviewed(check: Check, today: date) -> Json:
    """Return who reviewed a check and until when that holds."""
    known: Mapping[str, Any] = check.document["review"]
    ledger = known.get("ledger")
    return {
        "state": "released",
        "reviewed_on": known.get("reviewed_on") or None,
        "due_on": known.get("due_on") or None,
        "overdue": is_overdue(check, today),
        "relief_withheld": relief_is_withheld(check, today),
        "demonstration": bool(known.get("demonstration", True)),
        "signers": [
            {name: str(row.get(name, "")) for name in ("name", "profession", "body", "number")}
            for row in known.get("signers", [])
        ],
        "ledger_url": f"{settings.SITE_URL}{ledger}" if ledger else None,
    }
