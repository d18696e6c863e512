"""What all pages of this app have in common."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.apps import apps
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import RichTextField
from wagtail.search import index
from wagtail.url_routing import RouteResult
from wagtail.utils.decorators import cached_classmethod

from articles import asked, lists
from articles.blocks.base import FEATURES, DrawingChoice
from articles.blocks.references import chosen_in, released_references
from articles.drawings import digests
from articles.editing.forms import ArticleForm
from articles.editing.problems import edit_handler_of
from articles.listings import Listing
from articles.page_notes import PageNotes, linked_ids, page_notes
from articles.quarantine.questions import copied, open_questions, review_part
from review.models import ReviewedPage
from review.problems import Problem

DESCRIPTION_LENGTH = (25, 160)
SEARCH_WORDS_HELP = (
    "One per line: what else people type for this, in any language, such as “charley horse” for a cramp."
    " Misspellings are found without."
)
DESCRIPTION_HELP = (
    "One plain sentence that says what the reader gets, 25 to 160 characters."
    " It stands below the title in every list and in search engines."
)


class ProseField(RichTextField):
    """Rich text without headings, images or embeds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("features", FEATURES)
        super().__init__(*args, **kwargs)


class CodeField(models.CharField):
    """A stable key that never changes and is never used twice: rules and protocols refer to it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("validators", [RegexValidator(r"^[A-Za-z][A-Za-z0-9_-]*$", "Letters, digits, - and _ only.")])
        super().__init__(*args, **kwargs)


class ArticlePage(ReviewedPage):
    """A page of health content; refers to others, is found by other words than its title."""

    # Whether the page ends with an explanation of the words it links to.
    explains_words = True
    # What it lists besides its own text; None where that is nothing, or where the page lists it itself.
    listing: Listing | None = None
    base_form_class = ArticleForm

    change_classes = asked.EVERY

    search_words = models.TextField(
        "other search words",
        blank=True,
        help_text="One per line: what else people type for this, in any language.",
    )

    search_fields = [
        *ReviewedPage.search_fields,
        index.SearchField("search_words", boost=4),
        index.SearchField("search_description", boost=1),
        index.AutocompleteField("search_words"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "slug", help_text="Last part of the address. Lower case and hyphens; best never changed later."
                ),
                FieldPanel("search_description", heading="Search description", help_text=DESCRIPTION_HELP),
                FieldPanel("search_words", help_text=SEARCH_WORDS_HELP),
            ],
            heading="How people find this page",
        ),
        FieldPanel("seo_title"),
    ]

    class Meta:
        abstract = True

    @cached_classmethod
    def get_edit_handler(cls) -> Panel:  # noqa: N805  # the decorator makes it a method of the class
        """Return the form, with what keeps the page from being submitted on top."""
        return edit_handler_of(cls)

    @property
    def search_word_list(self) -> list[str]:
        """The other search words, one an entry."""
        return [line.strip() for line in self.search_words.splitlines() if line.strip()]

    def drawing_names(self) -> set[str]:
        """Return the names of the drawings that this page shows, besides those of the pages inside it."""
        return {name for _, name in chosen_in(self, DrawingChoice)}

    def static_files(self) -> Mapping[str, str]:
        """Return the files of the drawings: they are signed with the page."""
        return digests(self.drawing_names())

    def embedded_pages(self) -> Iterable[int]:
        """Return the ids of the words that this page explains: their definitions stand at its end."""
        linked = linked_ids([self]) if self.explains_words else set()
        words = apps.get_model("articles", "TermPage").objects.filter(pk__in=linked) if linked else None
        return [] if words is None else sorted(words.values_list("pk", flat=True))

    def content_problems(self) -> list[Problem]:
        """A page says in one sentence what the reader gets."""
        low, high = DESCRIPTION_LENGTH
        found = super().content_problems()
        if not low <= len(self.search_description) <= high:
            message = (
                f"Say in {low} to {high} characters what the reader gets from this page"
                f" (now {len(self.search_description)})."
            )
            found.append(Problem("Search description", message, "search_description"))
        return found + self.open_questions() + copied(self)

    def open_questions(self) -> list[Problem]:
        """Return what the ledgers of raw texts hold open against this page."""
        return open_questions(self)

    def review_part(self) -> str:
        """Say from which claims of raw texts the page is built, if any."""
        return review_part(self)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Lead to a further page of the list, to a page below, or to the page itself."""
        otherwise = partial(super().route, request, path_components)
        return lists.routed(self, path_components, otherwise) if self.listing else otherwise()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the list, or the page of it that has the `number` asked for."""
        number = kwargs.pop("number", 1)
        context = super().get_context(request, *args, **kwargs)
        return context | ({"listed": lists.part(self, self.listing, number)} if self.listing else {})

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> TemplateResponse:
        """Return the page, rendered while everything that it refers to has been read at once."""
        with self._everything_read(drafts=False):
            return _rendered(super().serve(request, *args, **kwargs))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> TemplateResponse:
        """Return the draft as it would look, with what it refers to as it is now."""
        with self._everything_read(drafts=True):
            return _rendered(super().serve_preview(request, mode_name))

    @contextmanager
    def _everything_read(self, *, drafts: bool) -> Iterator[None]:
        notes = PageNotes(explains_words=self.explains_words, drafts=drafts, page=self)
        with released_references([self], drafts=drafts) as inside, page_notes(notes):
            notes.allow_drawings([self, *inside])
            notes.read_targets(linked_ids([self, *inside]))
            yield


def _rendered(response: TemplateResponse) -> TemplateResponse:
    if hasattr(response, "render"):
        response.render()
    return response


class SectionPage(ArticlePage):
    """A list of pages of one kind, with an introduction."""

    explains_words = False

    intro = ProseField(blank=True)

    change_classes = asked.SECTION
    public_fields = asked.SHOWN_SECTION

    content_panels = [*ReviewedPage.content_panels, FieldPanel("intro")]
    max_count = 1

    class Meta:
        abstract = True
