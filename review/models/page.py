"""The base of every page whose text is public."""

from django.core.exceptions import FieldDoesNotExist, ValidationError
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.fields import StreamField
from wagtail.models import Page

from review.problems import Problem, flatten

# Filled in by Wagtail when the page gets its place in the tree.
TREE_FIELDS = ("path", "depth", "numchild", "url_path", "draft_title", "content_type")


class ReviewedPageForm(WagtailAdminPageForm):
    """Keeps a draft as it is, but refuses to submit or publish one that has problems."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.is_deferred_validation or self.errors:
            return
        for problem in self.instance.content_problems():
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, str(problem))


class ReviewedPage(Page):
    """A page that passes the gate; nothing public is a page of another base.

    Subclasses add `content_problems` for rules that no single field can check.
    """

    is_creatable = False
    base_form_class = ReviewedPageForm

    class Meta:
        abstract = True

    @property
    def needs_local_signoff(self) -> bool:
        """Whether readers must be told that local clinicians have not approved the text."""
        return True

    def content_problems(self) -> list[Problem]:
        """Return what is wrong with the content as a whole; nothing by default."""
        return []

    def problems(self) -> list[Problem]:
        """Return everything that stops this page from being submitted, field by field."""
        found: list[Problem] = []
        try:
            self.full_clean(exclude=[*TREE_FIELDS, *self._streams()])
        except ValidationError as error:
            found += [Problem(place, message) for place, message in flatten(error, "")]
        for name in self._streams():
            found += self._stream_problems(name)
        return found + self.content_problems()

    def _streams(self) -> list[str]:
        return [f.name for f in self._meta.get_fields() if isinstance(f, StreamField)]

    def _stream_problems(self, name: str) -> list[Problem]:
        field = self._meta.get_field(name)
        try:
            value = field.stream_block.clean(getattr(self, name))
        except ValidationError as error:
            return [Problem(place, message, name) for place, message in flatten(error, label_of(self, name))]
        if not field.blank and not len(value):
            return [Problem(label_of(self, name), "This part is empty.", name)]
        return []


def label_of(page: Page, name: str) -> str:
    """Return the words the editor shows for a field."""
    try:
        return str(page._meta.get_field(name).verbose_name).capitalize()
    except FieldDoesNotExist:
        return name
