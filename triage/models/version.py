"""Releases of protocols, frozen: every one can be run again for ever."""

import json
from typing import Any

from django.db import models


class FrozenError(RuntimeError):
    """A release is never changed and never deleted."""


class ProtocolVersion(models.Model):
    """One released protocol with everything that readers saw; `engine_hash` is what receipts name."""

    hash = models.CharField(max_length=64, unique=True)
    engine_hash = models.CharField(max_length=64, db_index=True)
    key = models.CharField(max_length=64, db_index=True)
    page_id = models.PositiveIntegerField()
    content = models.TextField()
    released_at = models.DateTimeField()

    class Meta:
        ordering = ["-released_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.key} {self.hash[:8]} of {self.released_at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add a release; a second save is refused."""
        if not self._state.adding:
            raise FrozenError("A release of a protocol is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: receipts of this release must stay readable."""
        raise FrozenError("A release of a protocol is never deleted.")

    @property
    def document(self) -> dict[str, Any]:
        """The release as it is written to disk."""
        found: dict[str, Any] = json.loads(self.content)
        return found
