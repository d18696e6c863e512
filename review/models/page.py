"""The base of every page whose text is public."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.http import HttpRequest
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import CommentPanel
from wagtail.fields import StreamField
from wagtail.models import Page, Revision, Site

from review import batch, facts, uses
from review.enums import ChangeClass, ReviewKind
from review.permissions import ReviewedPermissionTester
from review.problems import Problem, flatten
from review.reader import title_for_reader
from review.words import one_line_end

# Filled in by Wagtail when the page gets its place in the tree.
TREE_FIELDS = ("path", "depth", "numchild", "url_path", "draft_title", "content_type")
# Written by Wagtail alone, by key: to look up that they exist costs a query for each and tells an author nothing.
OWN_FIELDS = ("owner", "locale", "latest_revision", "live_revision", "alias_of", "locked_by")


class ReviewedPageForm(WagtailAdminPageForm):
    """Keeps a draft as it is, but refuses to submit or publish one that has problems."""

    def clean(self) -> dict[str, Any]:
        """Keep line ends as they were: a browser changes them in every text, and each would count as a change."""
        cleaned: dict[str, Any] = super().clean()
        # in place: what Wagtail puts before this form goes on with the dictionary, not with the answer
        cleaned.update({name: one_line_end(value) for name, value in cleaned.items() if isinstance(value, str)})
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.is_deferred_validation or self.errors:
            return
        for problem in self.instance.content_problems():
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, str(problem))


class ReviewedPage(Page):
    """A page that passes the gate; nothing public is a page of another base.

    Subclasses add `content_problems` for rules that no single field can check, and say with the attributes below how
    they are reviewed.
    """

    is_creatable = False
    base_form_class = ReviewedPageForm
    # Nothing is published by date: a release is a decision, and the scheduler has its own (`review.actions.schedule`).
    settings_panels = [CommentPanel()]

    #: After how many months the page is reviewed again (settings: REVIEW_MONTHS).
    review_kind: ReviewKind = ReviewKind.OTHER
    #: Which questions of the checklist a reviewer answers besides those for every kind.
    checklist_kind: str = ""
    #: The questions of that kind, which `prepare_review` makes: key, topic, question, guidance.
    checklist_questions: Sequence[tuple[str, str, str, str]] = ()
    #: Class of a change by field, or by field and blocks as a dotted path; what is not named is of class safety.
    change_classes: Mapping[str, ChangeClass | str] = {}
    #: Fields whose every sentence readers find on the page. The ledger gives these in full, and proves all other
    #: fields by their hash alone: what nobody declared public is not published.
    public_fields: frozenset[str] = frozenset({"title"})
    #: Whether pages of this type may be in another language than that of the site: translations alone.
    in_any_language: bool = False
    #: Signers that every change needs, whatever its class.
    least_signers: int = 1

    class Meta:
        abstract = True

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str | None, str | None] | None:
        """Return (site, SITE_URL, path): there readers find a page, whatever host Wagtail's table of sites names."""
        parts = super().get_url_parts(request)
        return parts and (parts[0], settings.SITE_URL if parts[1] is not None else None, parts[2])

    @property
    def is_emergency(self) -> bool:
        """Whether readers need this page in an emergency: then it can never be put on hold."""
        return False

    @property
    def review_facts(self) -> "facts.Facts | None":
        """Who reviewed what is shown, when, and when next; None for a draft. One query for a page."""
        return facts.facts_of(self)

    @property
    def needs_local_signoff(self) -> bool:
        """Whether readers must be told that local clinicians have not approved the text."""
        known = facts.facts_of(self)
        return known is None or known.demonstration

    @property
    def held_blocks(self) -> frozenset[str]:
        """Ids of the parts that a reviewer has put on hold; emergency text is never among them.

        With the whole page on hold these are all parts without emergency text.
        """
        held = facts.held(self)
        if "" in held:
            return self.parts_without_emergency() or frozenset()
        return held & self.parts_to_hold().keys() if held else held

    @property
    def is_wholly_held(self) -> bool:
        """Whether nothing of the page is shown: it is on hold, and has no text for emergencies."""
        return "" in facts.held(self) and self.parts_without_emergency() is None

    def place_in_words(self, path: Sequence[str]) -> Sequence[str]:
        """Return what a reviewer is told of a place in a field, where no block says it; nothing by default."""
        return ()

    def parts_to_hold(self) -> Mapping[str, str]:
        """Return the parts that can be put on hold by themselves: id and words; emergency text is never among them."""
        return {}

    def part_names(self) -> Mapping[str, str]:
        """Return the parts that readers can point to, by id; those that can be held by default."""
        return self.parts_to_hold()

    def parts_without_emergency(self) -> frozenset[str] | None:
        """Return ids of the parts that go when the whole page is on hold; None, the default, when nothing stays."""
        return None

    def embedded_pages(self) -> Iterable[int]:
        """Return ids of pages that this page shows besides those chosen in its fields; none by default."""
        return []

    def goes_with(self, gone: Page) -> bool:
        """Return whether this page leaves the site when a page that it shows is withdrawn.

        By default it does not: it is shown without that one.
        """
        return False

    def static_files(self) -> Mapping[str, str]:
        """Return name and SHA-256 of each file of the site that this page shows; none by default."""
        return {}

    def governed_extra(self) -> Mapping[str, Any]:
        """Return governed content that is in no field; none by default."""
        return {}

    def signers_needed(self, change_class: ChangeClass) -> int:
        """Return how many independent reviewers must sign a change of some class."""
        return max(self.least_signers, 2 if change_class == ChangeClass.SAFETY else 1)

    def get_admin_display_title(self) -> str:
        """Return the title under which the admin lists this page to the person who reads."""
        return title_for_reader(self)

    def permissions_for_user(self, user: AbstractBaseUser) -> ReviewedPermissionTester:
        """Return what a user may do in the admin; publishing is never among it."""
        return ReviewedPermissionTester(user, self)

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        """Save a draft; a revision that was signed is never written over, not even by autosave."""
        from review import gate  # noqa: PLC0415  # the gate needs the models

        overwrite = kwargs.get("overwrite_revision")
        if overwrite is not None and gate.is_evidence(overwrite.pk):
            kwargs["overwrite_revision"] = None
        return super().save_revision(*args, **kwargs)

    def full_clean(self, exclude: Collection[str] | None = None, **kwargs: Any) -> None:
        """Check what people fill in; what Wagtail alone writes the database's own keys hold."""
        super().full_clean(exclude={*(exclude or ()), *TREE_FIELDS, *OWN_FIELDS}, **kwargs)

    def is_site_root(self) -> bool:
        """Return whether a site begins here; asked once in a step of a batch."""
        if batch.current() is None:
            return bool(super().is_site_root())
        return self.translation_key in batch.once("roots", _keys_of_roots)

    @classmethod
    def from_serializable_data(cls, data: Any, check_fks: bool = True, strict_fks: bool = False) -> Any:
        """Read a draft; in a batch the database's own keys hold what it names, in the transaction that writes it."""
        return super().from_serializable_data(data, check_fks and batch.current() is None, strict_fks)

    def update_aliases(self, **kwargs: Any) -> None:
        """Look for no aliases: the gate lets none be."""

    def content_problems(self) -> list[Problem]:
        """Return what is wrong with the content as a whole; nothing by default."""
        return []

    def open_questions(self) -> list[Problem]:
        """Return what something outside of the text holds open against it; none by default.

        It is asked when the page is submitted, and again when it is signed and released: unlike the text, what is
        outside of it goes on changing.
        """
        return []

    def unread(self, *, demonstration: bool) -> list[Problem]:
        """Return what reviewers have not read yet of what this text leads to; none by default.

        It is asked when the page is signed and released, not when it is submitted: reading is a part of the review.
        `demonstration`: the signature is one, so readings for show count as well.
        """
        return []

    def sign_off_problems(self, fingerprint: str) -> list[Problem]:
        """Return what is not settled yet for exactly this text, so that nobody can submit or sign it; none by default.

        It is asked again of released pages when something that they show is signed, with the change in place.
        """
        return []

    def milder_groups(self) -> list[str]:
        """Return a sentence for each group of people whom this text tells something milder than what is released.

        Anything here needs two signers, each of whom writes why it is safe. It is asked of released pages, too, when
        something that they show changes, with the change in place.
        """
        return []

    def stricter_than(self, now: Mapping[str, Any]) -> frozenset[str]:
        """Return the fields in which this text is more careful than governed content; none where nobody can tell.

        One reviewer may bring such a text back alone, though other words of these fields go away with it.
        """
        return frozenset()

    def review_part(self) -> str:
        """Return HTML about what this text does, for the screen on which it is signed; none by default."""
        return ""

    def problems(self) -> list[Problem]:
        """Return everything that stops this page from being submitted, field by field."""
        found: list[Problem] = []
        try:
            self.full_clean(exclude=self._streams())
        except ValidationError as error:
            found += [Problem(label_of(self, name), message, name) for name, message in flatten(error, "")]
        for name in self._streams():
            found += self._stream_problems(name)
        outside = uses.from_outside(self)
        found += [
            Problem("Text", f"It shows what another site says, which nobody here signs: {url}") for url in outside
        ]
        return found + self.content_problems()

    def _streams(self) -> list[str]:
        return [f.name for f in self._meta.get_fields() if isinstance(f, StreamField)]

    def _stream_problems(self, name: str) -> list[Problem]:
        field = self._meta.get_field(name)
        try:
            value = field.stream_block.clean(getattr(self, name))
        except ValidationError as error:
            places = flatten(error, label_of(self, name), getattr(self, name))
            return [Problem(place, message, name) for place, message in places]
        if not field.blank and not len(value):
            return [Problem(label_of(self, name), "This part is empty.", name)]
        return []


def _keys_of_roots() -> set[Any]:
    return set(Site.objects.values_list("root_page__translation_key", flat=True))


def label_of(page: Page, name: str) -> str:
    """Return the words the editor shows for a field."""
    try:
        return str(page._meta.get_field(name).verbose_name).capitalize()
    except FieldDoesNotExist:
        return name
