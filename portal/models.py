"""The words by which released pages are found."""

from datetime import datetime, timedelta

from django.db import models
from wagtail.models import Page

from articles.enums import Disposition

# A worker looks every few seconds; after so long without it, somebody has to look after the worker.
LATE = timedelta(minutes=10)
# More words than any query has: a phrase that names no emergency, and a word that does not tell.
NEVER = 1000


class Kind(models.TextChoices):
    """What sort of page a result is, in the order in which equal results are shown."""

    CHECK = "check", "Guided checks"
    CARE_RULE = "care", "When to get help"
    GUIDE = "guide", "Guides"
    CAUSE = "cause", "What it can be"
    TECHNIQUE = "relief", "What helps"
    SIGN = "sign", "Signs"
    PLACE = "place", "Places on the leg"
    CAUTION = "caution", "When to leave things alone"
    CLAIM = "claim", "What people say"
    WORD = "word", "Words explained"
    SOURCE = "source", "Sources"
    ABOUT = "about", "Lists and pages about this site"


class Weight(models.IntegerChoices):
    """How much it says about a page that one of its phrases was asked for."""

    DESCRIPTION = 2
    CONDITION = 4
    DETAIL = 5
    WORD = 8
    NAME = 9
    TITLE = 10


class SearchEntry(models.Model):
    """One released page as search knows it; there is none for a page that is not released."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    urgency = models.CharField(max_length=16, choices=Disposition, blank=True)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.page_id}"


class SearchPhrase(models.Model):
    """One phrase that leads to a page, as it is shown and in the forms that are compared."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="phrases")
    shown = models.CharField(max_length=300)
    words = models.CharField(max_length=300, db_index=True)
    stems = models.CharField(max_length=320)
    weight = models.PositiveSmallIntegerField(choices=Weight)
    telling = models.PositiveSmallIntegerField(default=0, help_text="Stems that say what it is about.")
    bare = models.PositiveSmallIntegerField(default=0, help_text="Those of them that do not only say when or how much.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "words"], name="phrase_leads_once_to_a_page")]
        indexes = [
            # what may be offered to somebody who types is put in order by it alone
            models.Index(
                fields=["words", "weight", "id"],
                name="phrases_to_offer",
                condition=models.Q(weight__gt=Weight.DETAIL),
                opclasses=["varchar_pattern_ops", "int2_ops", "int8_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.shown


class SearchWord(models.Model):
    """One word of a phrase, so that a search reads the phrases that have it and no others.

    Of a run of Chinese characters there is also each character and each pair of neighbours.
    """

    phrase = models.ForeignKey(SearchPhrase, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=300, db_index=True)
    stem = models.CharField(max_length=300)
    weight = models.PositiveSmallIntegerField(help_text="That of the phrase.")
    is_telling = models.BooleanField(default=False)
    is_minor = models.BooleanField(default=False)
    alarm = models.PositiveSmallIntegerField(
        db_default=0, help_text="How many words of a query it takes to name this emergency; 0: nobody has counted."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["phrase", "word"], name="a_word_is_listed_once_for_a_phrase")]
        indexes = [
            # all that is asked for when pages are put in order; a beginning is found by it whatever the collation
            models.Index(
                fields=["stem", "entry", "weight"],
                name="pages_by_stem",
                opclasses=["varchar_pattern_ops", "int4_ops", "int2_ops"],
            ),
            models.Index(fields=["stem", "alarm"], name="emergencies_by_stem", condition=models.Q(alarm__lt=NEVER)),
        ]

    def __str__(self) -> str:
        return self.word


class Rendering(models.Model):
    """A released page as it was made for one build of the site: shown while nothing that it depends on has changed.

    `keys` are those of `review.models.Change`; `files` maps a path to what differs once it was written again; `seal`
    proves that this site wrote the row, so that nobody puts a text on the site by writing one here.
    """

    path = models.CharField(max_length=500)
    build = models.CharField(max_length=32)
    generation = models.BigIntegerField(db_index=True)
    keys = models.JSONField(default=list)
    files = models.JSONField(default=dict)
    until = models.DateTimeField(null=True)
    html = models.BinaryField(help_text="UTF-8, compressed with gzip.")
    seal = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "build"], name="one_rendering_for_each_build")]

    def __str__(self) -> str:
        return f"{self.path} in {self.generation}"


class Work(models.Model):
    """A job that is done by itself: when it ran, when it runs next, and what came of it (`portal.work`)."""

    job = models.CharField(max_length=32, primary_key=True)
    next_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=500, blank=True)
    error = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row, the last run included.")
    done_parts = models.JSONField(default=list, help_text="What a run that did not come to its end has done.")

    def __str__(self) -> str:
        return self.job

    def is_late(self, now: datetime) -> bool:
        """Whether it was due so long ago that nobody can be at it."""
        return self.next_at < now - LATE

    @property
    def is_cut_off_or_runs(self) -> bool:
        """Whether a run has begun and not ended: it is under way, or was cut off and will be taken up."""
        return self.began_at is not None and (self.ended_at is None or self.began_at > self.ended_at)
