"""What readers tell us is unsafe, and what a reviewer has put on hold."""

from django.conf import settings
from django.db import models

from review.enums import ConcernState, Harm


class Concern(models.Model):
    """A reader who stays unknown to us says that something is unsafe."""

    page_id = models.BigIntegerField(db_index=True)
    page_title = models.CharField(max_length=255)
    block = models.CharField(max_length=64, blank=True)
    text = models.TextField(max_length=2000)
    fingerprint = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=ConcernState, default=ConcernState.OPEN)
    harm = models.CharField(max_length=10, choices=Harm, blank=True)
    raised_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.TextField(blank=True)

    # For the screens of the review: the words of the part, and what may be done about it.
    part: str = ""
    is_emergency: bool = False
    may_be_held: bool = False
    users: int = 0

    class Meta:
        ordering = ["raised_at"]

    def __str__(self) -> str:
        return f"{self.page_title}, {self.raised_at:%d %B %Y}"


class Hold(models.Model):
    """A page, or one block of it, that readers do not see until a reviewer has decided."""

    page_id = models.BigIntegerField(db_index=True)
    block = models.CharField(max_length=64, blank=True, help_text="Id of the block; blank: the whole page.")
    reason = models.CharField(max_length=300)
    concern = models.ForeignKey(Concern, null=True, on_delete=models.SET_NULL, related_name="holds")
    held_at = models.DateTimeField()
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    # For the screens of the review: the words of the part; empty for the whole page.
    part: str = ""
    title: str = ""

    class Meta:
        ordering = ["-held_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["page_id", "block"], condition=models.Q(lifted_at=None), name="a_thing_is_held_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.block}".strip()
