"""What is being reviewed, and what holds for each page now."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from review import doors
from review.doors import RefusedError
from review.enums import OPEN, ChangeClass, PublicState, State, UseKind


def higher(computed: str, raised: str) -> ChangeClass:
    """Return the class that holds of the computed one and the one that a person raised it to, if anybody did."""
    both = [ChangeClass(one) for one in (computed, raised) if one]
    return max(both, key=lambda one: one.weight)


class SubmissionQuerySet(models.QuerySet):
    """Submissions by state."""

    def open(self) -> "SubmissionQuerySet":
        """Those that are still under review."""
        return self.filter(state__in=OPEN)


class Submission(models.Model):
    """One revision of one page, given to reviewers."""

    page_id = models.BigIntegerField(db_index=True)
    page_type = models.CharField(max_length=100)
    title = models.CharField(max_length=255)
    revision_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    released_fingerprint = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.IN_REVIEW)
    computed_class = models.CharField(max_length=10, choices=ChangeClass)
    raised_class = models.CharField(max_length=10, choices=ChangeClass, blank=True)
    signers_needed = models.PositiveSmallIntegerField(default=1)
    summary = models.CharField(max_length=300, help_text="One sentence on what changed, for the public ledger.")
    touched = models.JSONField(default=list)
    contributors = models.JSONField(default=list)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )
    submitted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["page_id"], condition=models.Q(state__in=sorted(OPEN)), name="one_open_submission_for_a_page"
            )
        ]
        indexes = [models.Index(fields=["submitted_at", "submitted_by"], name="who_submitted_lately")]
        permissions = [
            ("sign_off", "Can review and sign"),
            ("withdraw_page", "Can withdraw, hold and roll back pages"),
            ("release_page", "Can release signed pages"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_state_display()}"

    @property
    def change_class(self) -> ChangeClass:
        """The class that holds: computed, or raised by a person; never lowered."""
        return higher(self.computed_class, self.raised_class)

    @property
    def is_open(self) -> bool:
        """Whether reviewers hold the page."""
        return self.state in OPEN


def _refuse_while_closed() -> None:
    if not doors.is_open():
        raise RefusedError("What is public changes only through a release.")


class GuardedQuerySet(models.QuerySet):
    """Reads freely; writes only while a door is open."""

    def update(self, **kwargs: Any) -> int:
        """Change rows while a door is open."""
        _refuse_while_closed()
        return super().update(**kwargs)

    def delete(self) -> Any:
        """Remove rows while a door is open."""
        _refuse_while_closed()
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        """Add rows while a door is open."""
        _refuse_while_closed()
        return super().bulk_create(*args, **kwargs)


class Guarded(models.Model):
    """A row that says what is public now."""

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row while a door is open."""
        _refuse_while_closed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Remove the row while a door is open."""
        _refuse_while_closed()
        return super().delete(*args, **kwargs)


class Standing(Guarded):
    """The release that holds for a page; the gate lets nothing be live without one."""

    page_id = models.BigIntegerField(primary_key=True)
    state = models.CharField(max_length=10, choices=PublicState)
    release_hash = models.CharField(max_length=64)
    sign_offs = models.JSONField(default=list)
    revision_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    base = models.JSONField(default=dict)
    touched = models.JSONField(default=list)
    signers = models.JSONField(default=list)
    change_class = models.CharField(max_length=10, choices=ChangeClass)
    demonstration = models.BooleanField(default=True)
    reviewed_on = models.DateField()
    due_on = models.DateField(db_index=True)
    released_at = models.DateTimeField()
    second_person_needed = models.BooleanField(default=False)
    held = models.JSONField(default=list, blank=True, help_text="Ids of blocks on hold; an empty one for the page.")

    class Meta:
        indexes = [
            models.Index(
                fields=["page_id"], condition=models.Q(second_person_needed=True), name="second_person_is_needed"
            ),
            models.Index(fields=["state", "due_on", "page_id"], name="standing_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.get_state_display()}"

    @property
    def signed_files(self) -> dict[str, str]:
        """Name and SHA-256 of each file of the site that the page shows, as they were signed."""
        return dict(self.base.get("files", {}))

    @cached_property
    def touched_pages(self) -> frozenset[int]:
        """The pages whose readers see this one inside; reviewed together with it."""
        return frozenset(self.touched)


class Use(Guarded):
    """Something from elsewhere that a released page shows, as it was when it was signed."""

    user_page_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10, choices=UseKind)
    used = models.CharField(max_length=100, db_index=True)
    mark = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_page_id", "kind", "used"], name="a_use_is_listed_once")]

    def __str__(self) -> str:
        return f"{self.user_page_id} shows {self.kind} {self.used}"
