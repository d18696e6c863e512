"""Whether the bytes of images and documents are what was signed, at the moment they leave the site."""

import hashlib
import logging
from pathlib import Path
from typing import Any

from wagtail.images.models import Filter

from review import static_files, uses
from review.enums import UseKind
from review.models.submission import Use
from review.remembered import Remembered

logger = logging.getLogger(__name__)
# Digest by place and state of a file, so that an unchanged file is read once by each process.
_known: Remembered[tuple[Any, ...], str] = Remembered(2000)


def is_signed(kind: UseKind, row: Any) -> bool:
    """Return whether released pages show an image or document, and its file still is what was signed with them."""
    marks = set(Use.objects.filter(kind=kind, used=str(row.pk)).values_list("mark", flat=True))
    if not marks:
        return False
    if marks == {digest_of(row)}:
        return True
    logger.critical("The file of %s %s is not what was signed; it is not served.", kind, row.pk)
    return False


def digest_of(row: Any) -> str:
    """Return the SHA-256 of the file of a row, read again whenever it was written; empty when it is gone."""
    state = _state_of(row.file)
    return _known.get((row.file.name, state), lambda: uses.hash_of_file(row)) if state else ""


def is_made_from(image: Any, rendition: Any) -> bool:
    """Return whether a smaller picture is what its image gives: it is made once more to see."""
    state = _state_of(rendition.file)
    if not state:
        return False
    spec = rendition.filter_spec
    expected = _known.get(
        (image.file.name, _state_of(image.file), spec, image.get_focal_point()), lambda: _made(image, spec)
    )
    if expected == digest_of(rendition):
        return True
    logger.critical("Picture %s is not what its image gives; it is not served.", rendition.file.name)
    return False


def _made(image: Any, spec: str) -> str:
    with image.generate_rendition_file(Filter(spec=spec)) as made:
        made.seek(0)
        return hashlib.sha256(made.read()).hexdigest()


def _state_of(file: Any) -> Any:
    """Return what differs once a stored file was written again; None when it is gone."""
    try:
        return static_files.written(Path(file.path).stat())
    except (NotImplementedError, OSError):
        pass  # gone, or not on a disk of this machine
    try:
        return file.storage.get_modified_time(file.name), file.storage.size(file.name)
    except OSError:
        return None
