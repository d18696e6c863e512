"""Patient stories as one of the checks before a sign-off."""

from django.urls import reverse

from review import overlay
from triage.approval import Outcome, Text
from triage.models.approval import Status
from triage.vignettes import queries
from triage.vignettes.gate import Judgement, Row


def judgement(text: Text) -> Judgement:
    """Return the stories run on a text."""
    return Judgement(text.page, text.check, text.source_hash)


def rests_on(text: Text) -> str:
    """Return a hash of the stories, of who wrote what, and of the reasons that reviewers gave."""
    return overlay.once(("stories", text.page.pk, text.fingerprint), lambda: queries.state_of(text.page), of=())


def told_text(text: Text) -> Outcome:
    """Return whether every story comes out as it may; a protocol that nobody else has judged fails."""
    found = judgement(text)
    passed = bool(found.counting) and not found.open
    details = {
        "stories": len(found.rows),
        "counting": len(found.counting),
        "open": [_line(row) for row in found.open],
        "accepted": [{**_line(row), **_reason(row)} for row in found.misses if not row.is_open],
        "coverage": found.coverage.by_kind(),
        "not covered": list(found.coverage.missing),
        "agreement": {
            "pairs": found.agreement.pairs,
            "percent": found.agreement.percent,
            "kappa": found.agreement.kappa,
        },
    }
    link = reverse("triage_admin:stories", args=[text.page.pk]) if text.page.pk else ""
    return Outcome(Status.PASSED if passed else Status.FAILED, found.sentence, details, link)


def _line(row: Row) -> dict[str, str]:
    return {"story": row.story.code, "what": row.told.words}


def _reason(row: Row) -> dict[str, str]:
    return {"reason": row.accepted.reason, "by": row.accepted.by_name} if row.accepted else {}
