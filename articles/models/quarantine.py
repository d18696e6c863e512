"""Raw texts, the claims that they make, and what people decided about each. Nothing of it is ever public."""

from django.db import models

from articles.models.origin import GarbledPassage, Origin
from review.models.evidence import Evidence


class TextKind(models.TextChoices):
    """What a raw text came as."""

    TEXT = "text", "Plain text"
    MARKDOWN = "markdown", "Markdown"
    HTML = "html", "Web page (HTML)"
    DOCX = "docx", "Word file (.docx)"


class Ruling(models.TextChoices):
    """What people decided about a claim of a raw text."""

    UNDECIDED = "undecided", "Undecided"
    SUPPORTED = "supported", "Supported"
    CONTESTED = "contested", "Contested"
    WRONG = "wrong", "Wrong"
    GARBLED = "garbled", "Garbled"
    OUT_OF_SCOPE = "out_of_scope", "Out of scope"


#: What an article may be built from; a contested claim is told as contested.
ACCEPTED = (Ruling.SUPPORTED, Ruling.CONTESTED)


class RawText(Evidence):
    """A text that somebody brought in: its bytes as they came, and the words that were read from them. Written once."""

    title = models.CharField("working title", max_length=200, help_text="For editors: what it is about.")
    file_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=TextKind)
    sha256 = models.CharField("SHA-256 of the file", max_length=64, unique=True)
    original = models.BinaryField("the file, byte by byte")
    text = models.TextField("the words read from it", help_text="What the places of claims count in.")
    language_path = models.CharField(max_length=120, help_text="From which language, by what, into which.")
    origin = models.ForeignKey(Origin, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    brought_by_id = models.BigIntegerField("who brought it")
    brought_by_name = models.CharField(max_length=200)
    brought_at = models.DateTimeField()

    class Meta:
        ordering = ["-brought_at"]
        verbose_name = "raw text"

    def __str__(self) -> str:
        return self.title


class LedgerClaim(models.Model):
    """One claim of a raw text: where it stands there, what the machine noticed, what holds now."""

    raw = models.ForeignKey(RawText, on_delete=models.PROTECT, related_name="claims")
    start = models.PositiveIntegerField(help_text="Characters from the start of the text.")
    end = models.PositiveIntegerField()
    is_heading = models.BooleanField(default=False)
    digest = models.CharField("hash of its words", max_length=64, db_index=True)
    hints = models.JSONField(default=list, help_text="Kind, reason and place of each.")
    ruling = models.CharField(max_length=12, choices=Ruling, default=Ruling.UNDECIDED)
    claim_page = models.ForeignKey(
        "articles.ClaimPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="ledger_claims"
    )

    class Meta:
        ordering = ["raw_id", "start"]
        verbose_name = "claim of a raw text"
        verbose_name_plural = "claims of raw texts"
        constraints = [
            models.UniqueConstraint(fields=["raw", "start"], name="one_claim_begins_at_a_place"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="a_claim_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.raw} {self.start}–{self.end}"

    @property
    def words(self) -> str:
        """The words of the claim as they stand in the raw text."""
        return self.raw.text[self.start : self.end]

    @property
    def is_decided(self) -> bool:
        """Whether a person has judged it."""
        return self.ruling != Ruling.UNDECIDED

    @property
    def is_accepted(self) -> bool:
        """Whether an article may be built from it."""
        return self.ruling in ACCEPTED


class ClaimDecision(Evidence):
    """What somebody decided about a claim, when and why; later decisions are added below earlier ones."""

    claim = models.ForeignKey(LedgerClaim, on_delete=models.PROTECT, related_name="+")
    ruling = models.CharField(max_length=12, choices=Ruling)
    reason = models.TextField(blank=True)
    source = models.ForeignKey("articles.SourcePage", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField("place in the source", max_length=250, blank=True)
    claim_page = models.ForeignKey(
        "articles.ClaimPage", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    probably_meant = models.CharField(max_length=250, blank=True)
    confidence = models.CharField("how sure", max_length=8, choices=GarbledPassage.Confidence, blank=True)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = "decision about a claim"
        verbose_name_plural = "decisions about claims"

    def __str__(self) -> str:
        return f"{self.claim}: {self.get_ruling_display()}"


class ClaimUse(models.Model):
    """A page that is built from a claim; it waits until the claim is decided."""

    claim = models.ForeignKey(LedgerClaim, on_delete=models.PROTECT, related_name="uses")
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="ledger_uses")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "page"], name="a_page_uses_a_claim_once")]

    def __str__(self) -> str:
        return f"{self.page}: {self.claim}"
