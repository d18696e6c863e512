"""How often things happened on a day; nothing that links two answers or says who."""

from django.db import models


class DayCount(models.Model):
    """One number: how often something happened on one day with one version of a protocol."""

    STARTED, FINISHED, REACHED, LEFT = "started", "finished", "reached", "left"

    protocol = models.CharField(max_length=64)
    version = models.CharField(max_length=64)
    day = models.DateField()
    event = models.CharField(max_length=20, help_text="started, finished, reached or left")
    detail = models.CharField(max_length=64, blank=True, help_text="the level of the result, or the question")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "version", "day", "event", "detail"], name="one_number_for_a_day_and_event"
            )
        ]

    def __str__(self) -> str:
        return f"{self.protocol} {self.day} {self.event} {self.detail}: {self.count}"
