"""What was checked before a protocol could be signed: when, by which code, with which outcome."""

from django.db import models

from review.models.evidence import Evidence


class Status(models.TextChoices):
    """How a check ended; only `passed` lets a protocol through."""

    PASSED = "passed", "passed"
    NOT_PROVED = "not proved", "not proved"
    FAILED = "failed", "failed"


class ApprovalRun(Evidence):
    """One check, run once on exactly one text; the newest row for a text and a code version is the one that holds.

    `fingerprint` names the page's own text, `source_hash` the whole protocol with the rules, findings,
    contraindications and techniques that it refers to. Rows are added, never changed.
    """

    page_id = models.BigIntegerField(db_index=True)
    protocol = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    source_hash = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=40)
    status = models.CharField(max_length=12, choices=Status)
    sentence = models.TextField()
    details = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    code_version = models.CharField(max_length=64)
    seconds = models.FloatField()
    ran_at = models.DateTimeField()

    class Meta:
        ordering = ["-ran_at", "-pk"]
        indexes = [models.Index(fields=["source_hash", "fingerprint", "name"], name="runs_of_one_text")]

    def __str__(self) -> str:
        return f"{self.protocol} {self.name}: {self.status}, {self.ran_at:%Y-%m-%d %H:%M}"


class ProofJob(models.Model):
    """How far the proofs of a draft have come in the background; one row for each protocol, for the screen only."""

    page_id = models.BigIntegerField(primary_key=True)
    source_hash = models.CharField(max_length=64)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.page_id}: {self.done} of {self.total}"
