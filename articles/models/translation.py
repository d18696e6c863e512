"""A translation: a governed page of its own, which holds the words of another page in another language."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Locale, Page
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult
from wagtail.utils.decorators import cached_classmethod

from articles import lists
from articles.editing.problems import edit_handler_of
from articles.translations import languages
from articles.translations.editing import TextsPanel, TranslationForm
from articles.translations.marked import finish
from articles.translations.parts import Part, parts_of
from articles.translations.problems import translation_problems
from articles.translations.reading import reading
from articles.translations.state import State, states
from review import dependencies, serving
from review.enums import ReviewKind
from review.models import ReviewedPage
from review.problems import Problem

# What is kept of a part besides its words, as a reviewer is told of it.
CHANGED = {
    "of": "the source it was made from",
    "mark": "fingerprint of the source it was made from",
    "reason": "reason where a check is wrong",
}
GONE = "A part that the source has no more"


class TranslationPage(ReviewedPage):
    """The words of one page in one language. Structure, numbers, rules and addresses inside stay those of the source.

    `texts` maps the key of a part to what it was made from (`of`, with its fingerprint `mark`), to the words in the
    other language (`texts`, by name), and to a person's reason where a check was wrong (`reason`).
    """

    source = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="translated_as")
    language = models.CharField(max_length=12, choices=languages.others)
    texts = models.JSONField(default=dict, blank=True)
    search_terms = models.TextField(
        "other search words", blank=True, help_text="One per line: what people type for this in their language."
    )
    stale_notice = models.CharField(
        "notice above a part that has changed",
        max_length=200,
        blank=True,
        help_text="On the first page of a language only: says in that language that the text below is the newest one.",
    )

    base_form_class = TranslationForm
    in_any_language = True
    least_signers = 2
    checklist_kind = "translation"
    checklist_questions = [
        ("translation-same", "Translation", "Does every part say what the source says, no more and no less?",
         "Numbers, units, negations, time limits, who it is for. Read the two side by side."),
        ("translation-understood", "Translation", "Would a reader of this language know at once what to do?",
         "Words of the place, not word by word. Emergency numbers and names of services as they are there."),
    ]  # fmt: skip
    public_fields = frozenset({"title"})
    content_panels = [
        *ReviewedPage.content_panels,
        FieldPanel("source"),
        FieldPanel("language"),
        FieldPanel("stale_notice"),
        FieldPanel("search_terms"),
        TextsPanel("texts"),
    ]
    parent_page_types = ["articles.HomePage", "articles.TranslationPage"]
    subpage_types = ["articles.TranslationPage"]
    # never shown by itself: readers get the template of the source
    template = "layouts/article.html"

    class Meta:
        verbose_name = "translation"
        constraints = [models.UniqueConstraint(fields=["source", "language"], name="one_translation_for_each_language")]

    @cached_classmethod
    def get_edit_handler(cls) -> Panel:  # noqa: N805  # the decorator makes it a method of the class
        """Return the form, with what keeps the translation from being submitted on top."""
        return edit_handler_of(cls)

    @property
    def review_kind(self) -> ReviewKind:  # type: ignore[override]  # as urgent as its source
        """A translation is reviewed again as often as its source."""
        return getattr(self.source_page, "review_kind", ReviewKind.OTHER)

    @property
    def is_emergency(self) -> bool:
        """A translation of emergency advice is never put on hold."""
        return bool(getattr(self.source_page, "is_emergency", False))

    @property
    def source_page(self) -> Any:
        """The page that this is a translation of, as it is released; read once."""
        if "_source_page" not in self.__dict__:
            self.__dict__["_source_page"] = self.source.specific
        return self.__dict__["_source_page"]

    @property
    def search_word_list(self) -> list[str]:
        """The other search words, one an entry."""
        return [line.strip() for line in self.search_terms.splitlines() if line.strip()]

    def goes_with(self, gone: Page) -> bool:
        """Words go with the page that they are the words of."""
        return bool(gone.pk == self.source_id)

    def text(self, key: str, name: str = "") -> str:
        """Return the words of one part in this language; empty where there are none."""
        return str(self.texts.get(key, {}).get("texts", {}).get(name, ""))

    def source_parts(self) -> list[Part]:
        """Return the parts of the source as it is now."""
        return parts_of(self.source_page)

    def place_in_words(self, path: Sequence[str]) -> Sequence[str]:
        """Return the place of a part as the editor of its source names it, and what of it has changed."""
        if len(path) < len(("texts", "key")) or path[0] != "texts":
            return ()
        _, key, *what = path
        if "_parts_by_key" not in self.__dict__:
            self.__dict__["_parts_by_key"] = {part.key: part for part in self.source_parts()}
        part: Part | None = self.__dict__["_parts_by_key"].get(key)
        name = what[1] if what[:1] == ["texts"] and len(what) > 1 else ""
        place = part.place(type(self.source_page), name) if part else [GONE, *filter(None, [name])]
        return [*place, *(CHANGED[one] for one in what[:1] if one in CHANGED)]

    def states(self) -> dict[str, State]:
        """Return how each part stands to its source."""
        return states(self.source_parts(), self, type(self.source_page))

    def content_problems(self) -> list[Problem]:
        """A translation is whole, rests on what is released, and passes its checks or says why not."""
        return super().content_problems() + translation_problems(self)

    def unread(self, *, demonstration: bool) -> list[Problem]:
        """Return what of a source that tells stories has not been read in these words; others tell none."""
        if not hasattr(self.source_page, "unread_in"):
            return []
        problems: list[Problem] = self.source_page.unread_in(self, demonstration=demonstration)
        return problems

    def read_in_short(self) -> str:
        """Return how many stories of the source have been read in these words; empty where it tells none."""
        return self.source_page.read_in(self) if hasattr(self.source_page, "read_in") else ""

    def review_part(self) -> str:
        """Return how far the stories of the source are read in these words."""
        return self.source_page.reading_part(self) if hasattr(self.source_page, "reading_part") else ""

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Keep the row's language in step with the one that is signed."""
        self.locale, _ = Locale.objects.get_or_create(language_code=self.language)
        super().full_clean(*args, **kwargs)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Lead to a further page of the list that this is a translation of, to a page below, or to this one."""
        otherwise = partial(super().route, request, path_components)
        if lists.number_in(path_components) is None or getattr(self.source_page, "listing", None) is None:
            return otherwise()
        return lists.routed(self, path_components, otherwise)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the source in this language; where the source is not what was signed, nothing of it is shown.

        Raises Http404, as the source does, when that was withdrawn.
        """
        source = self.source.specific
        dependencies.on_pages([self.pk, source.pk])
        if not source.live:
            raise Http404
        if serving.fault_of(source) or source.is_wholly_held:
            return serving.rechecking(request, self)
        return self._shown(request, source, drafts=False, **kwargs)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Return the draft as it would look."""
        return self._shown(request, self.source.specific, drafts=True)

    def _shown(self, request: HttpRequest, source: Any, *, drafts: bool, **kwargs: Any) -> HttpResponse:
        with override(self.language), reading(self.language, drafts=drafts, known={source.pk: self}) as read:
            read.put([source])
            response = source.serve_preview(request, "") if drafts else source.serve(request, **kwargs)
            if response.get("Content-Type", "").startswith("text/html"):
                html = finish(response.content.decode(), notice=notice_of(self.language), language=languages.SOURCE_TAG)
                response.content = html.encode()
        return response


def without_orphans(pages: PageQuerySet) -> PageQuerySet:
    """Leave out translations of what was withdrawn: readers get its words in no language."""
    return pages.exclude(pk__in=TranslationPage.objects.filter(source__live=False).values("pk"))


def notice_of(language: str) -> str:
    """Return the approved notice above what has changed; it is signed with the first page of the language."""
    rows = TranslationPage.objects.live().filter(language=language).exclude(stale_notice="")[:1]
    dependencies.on_type(TranslationPage)
    return next((page.stale_notice for page in serving.intact(rows)), languages.NOTICE)
