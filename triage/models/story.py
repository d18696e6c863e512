"""Patient stories as content: what a clinician expects of a check, written by other people than its author."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from articles.enums import Disposition
from review.models.evidence import Evidence
from triage.engine.artefact import content_hash
from triage.engine.vignettes import UNKNOWN, Fact, Vignette
from triage.models.version import FrozenError


class StoryState(models.TextChoices):
    """Where a story stands; only an active one is run before a sign-off."""

    DRAFT = "draft", "draft"
    ACTIVE = "active", "active"
    RETIRED = "retired", "retired"


class FactState(models.TextChoices):
    """What a story says of a finding; one that it does not name is answered with no."""

    PRESENT = "true", "is there"
    ABSENT = "false", "is not there"
    UNSURE = "unknown", "the person is not sure"


STATES: dict[str, Fact] = {FactState.PRESENT: True, FactState.ABSENT: False, FactState.UNSURE: UNKNOWN}


class Story(ClusterableModel):
    """One patient story for one protocol; shown to nobody but editors and reviewers."""

    code = models.CharField(
        "name", max_length=80, unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9_-]*$", "Small letters, digits, - and _ only.")],
        help_text="Short and never changed, such as calf-clot-after-flight.",
    )  # fmt: skip
    protocol = models.ForeignKey("triage.ProtocolPage", on_delete=models.CASCADE, related_name="stories")
    state = models.CharField(max_length=8, choices=StoryState, default=StoryState.DRAFT)
    text = models.TextField("story", help_text="One or two sentences about a person; no real patient.")
    gold = models.CharField(
        "right level", max_length=16, choices=Disposition, blank=True, help_text="How soon this person must be seen."
    )
    acceptable = models.JSONField("also acceptable", default=list, blank=True)
    must_not_advise = models.JSONField("must not be advised", default=list, blank=True)
    must_mention = models.TextField(
        blank=True, help_text="One per line: words that the result must show; “clot|DVT” means either of the two."
    )
    source = models.CharField(max_length=300, blank=True, help_text="What the level rests on.")
    rationale = models.TextField("why this level", blank=True)
    people = models.JSONField("written by", default=list, editable=False, help_text="Ids of all who wrote it.")
    authors = models.CharField(max_length=300, blank=True, editable=False, help_text="Their names; blank: a file.")
    origin = models.CharField(max_length=80, blank=True, editable=False, help_text="The file or proposal it came from.")
    file_digest = models.CharField(max_length=64, blank=True, editable=False)
    retired_because = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["code"]
        verbose_name = "patient story"
        verbose_name_plural = "patient stories"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="active") | ~models.Q(gold=""), name="an_active_story_has_a_level"
            )
        ]

    def __str__(self) -> str:
        return self.code

    def said(self) -> dict[str, Fact]:
        """What the story says, by finding, in its order."""
        facts: Any = self.facts  # type: ignore[attr-defined]  # the reverse of the rows
        return {row.finding: STATES[row.state] for row in facts.all()}

    def vignette(self) -> Vignette:
        """Return the story for the engine."""
        return Vignette(
            id=self.code, source=self.source, protocol=self.protocol.code, text=self.text, facts=self.said(),
            gold=self.gold, acceptable=tuple(self.acceptable), must_not_advise=tuple(self.must_not_advise),
            must_mention=tuple(line.strip() for line in self.must_mention.splitlines() if line.strip()),
            rationale=self.rationale,
        )  # fmt: skip

    def case_digest(self) -> str:
        """Return a hash of what a second clinician is shown: the case without any level."""
        return content_hash([self.text, self.said()])


class StoryFact(models.Model):
    """What a story says of one finding."""

    story = ParentalKey(Story, on_delete=models.CASCADE, related_name="facts")
    finding = models.CharField(max_length=64)
    state = models.CharField("what the story says", max_length=7, choices=FactState, default=FactState.PRESENT)
    sort_order = models.IntegerField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["story", "finding"], name="a_story_names_a_finding_once")]

    def __str__(self) -> str:
        return f"{self.finding}: {self.get_state_display()}"


class SecondOpinion(Evidence):
    """The level that another clinician gave to a case without having seen the first one; it is never changed."""

    story = models.CharField(max_length=80, db_index=True)
    case = models.CharField(max_length=64, help_text="Hash of the case as it was shown.")
    level = models.CharField(max_length=16, choices=Disposition)
    note = models.CharField(max_length=300, blank=True)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=255)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["story", "case", "by_id"], name="a_case_is_judged_once_by_each")]

    def __str__(self) -> str:
        return f"{self.story}: {self.level}, {self.by_name}"


class AcceptedMiss(Evidence):
    """A reviewer's written reason why a story may come out as it does, for exactly one text of the protocol."""

    page_id = models.BigIntegerField(db_index=True)
    source_hash = models.CharField(max_length=64, db_index=True)
    fingerprint = models.CharField(max_length=64)
    story = models.CharField(max_length=80)
    miss = models.CharField(max_length=64, help_text="Hash of the story and of how it came out.")
    what = models.CharField(max_length=300)
    reason = models.TextField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=255)
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["-accepted_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.story}: {self.reason[:60]}"


class StorySet(models.Model):
    """The stories that counted when a protocol was released; what its public figures are made from, for ever."""

    release_hash = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=64)
    content = models.JSONField(help_text="The stories in the form of run_vignettes, and the agreement of clinicians.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.key} {self.release_hash[:8]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add a set; a second save is refused."""
        if not self._state.adding:
            raise FrozenError("The stories of a release are never changed.")
        super().save(*args, **kwargs)
