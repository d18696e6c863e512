"""What the watch over sources has seen, what it asks people about, and what they decided."""

from typing import Any

from django.db import models

from review.models.evidence import Evidence

FOREMOST = frozenset({"protocol", "guide"})


class LinkState(models.TextChoices):
    """How the address of a work answered."""

    UNKNOWN = "unknown", "Not looked at yet"
    WELL = "well", "Answers"
    MOVED = "moved", "Moved to another address"
    GONE = "gone", "Not found"
    UNREACHABLE = "unreachable", "Does not answer"
    REFUSED = "refused", "Refused: not a public address"


class SourceLook(models.Model):
    """What was last seen of a source; says nothing of the past."""

    page_id = models.BigIntegerField(unique=True)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    address = models.URLField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=LinkState, default=LinkState.UNKNOWN)
    detail = models.CharField(max_length=300, blank=True)
    in_a_row = models.PositiveIntegerField(default=0, help_text="How often in a bad state, without a break.")
    episode = models.PositiveIntegerField(default=0, help_text="How often it came back from one.")
    text_digest = models.CharField(max_length=64, blank=True)
    text_seen_at = models.DateTimeField(null=True)
    is_restless = models.BooleanField(default=False, help_text="Two looks one after the other read differently.")
    notices_at = models.DateTimeField(null=True, help_text="When retractions were last looked up.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"source {self.page_id}: {self.state}"


class HitKind(models.TextChoices):
    """What was noticed about a source."""

    NOTICE = "notice", "Retraction, correction or concern"
    TEXT = "text", "The page reads differently"
    LINK = "link", "The address no longer leads there"


class Hit(Evidence):
    """Something noticed about a source, once; it decides nothing."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=8, choices=HitKind)
    at = models.DateTimeField(db_index=True)
    source_id = models.BigIntegerField(db_index=True)
    source_title = models.CharField(max_length=255)
    said = models.CharField(max_length=500)
    address = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.source_title}: {self.said}"


class WatchTask(Evidence):
    """Somebody has to read one claim against what happened to its source."""

    hit = models.ForeignKey(Hit, on_delete=models.PROTECT, related_name="+")
    page_id = models.BigIntegerField(db_index=True)
    title = models.CharField(max_length=255)
    kind = models.CharField(max_length=60)
    users = models.JSONField(default=list, help_text="Pages that show it: id, title, kind, language.")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["hit", "page_id"], name="one_task_for_a_hit_and_a_claim")]

    def __str__(self) -> str:
        return f"{self.title}: {self.hit.said}"

    @property
    def foremost(self) -> list[dict[str, Any]]:
        """The checks and guides that show it, and the translations of these and of the text itself."""
        known = self._acted_on
        return [one for one in self.users if one["id"] in known or one.get("of") in known]

    @property
    def others(self) -> list[dict[str, Any]]:
        """The other pages that show it or lead to it, and their translations."""
        first = [one["id"] for one in self.foremost]
        return [one for one in self.users if one["id"] not in first]

    @property
    def _acted_on(self) -> set[int]:
        return {self.page_id, *(one["id"] for one in self.users if one["kind"] in FOREMOST)}


class Verdict(models.TextChoices):
    """What a reviewer decided about one claim."""

    HOLDS = "holds", "It still holds as it is written"
    CHANGES = "changes", "It has to be changed: a draft is or will be submitted"
    WITHDRAWN = "withdrawn", "It is withdrawn or on hold"
    NOTHING = "nothing", "Nothing has happened to the source"


class WatchDecision(Evidence):
    """What became of a task; the first decision closes it."""

    task = models.OneToOneField(WatchTask, on_delete=models.PROTECT, related_name="decision")
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=255)
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.task.title}: {self.get_verdict_display()}"
