"""The hazard log: what could harm a person, and what keeps it from happening."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel

from triage.hazards.risk import Likelihood, Severity, rating


class HazardState(models.TextChoices):
    """Whether a hazard is still watched."""

    OPEN = "open", "open"
    CLOSED = "closed", "closed"


class ControlKind(models.TextChoices):
    """What a control is a link to."""

    PROOF = "proof", "statement that is proved"
    STORY = "story", "patient story"
    RULE = "rule", "care rule"
    TEST = "test", "automatic test"


class Hazard(ClusterableModel):
    """One way in which this service could harm somebody; with no protocol it concerns the whole service."""

    code = models.CharField(
        "number", max_length=12, unique=True,
        validators=[RegexValidator(r"^H[0-9]{2,4}$", "H and a number, such as H07.")],
        help_text="H and a number; never changed and never used twice.",
    )  # fmt: skip
    title = models.CharField("hazard", max_length=200, help_text="What goes wrong, in a few words.")
    protocols = ParentalManyToManyField(
        "triage.ProtocolPage", blank=True, related_name="hazards",
        help_text="The checks that it concerns; none: the whole service.",
    )  # fmt: skip
    cause = models.TextField(help_text="How it could come about.")
    effect = models.TextField(help_text="What could happen to a person.")
    severity = models.PositiveSmallIntegerField("severity without controls", choices=Severity)
    likelihood = models.PositiveSmallIntegerField("likelihood without controls", choices=Likelihood)
    severity_left = models.PositiveSmallIntegerField("severity with controls", choices=Severity)
    likelihood_left = models.PositiveSmallIntegerField("likelihood with controls", choices=Likelihood)
    accepted_because = models.TextField(
        "why what is left is acceptable", blank=True, help_text="Needed when the risk that is left is above the limit."
    )
    state = models.CharField(max_length=6, choices=HazardState, default=HazardState.OPEN, editable=False)
    closed_because = models.CharField(max_length=300, blank=True, editable=False)
    file_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def risk(self) -> int:
        """The risk without controls, from 1 to 5."""
        return rating(self.severity, self.likelihood)

    @property
    def risk_left(self) -> int:
        """The risk with controls, from 1 to 5."""
        return rating(self.severity_left, self.likelihood_left)

    def control_rows(self) -> list["HazardControl"]:
        """The controls in their order."""
        rows: Any = self.controls  # type: ignore[attr-defined]  # the reverse of the rows
        return list(rows.all())


class HazardControl(models.Model):
    """One thing that keeps a hazard from harming; whether it works is looked up, never ticked."""

    hazard = ParentalKey(Hazard, on_delete=models.CASCADE, related_name="controls")
    kind = models.CharField(max_length=5, choices=ControlKind)
    target = models.CharField(
        "link", max_length=200,
        help_text="Name of the statement or its beginning (red-line:massage:G-DVT), of the story, the rule (CR1) or "
        "the test (tests/…/test_x.py::test_y).",
    )  # fmt: skip
    what = models.CharField("what it does", max_length=300)
    sort_order = models.IntegerField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["hazard", "kind", "target"], name="a_hazard_names_a_control_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"
