"""What programs of others say of a PDF."""

import io

import pikepdf
import pypdfium2
from pdfua import Severity, validate


def faults(pdf: bytes) -> list[str]:
    """Return what breaks PDF/UA-1. Headings of columns are tied to their cells, but say no scope: a warning."""
    return [
        f"{one.rule_id} {one.message}" for one in validate(io.BytesIO(pdf)).findings if one.severity is Severity.ERROR
    ]


def text_of(pdf: bytes) -> str:
    """Return the words, page after page, in single spaces."""
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split())


def tags(pdf: bytes) -> list[tuple[str, str]]:
    """Return each element of the structure in order, with its alternative text."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return list(_below(opened.Root.StructTreeRoot))


def _below(element):
    if not isinstance(element, pikepdf.Dictionary):
        return
    if "/S" in element:
        yield str(element.S)[1:], str(element.get("/Alt", ""))
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and ("/S" in child or "/K" in child):
            yield from _below(child)


def fonts(pdf: bytes) -> dict[str, bool]:
    """Return each font by name, and whether its letters are in the file."""
    found = {}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            for font in page.Resources.get("/Font", {}).values():
                inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                kinds = {"/FontFile", "/FontFile2", "/FontFile3"}
                found[str(font.BaseFont)] = bool(kinds & set(inner.FontDescriptor.keys()))
    return found
