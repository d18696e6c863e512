"""Uploaded pictures; documents have an address of their own, and nothing else of that folder is for readers."""

import mimetypes
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe
from wagtail.images import get_image_model

from review import files, serving
from review.enums import UseKind


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """Serve a picture that a released page shows, with the bytes that were signed; to editors, all pictures."""
    image, shown = _named(name)
    if not serving.sees_drafts(request):
        right = files.is_signed(UseKind.IMAGE, image) and (shown is image or files.is_made_from(image, shown))
        if not right:
            raise Http404
    try:
        stream = shown.file.storage.open(shown.file.name)
    except OSError as error:
        raise Http404 from error
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(stream, content_type=kind, headers={"Cache-Control": "private, max-age=60"})


def _named(name: str) -> tuple[Any, Any]:
    """Return an image, and itself or its smaller form that is kept under a name."""
    model: Any = get_image_model()
    if image := model.objects.filter(file=name).first():
        return image, image
    made = model.get_rendition_model().objects.filter(file=name).select_related("image").first()
    if made is None:
        raise Http404
    return made.image, made
