"""Where raw text came from, and what in it could not be understood. Never public."""

from django.db import models


class LoadedEntry(models.Model):
    """What the loader of starter content last wrote for an entry; tells an editor's change from its own."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    page_id = models.PositiveBigIntegerField()
    entry_digest = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_record_for_each_entry")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Origin(models.Model):
    """A raw text that content was judged against: unverified until somebody decides, and never published."""

    code = models.CharField(max_length=20, unique=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    topic = models.CharField(max_length=200)
    byline = models.CharField(max_length=200, blank=True, help_text="As it stood there; says nothing of a person.")
    language_path = models.CharField(max_length=120, help_text="From which language, by what, into which.")
    dated = models.CharField(max_length=60, blank=True, help_text="Empty: undated.")
    sources_named = models.BooleanField(default=False)
    country = models.CharField(max_length=80, blank=True, help_text="Empty: not known.")
    verified = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = "origin of raw text"
        verbose_name_plural = "origins of raw text"

    def __str__(self) -> str:
        return f"{self.code}: {self.topic}"


class GarbledPassage(models.Model):
    """A passage that was lost in translation: what is written, what was probably meant, who decided."""

    class Confidence(models.TextChoices):
        """How sure the reading is; a guess is never published as fact."""

        SURE = "sure", "Sure"
        LIKELY = "likely", "Likely"
        GUESS = "guess", "A guess"
        UNKNOWN = "unknown", "Cannot be told"

    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, related_name="passages")
    code = models.CharField(max_length=12, unique=True)
    written = models.CharField("what is written", max_length=250)
    probably_meant = models.CharField(max_length=250, blank=True)
    confidence = models.CharField(max_length=8, choices=Confidence)
    changes_what_readers_do = models.BooleanField("safety-relevant", default=False)
    incomplete = models.BooleanField("the sentence breaks off", default=False)
    decided_by = models.CharField("decided by (role)", max_length=120, blank=True)
    decision = models.TextField(blank=True, help_text="Empty: open. Nothing may rest on an open passage.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.code}: {self.written}"
