"""Who may sign, and what they are asked."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models

from review import doors
from review.doors import RefusedError


class CredentialQuerySet(models.QuerySet):
    """Credentials by validity."""

    def valid_on(self, day: date) -> "CredentialQuerySet":
        """Those with which a text can be signed on a day."""
        return self.filter(valid_until__gte=day, revoked_at=None)


class Credential(models.Model):
    """A professional registration, checked by a keeper of credentials."""

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credentials")
    name = models.CharField(max_length=200, help_text="As it stands in the register.")
    profession = models.CharField(max_length=120)
    body = models.CharField("registration body", max_length=160)
    number = models.CharField("registration number", max_length=60)
    specialties = models.CharField(max_length=300, blank=True)
    interests = models.CharField("declared interests", max_length=300, blank=True, help_text="Shown in the ledger.")
    valid_until = models.DateField()
    demonstration = models.BooleanField(default=False, help_text="Not a real registration; signs demonstrations only.")
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    verified_at = models.DateTimeField(editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_reason = models.CharField(max_length=300, blank=True, editable=False)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        permissions = [("keep_credentials", "Can keep the credentials of reviewers")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(holder=models.F("verified_by")), name="nobody_verifies_their_own_credential"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.profession}, {self.body} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write while a keeper of credentials acts."""
        if not doors.is_open():
            raise RefusedError("Credentials are written by a keeper of credentials only.")
        super().save(*args, **kwargs)

    def snapshot(self) -> dict[str, Any]:
        """Return what a sign-off keeps, so that later changes alter nothing that was signed."""
        return {
            "credential_id": self.pk,
            "name": self.name,
            "profession": self.profession,
            "body": self.body,
            "number": self.number,
            "specialties": self.specialties,
            "interests": self.interests,
            "valid_until": self.valid_until.isoformat(),
            "verified_by_id": self.verified_by_id,
            "verified_at": self.verified_at.date().isoformat(),
            "demonstration": self.demonstration,
        }


class ChecklistItem(models.Model):
    """One question that a reviewer answers before signing."""

    kind = models.CharField(max_length=40, blank=True, help_text="Kind of content; blank: asked for every kind.")
    key = models.SlugField(max_length=60, unique=True)
    topic = models.CharField(max_length=60)
    question = models.CharField(max_length=300)
    guidance = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=100)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.question
