"""The hazard log as one of the checks before a sign-off."""

from django.urls import reverse

from triage.approval import Outcome, Text
from triage.engine.artefact import content_hash
from triage.hazards.log import entries_for, state_for
from triage.models.approval import Status
from triage.vignettes import check as stories


def rests_on(text: Text) -> str:
    """Return a hash of the hazards of a check and of the stories that control them."""
    return content_hash([state_for(text.page), stories.rests_on(text)])


def controlled(text: Text) -> Outcome:
    """Return whether every grave hazard of a check has a control that works on this text."""
    found = entries_for(text)
    problems = [entry.problem for entry in found if entry.problem]
    details = {
        "hazards": len(found),
        "grave": sum(entry.is_grave for entry in found),
        "open": problems,
        "broken": [f"{entry.hazard.code}: {one.control}" for entry in found for one in entry.broken],
    }
    link = reverse("triage_admin:hazards")
    if problems:
        more = f" And {len(problems) - 1} more." if len(problems) > 1 else ""
        return Outcome(Status.FAILED, problems[0] + more, details, link)
    sentence = f"Every one of the {details['grave']} grave hazards has a control that works."
    return Outcome(Status.PASSED, sentence, details, link)
