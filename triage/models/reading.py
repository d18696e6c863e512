"""That somebody has read a patient story through in another language, as its readers get it."""

from django.db import models

from review.models.evidence import Evidence


class StoryReading(Evidence):
    """One story, read once by one person in one language; it counts for exactly the texts that were shown.

    `mark` names the run: answers, level and every text in the other language. `texts` are the marks of those texts
    that nobody had read before. Rows are added, never changed.
    """

    translation_id = models.BigIntegerField(db_index=True, help_text="The page with the protocol's translation.")
    revision_id = models.BigIntegerField(null=True, help_text="Of that page, as it was read.")
    protocol = models.CharField(max_length=64)
    language = models.CharField(max_length=12)
    story = models.CharField(max_length=80)
    mark = models.CharField(max_length=64)
    texts = models.JSONField(default=list)
    together = models.BooleanField(help_text="Ticked with others, as it showed nothing that had not been read.")
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=255)
    demonstration = models.BooleanField()
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["-read_at", "-pk"]
        indexes = [models.Index(fields=["translation_id", "story"], name="readings_of_a_story")]

    def __str__(self) -> str:
        return f"{self.story} ({self.language}): {self.by_name}, {self.read_at:%Y-%m-%d}"
