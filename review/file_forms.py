"""Forms of the admin for images and documents: what public pages show is not changed.

Wagtail's own forms remove the old file before they save the new one, so a refusal by the gate would come too late.
"""

from typing import Any

from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from wagtail.models import Page

from review import queries, uses
from review.enums import UseKind


class _KeepsWhatWasSigned:
    kind: UseKind

    def clean(self) -> dict[str, Any]:
        """Refuse a change that readers of a released page would see, and name these pages."""
        form: Any = self
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]  # of the form beside this class
        changed = set(form.changed_data) & set(uses.FILE_FIELDS[self.kind])
        users = queries.users_of_file(self.kind, str(form.instance.pk)) if changed and form.instance.pk else []
        if users:
            titles = sorted(Page.objects.filter(pk__in=users).values_list("title", flat=True))
            form.add_error(None, f"This is shown by public pages: {', '.join(titles)}. Upload a new one instead.")
        return cleaned


class DocumentForm(_KeepsWhatWasSigned, BaseDocumentForm):
    """The form of a document."""

    kind = UseKind.DOCUMENT


class ImageForm(_KeepsWhatWasSigned, BaseImageForm):
    """The form of an image."""

    kind = UseKind.IMAGE
