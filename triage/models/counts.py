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
                fields=["protocol", "version", "event", "detail", "day"], name="one_number_for_a_day_and_event"
            )
        ]

    def __str__(self) -> str:
        return f"{self.protocol} {self.day} {self.event} {self.detail}: {self.count}"


class CountSum(models.Model):
    """One number of all days together, kept beside them: nobody waits until years are added up."""

    protocol = models.CharField(max_length=64)
    version = models.CharField(max_length=64)
    event = models.CharField(max_length=20)
    detail = models.CharField(max_length=64, blank=True)
    count = models.PositiveBigIntegerField()
    first_day = models.DateField(help_text="The first day that has such a number.")
    last_day = models.DateField(help_text="The last day that has such a number.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["protocol", "version", "event", "detail"], name="one_sum_for_an_event")
        ]

    def __str__(self) -> str:
        return f"{self.protocol} {self.event} {self.detail}: {self.count}"
