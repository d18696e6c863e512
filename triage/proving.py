"""Proves drafts: while somebody waits for the save, and in a process of its own when that takes too long.

The process needs no worker and no queue: it ends when it is done. Where none can be started, `manage.py prove_drafts`
does the same, and the sign-off proves once more in any case.
"""

import logging
import subprocess
import sys
import time
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

from review.problems import Problem
from triage import approval, proofs
from triage.approval import Outcome, Text
from triage.models.approval import ApprovalRun, ProofJob, Status
from triage.models.protocol import ProtocolPage

#: Name of the record of a draft's proofs; those before a sign-off carry their own.
DRAFT, SIGNED = "draft", "proofs"
LONGEST = 3600.0
EVERY = 25
STALE_SECONDS = 120
log = logging.getLogger(__name__)


class SupersededError(Exception):
    """A newer draft was saved; what is being proved is of no use any more."""


def draft_saved(page_id: int, *, waits: bool = True) -> None:
    """Prove the latest draft for as long as somebody may wait, and go on in the background after that.

    `waits`: whether somebody has asked to save; nobody waits for what the editor saves by itself while they write.
    """
    text = draft_text(page_id)
    if text is None or decided(text):
        ProofJob.objects.filter(page_id=page_id).delete()
        return
    if waits:
        row = _prove(text, seconds=settings.TRIAGE_PROOF_SECONDS_ON_SAVE)
        if row.status != Status.NOT_PROVED or row.details.get("solver"):
            return
    in_background(text)


def draft_text(page_id: int) -> Text | None:
    """Return the latest draft of a protocol, or None when it cannot be put together."""
    page = ProtocolPage.objects.filter(pk=page_id).first()
    return approval.text_of(page.get_latest_revision_as_object()) if page else None


def latest(text: Text) -> ApprovalRun | None:
    """Return the newest record of proofs of exactly this text by this code, a decided one before others."""
    rows = list(approval.records(text, [DRAFT, SIGNED]))
    return next((row for row in rows if row.status != Status.NOT_PROVED), rows[0] if rows else None)


def decided(text: Text) -> bool:
    """Return whether the proofs of this text have come to an end."""
    row = latest(text)
    return row is not None and row.status != Status.NOT_PROVED


def undecided() -> list[int]:
    """Return the protocols of whose latest draft the proofs have not come to an end."""
    texts = {pk: draft_text(pk) for pk in ProtocolPage.objects.values_list("pk", flat=True)}
    return [pk for pk, text in texts.items() if text is not None and not decided(text)]


def take_up() -> int:
    """Begin again what a process that is not there any more has left unfinished; return how many drafts."""
    left = [job for job in ProofJob.objects.all() if running(job) is None]
    texts = [text for job in left if (text := draft_text(job.page_id)) is not None and not decided(text)]
    for text in texts:
        in_background(text)
    return len(texts)


def _prove(text: Text, *, seconds: float, progress: proofs.Progress | None = None) -> ApprovalRun:
    start, now = time.monotonic(), timezone.now()
    outcome = proofs.proved(text, seconds=seconds, progress=progress)
    return approval.keep(DRAFT, text, outcome, seconds=time.monotonic() - start, now=now)


def in_background(text: Text) -> None:
    """Let a process of its own prove this draft; one that is at work on an older draft goes over to it."""
    at_work = running(ProofJob.objects.filter(page_id=text.page.pk).first())
    _begin(text)
    if at_work:
        return
    command = [sys.executable, "manage.py", "prove_drafts", str(text.page.pk)]
    try:
        subprocess.Popen(  # noqa: S603  # our own command, with a number
            command, cwd=settings.BASE_DIR, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        log.exception("The proofs of draft %s could not be started in the background.", text.page.pk)
        _end(text)


def _begin(text: Text) -> None:
    """Say that this draft is being proved, and no older one."""
    now = timezone.now()
    ProofJob.objects.update_or_create(
        page_id=text.page.pk,
        defaults={"source_hash": text.source_hash, "done": 0, "total": 0, "started_at": now, "changed_at": now},
    )


def _end(text: Text) -> bool:
    """Say that this draft is not being proved any more; False when a newer one has taken its place."""
    return bool(ProofJob.objects.filter(page_id=text.page.pk, source_hash=text.source_hash).delete()[0])


def to_the_end(page_id: int, *, seconds: float = LONGEST) -> ApprovalRun | None:
    """Prove the latest draft to the end, say meanwhile how far it is, and begin anew when a newer one is saved.

    Returns None when the draft cannot be put together. What breaks off is kept as not proved, and raised.
    """
    while (text := draft_text(page_id)) is not None:
        _begin(text)
        try:
            row = latest(text) if decided(text) else _prove(text, seconds=seconds, progress=partial(_tell, text))
        except SupersededError:
            continue
        except BaseException:
            outcome = Outcome(Status.NOT_PROVED, "The proofs broke off before they came to an end.")
            approval.keep(DRAFT, text, outcome, seconds=0, now=timezone.now())
            _end(text)
            raise
        if _end(text):
            return row
    ProofJob.objects.filter(page_id=page_id).delete()
    return None


def _tell(text: Text, done: int, total: int) -> None:
    """Say how far the proofs are; raises SupersededError when a newer draft was saved."""
    if done % EVERY and done != total:
        return
    rows = ProofJob.objects.filter(page_id=text.page.pk, source_hash=text.source_hash)
    if not rows.update(done=done, total=total, changed_at=timezone.now()):
        raise SupersededError


def running(job: ProofJob | None) -> ProofJob | None:
    """Return a job that is still at work; one that has not moved for long was ended by something else."""
    return job if job and (timezone.now() - job.changed_at).total_seconds() < STALE_SECONDS else None


def progress_of(text: Text) -> ProofJob | None:
    """Return how far a running process is with this text."""
    return running(ProofJob.objects.filter(page_id=text.page.pk, source_hash=text.source_hash).first())


def proof_problems(page: Any) -> list[Problem]:
    """Return for whom this draft goes wrong, once its proofs have come to an end and do not hold."""
    text = approval.text_of(page) if page.pk else None
    row = latest(text) if text else None
    if row is None or row.status != Status.FAILED:
        return []
    first: dict[str, Any] = next((one for one in row.details.get("failures", []) if one.get("hard")), {})
    return [Problem("Proof", first.get("story") or first.get("sentence") or row.sentence)]


def panel(page: Any, text: Text | None = None) -> dict[str, Any]:
    """Return what the proof panel shows of a text: the record, or how far it is, or that nothing can be proved."""
    text = text or approval.text_of(page)
    if text is None:
        return {"page": page, "faulty": True}
    return {"page": page, "run": latest(text), "job": progress_of(text)}
