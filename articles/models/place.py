"""The record of a place: whom people ring there, who sees them under which name, how days are written."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from articles import asked, queries
from articles.blocks.base import LanguageChoice
from articles.blocks.knowledge import ServiceBlock, stream
from articles.fields import BlockStreamField
from articles.models.base import ArticlePage, ProseField
from review.enums import ReviewKind
from review.problems import Problem

DIALLED = RegexValidator(r"^\+?[0-9](?: ?[0-9]){1,14}$", "Digits only, with single spaces between them if you like.")
DATES = [
    ("j F Y", "22 November 2026"),
    ("F j, Y", "November 22, 2026"),
    ("Y-m-d", "2026-11-22"),
]


class ServicesPage(ArticlePage):
    """Who sees you, as services are named and reached in one place, and whom to ring there."""

    intro = ProseField()
    place = models.CharField(
        max_length=200,
        help_text="The country or region, as people say it: “Taiwan”. It stands beside the number on every page.",
    )
    languages = BlockStreamField(
        stream(language=LanguageChoice()),
        blank=True,
        verbose_name="chiefly for readers of",
        help_text=(
            "Languages whose readers live here for the most part. Their pages name this place first, before the main"
            " place. Several places can share a language; they stand in the order of the list of pages."
        ),
    )
    emergency_number = models.CharField(
        max_length=20,
        validators=[DIALLED],
        help_text="What is dialled here when a life or a leg is in danger: “119”. Digits only.",
    )
    urgent_number = models.CharField(
        max_length=20,
        blank=True,
        validators=[DIALLED],
        help_text="For help on the same day when no doctor is open. Leave it empty where there is none.",
    )
    numbers_from = models.URLField(
        "where the numbers are published",
        blank=True,
        help_text="The address of the authority that publishes them here. Readers see it below the numbers.",
    )
    dates = models.CharField(
        "how days are written",
        max_length=8,
        blank=True,
        choices=DATES,
        help_text="On English pages, while this is the main place. Other languages write days in their own way.",
    )
    services = BlockStreamField(stream(service=ServiceBlock()))

    change_classes = asked.SERVICES
    public_fields = asked.SHOWN_SERVICES
    review_kind = ReviewKind.URGENT

    content_panels = [
        *ArticlePage.content_panels,
        FieldPanel("intro"),
        MultiFieldPanel([FieldPanel("place"), FieldPanel("languages"), FieldPanel("dates")], heading="The place"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("emergency_number"), FieldPanel("urgent_number")]),
                FieldPanel("numbers_from"),
            ],
            heading="Numbers to ring",
        ),
        FieldPanel("services"),
    ]
    parent_page_types = ["articles.HomePage"]
    subpage_types: list[str] = []
    template = "articles/services.html"

    class Meta:
        verbose_name = "who to see"

    @property
    def is_emergency(self) -> bool:
        """The number to call stands here: never on hold."""
        return True

    def content_problems(self) -> list[Problem]:
        """A number comes from somewhere, and each place has one record."""
        found = super().content_problems()
        if not self.numbers_from:
            told = "Say where the numbers are published; without that nobody can check them."
            found.append(Problem("Where the numbers are published", told, "numbers_from"))
        others = ServicesPage.objects.live().filter(place__iexact=self.place).exclude(pk=self.pk)
        if self.place and (other := others.first()):
            told = f"“{other.title}” is the record of this place already. Readers would not know which one holds."
            found.append(Problem("Place", told, "place"))
        return found

    def names(self) -> dict[str, Any]:
        """The service for each specialty key."""
        return {item.value["specialty"]: item.value for item in self.services}

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the other places, with their numbers."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"others": [one for one in queries.shell(request).records if one.pk != self.pk]}
