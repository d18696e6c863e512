"""Forms of the admin for images and documents: what public pages show is not changed, what comes in is harmless.

Wagtail's own forms remove the old file before they save the new one, so a refusal by the gate would come too late.
"""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtail.models import Page

from review import queries, uploads, uses
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


class WholePictureField(WagtailImageField):
    """Says that a picture is not whole, where Wagtail's field fails on it."""

    def to_python(self, data: Any) -> Any:
        """Return the uploaded file."""
        if data:
            uploads.check_pixels(data)
        try:
            return super().to_python(data)
        except uploads.UNREADABLE as error:
            raise ValidationError(uploads.NOT_WHOLE) from error


class DocumentForm(_KeepsWhatWasSigned, BaseDocumentForm):
    """The form of a document."""

    kind = UseKind.DOCUMENT

    def clean_file(self) -> Any:
        """Refuse a file that is not what its name says."""
        if "file" in self.changed_data and (file := self.cleaned_data.get("file")):
            uploads.check_document(file)
        return self.cleaned_data.get("file")


class ImageForm(_KeepsWhatWasSigned, BaseImageForm):
    """The form of an image."""

    file = WholePictureField(label="File", widget=BaseImageForm.Meta.widgets["file"])

    kind = UseKind.IMAGE

    def clean_file(self) -> Any:
        """Return the picture drawn anew."""
        file = self.cleaned_data.get("file")
        return uploads.redrawn(file) if file and "file" in self.changed_data else file
