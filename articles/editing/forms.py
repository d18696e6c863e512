"""The form of a page in the editor."""

from review.models.page import ReviewedPageForm

# In a browser, a field of one of these names hides what the form itself has by that name: the editor would save by
# itself to the address “[object HTMLInputElement]”, that is, not at all.
OF_THE_FORM = frozenset({
    "action", "autocomplete", "elements", "encoding", "enctype", "length", "method", "name", "noValidate", "rel",
    "requestSubmit", "reset", "submit", "target", "checkValidity", "reportValidity", "id", "dataset", "children",
})  # fmt: skip


def name_in_form(field: str) -> str:
    """Return the name under which a form sends a field."""
    return f"{field}_of_page" if field in OF_THE_FORM else field


class ArticleForm(ReviewedPageForm):
    """A form in which no field hides a property of the form."""

    def add_prefix(self, field_name: str) -> str:
        """Return the name under which a browser sends a field."""
        return str(super().add_prefix(name_in_form(field_name)))
