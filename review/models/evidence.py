"""Rows that are written once and never change: sign-offs, releases, events."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from review import batch, doors
from review.doors import RefusedError
from review.enums import ChangeClass, ReleaseKind
from review.fingerprint import digest

GENESIS = "0" * 64
FROZEN = "Evidence is written once, by a decision of the review; it is never changed or removed."


class EvidenceQuerySet(models.QuerySet):
    """Reads evidence; writes none."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise RefusedError(FROZEN)

    update = delete = _raw_delete = bulk_create = bulk_update = _refuse  # type: ignore[assignment]


class Evidence(models.Model):
    """A row that only an action of this app adds, and nobody changes."""

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row while a door is open."""
        if not self._state.adding or not doors.is_open():
            raise RefusedError(FROZEN)
        super().save(*args, **(kwargs | {"force_insert": True}))

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise RefusedError(FROZEN)


class ChainHead(models.Model):
    """The end of a chain; locked while a row is added, so that chains have no forks."""

    name = models.CharField(max_length=20, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Chained(Evidence):
    """Evidence whose rows hold the hash of the row before, over all pages and for one page."""

    number = models.PositiveBigIntegerField(unique=True)
    page_id = models.BigIntegerField(db_index=True)
    previous = models.CharField(max_length=64)
    previous_of_page = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        abstract = True
        ordering = ["number"]

    def body(self) -> dict[str, Any]:
        """Return everything that the hash covers."""
        skip = {"id", "hash"}
        return {
            field.attname: timed(field.value_from_object(self))
            for field in self._meta.concrete_fields
            if field.name not in skip
        }

    def computed_hash(self) -> str:
        """Return the hash that the row should have."""
        return digest(self.body())

    def append(self) -> None:
        """Add the row to the end of its chain."""
        kind = f"last {self._meta.model_name}"
        head, _ = batch.once(kind, self._locked_head)
        self.number, self.previous = head.number + 1, head.hash
        self.previous_of_page = batch.about_page(kind, self.page_id, self._last_of) or GENESIS
        self.hash = self.computed_hash()
        self.save()
        ChainHead.objects.filter(pk=head.pk).update(number=self.number, hash=self.hash)
        head.number, head.hash = self.number, self.hash
        batch.changed(kind, self.page_id, self.hash)

    def _locked_head(self) -> tuple[ChainHead, bool]:
        return ChainHead.objects.select_for_update().get_or_create(name=self._meta.model_name)

    def _last_of(self, ids: Collection[int]) -> dict[int, str]:
        """Return the hash of the last row of each of some pages."""
        rows = type(self)._default_manager.filter(page_id__in=ids).order_by("number")
        return dict(rows.values_list("page_id", "hash"))


def timed(value: Any) -> Any:
    """Return a time as UTC text with a fixed form; everything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


class SignOff(Chained):
    """One reviewer's signature under one fingerprint, with all that it was given on; plain ids and copies only."""

    submission_id = models.BigIntegerField()
    revision_id = models.BigIntegerField(db_index=True)
    page_type = models.CharField(max_length=100)
    page_key = models.CharField(max_length=36)
    title = models.CharField(max_length=255)
    url_path = models.TextField()
    fingerprint = models.CharField(max_length=64, db_index=True)
    content_hash = models.CharField(max_length=64)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    manifest = models.JSONField()
    touched = models.JSONField()
    contributors = models.JSONField()
    change_class = models.CharField(max_length=10, choices=ChangeClass)
    whole_page = models.BooleanField()
    summary = models.CharField(max_length=300)
    reviewer_id = models.BigIntegerField()
    reviewer = models.JSONField()
    checklist = models.JSONField()
    statement = models.TextField()
    demonstration = models.BooleanField()
    signed_at = models.DateTimeField()
    valid_until = models.DateField()

    class Meta(Chained.Meta):
        constraints = [
            models.UniqueConstraint(fields=["submission_id", "reviewer_id"], name="one_sign_off_for_each_reviewer")
        ]
        # Who signed how much lately: read without the texts that were signed, which make the rows wide.
        indexes = [
            models.Index(fields=["signed_at", "reviewer_id", "whole_page", "demonstration"], name="who_signed_lately")
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.reviewer['name']}, {self.signed_at:%d %B %Y}"

    def public(self) -> dict[str, Any]:
        """Return what readers may know of the signer."""
        names = ("name", "profession", "body", "number", "interests")
        return {name: self.reviewer.get(name, "") for name in names} | {
            "demonstration": self.demonstration,
            "signed_on": self.signed_at.date().isoformat(),
            "sign_off": self.hash,
            **({"why_milder": self.why_milder} if self.why_milder else {}),
        }

    @property
    def why_milder(self) -> str:
        """Why the signer finds it safe that some people are told something milder; empty where nobody is."""
        return next((item["note"] for item in self.checklist if item["key"] == "milder"), "")


class Release(Chained):
    """One entry of the public ledger: a text became public, or ceased to be; every value of it is public."""

    kind = models.CharField(max_length=12, choices=ReleaseKind)
    page_type = models.CharField(max_length=100)
    page_key = models.CharField(max_length=36)
    title = models.CharField(max_length=255)
    url_path = models.TextField()
    revision_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    change_class = models.CharField(max_length=10, choices=ChangeClass)
    summary = models.CharField(max_length=300)
    signers = models.JSONField()
    demonstration = models.BooleanField()
    reviewed_on = models.DateField()
    due_on = models.DateField()
    released_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} {self.title}: {self.get_kind_display()}"


class Event(Evidence):
    """What happened, when, by whom; survives everything it speaks of."""

    at = models.DateTimeField(db_index=True)
    what = models.CharField(max_length=40)
    page_id = models.BigIntegerField(null=True, db_index=True)
    submission_id = models.BigIntegerField(null=True, db_index=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=255, blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["what", "at"], name="events_of_a_kind"),
            models.Index(fields=["what", "submission_id"], name="events_of_a_submission"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.page_id or ''}"
