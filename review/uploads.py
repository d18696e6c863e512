"""Uploaded files made harmless: pictures are drawn anew, documents are of a kind that cannot do anything.

A picture keeps nothing but its pixels: no position, no camera, no name, nothing that was hidden behind its end.
"""

import io
import struct
import unicodedata
import zlib
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.defaultfilters import filesizeformat
from PIL import Image, ImageCms, ImageOps

HEAD, TAIL = b"%PDF-", b"%%EOF"
TAIL_BYTES = 2048
# How each kind is written.
WRITTEN: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 92},
}
# What Pillow raises for files that are cut off, broken or far too large once they are unpacked.
UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Warning,
)
NOT_WHOLE = "This picture cannot be read to its end. Save it anew in your picture program and upload it again."


def check_pixels(file: Any) -> None:
    """Raise ValidationError for a picture that says it is too large, before anything unpacks it.

    A WebP of a hundred bytes can ask for hundreds of megabytes, and Wagtail unpacks it before it looks at its size.
    """
    file.seek(0)
    try:
        with Image.open(file) as picture:
            _check_size(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError("This picture has too many pixels.") from error
    except UNREADABLE:
        pass  # what it is instead, the field itself says
    finally:
        file.seek(0)


def redrawn(file: Any) -> SimpleUploadedFile:
    """Return a picture drawn anew, upright, in sRGB colours; raises ValidationError when it cannot be read whole."""
    file.seek(0)
    try:
        with Image.open(file) as picture:
            kind = picture.format or ""
            _check(picture, kind)
            drawn = _in_plain_colours(ImageOps.exif_transpose(picture), kind)
    except UNREADABLE as error:
        raise ValidationError(NOT_WHOLE) from error
    made = io.BytesIO()
    drawn.save(made, format=kind, **WRITTEN[kind])
    return SimpleUploadedFile(PurePath(file.name).name, made.getvalue(), Image.MIME[kind])


def _check(picture: Image.Image, kind: str) -> None:
    if kind not in WRITTEN:
        raise ValidationError("Pictures are JPEG, PNG or WebP files.")
    if getattr(picture, "n_frames", 1) > 1:
        raise ValidationError("Moving pictures are not shown here; upload one still picture.")
    _check_size(picture)
    picture.load()


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise ValidationError(f"This picture has too many pixels: {picture.width} × {picture.height}.")


def _in_plain_colours(picture: Image.Image, kind: str) -> Image.Image:
    """Return the pixels alone, in sRGB; what else came with them stays behind."""
    profile = picture.info.get("icc_profile")
    mode = "RGBA" if kind != "JPEG" and ("A" in picture.getbands() or "transparency" in picture.info) else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            picture = changed or picture
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile is no reason to lose the picture
    plain = picture.convert(mode)
    plain.info = {}
    return plain


def check_document(file: Any) -> None:
    """Raise ValidationError unless a document is what its name says, and not too big."""
    most = settings.DOCUMENT_MAX_BYTES
    if file.size > most:
        raise ValidationError(f"This file is too big ({filesizeformat(file.size)}); at most {filesizeformat(most)}.")
    file.seek(0)
    content = file.read()
    file.seek(0)
    extension = PurePath(file.name).suffix.lower()
    fine = _is_pdf(content) if extension == ".pdf" else _is_text(content)
    if not fine:
        raise ValidationError(f"This is not a {extension or 'named'} file inside, whatever its name says.")


def _is_pdf(content: bytes) -> bool:
    return content.startswith(HEAD) and TAIL in content[-TAIL_BYTES:]


def _is_text(content: bytes) -> bool:
    """Return whether bytes are UTF-8 text that no program takes for a page or a program."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    controls = any(unicodedata.category(one) == "Cc" and one not in "\t\r\n" for one in text)
    return not controls and not text.lstrip().startswith(("<", "%PDF", "#!"))
