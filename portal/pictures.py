"""The picture that other sites show beside a link to a page: its title, the state of its review, our mark.

Drawn from what is released, and from nothing else; the same words give the same bytes.
"""

import io
import unicodedata
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from PIL import Image, ImageDraw, ImageFont

from portal.api.answers import READ, conditional
from portal.api.documents import released
from review import serving
from review.facts import Facts
from review.models import ReviewedPage

SIZE = (1200, 630)
MARGIN, LINES = 80, 4
PAPER, INK, SOFT, BRAND, ACCENT = "#faf8f4", "#18262d", "#4b5d67", "#163f50", "#f3a64e"
KEPT = 64
COLOURS = 32
# What the font that comes with Pillow can write.
BEYOND = "\u0180"
WRITTEN = frozenset("‘’“”–—…•")
# The leg of our mark, on a square of 32.
LEG = [(12, 5), (16, 5.4), (18.4, 6.8), (19, 9), (18, 12.5), (16, 16), (15, 21), (15.2, 23.6), (16, 25), (21, 25),
       (22.6, 25.7), (23, 27), (10, 27), (10, 22), (8.8, 18), (8, 14), (8.5, 9), (10, 6)]  # fmt: skip


def picture(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """Return the picture of a released page; `mark` changes its address with its text, and says nothing more."""
    if request.method not in READ or pk >= 1 << 62:
        raise Http404
    rows = [page for page in released().filter(pk=pk).specific() if isinstance(page, ReviewedPage)]
    pages = serving.intact(rows)
    if not pages or pages[0].review_facts is None:
        raise Http404
    response = HttpResponse(drawn(pages[0].title, said(pages[0].review_facts)), content_type="image/png")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return conditional(request, response)


def said(facts: Facts) -> str:
    """Return what the picture says of the review."""
    if facts.demonstration:
        return "Draft content: not yet approved by local clinicians"
    return f"Reviewed on {facts.reviewed_on.day} {facts.reviewed_on:%B %Y}"


@lru_cache(maxsize=KEPT)
def drawn(title: str, line: str) -> bytes:
    """Return a picture as PNG; a title in letters that cannot be written here is left out."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 14), fill=BRAND)
    _mark(pen, MARGIN, MARGIN - 14)
    pen.text((MARGIN + 100, MARGIN + 4), "Gaitway", font=_font(48), fill=BRAND)
    if can_write(title):
        _title(pen, title)
    pen.rectangle((MARGIN, SIZE[1] - 122, MARGIN + 64, SIZE[1] - 116), fill=ACCENT)
    pen.text((MARGIN, SIZE[1] - 98), line, font=_font(34), fill=SOFT)
    kept = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def can_write(text: str) -> bool:
    """Whether every letter is one of the font's."""
    return all(one < BEYOND or one in WRITTEN for one in unicodedata.normalize("NFC", text))


def _title(pen: ImageDraw.ImageDraw, title: str) -> None:
    """Write a title as large as it fits, on four lines at most."""
    width = SIZE[0] - 2 * MARGIN
    for size in (84, 72, 60, 50, 42):
        lines = _lines(pen, title, _font(size), width)
        if len(lines) <= LINES and len(lines) * size * 1.25 < SIZE[1] - 330:
            break
    for number, text in enumerate(lines[:LINES]):
        pen.text((MARGIN, 190 + number * size * 1.22), text, font=_font(size), fill=INK)


def _lines(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and pen.textlength(longer, font=font) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _mark(pen: ImageDraw.ImageDraw, left: int, top: int, size: int = 80) -> None:
    scale = size / 32
    pen.rounded_rectangle((left, top, left + size, top + size), radius=9 * scale, fill=BRAND)
    pen.polygon([(left + x * scale, top + y * scale) for x, y in LEG], fill=ACCENT)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font that comes with Pillow: the same on every machine."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType.")
    return font
