"""Files to bring in, made by hand, and people and ledgers around them."""

import io
import zipfile
from typing import Any

import docx

from articles.models import RawText
from articles.quarantine import actions
from tests.review import making

TEXT = """Three ways to rest a wrist.

1. Keep the wrist straight while you sleep.
2. Put the the wrist on a cushion.

A doctor can give you a splint for the night.
"""


def brought(text: str = TEXT, *, by: Any = None, title: str = "Wrists") -> RawText:
    return actions.bring_in(
        body=text.encode(), file_name="wrist.txt", title=title, language_path="not known", by=by or making.editor(),
        now=making.NOW,
    )  # fmt: skip


def word_file(*paragraphs: tuple[str, str]) -> bytes:
    """Return a Word file; each paragraph is (style, words)."""
    document = docx.Document()
    for style, words in paragraphs:
        document.add_paragraph(words, style=style or None)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def with_parts(body: bytes, **parts: bytes) -> bytes:
    """Return a Word file with parts of other content: double underscores stand for slashes, single ones for dots."""
    made = io.BytesIO()
    named = {name.replace("__", "/").replace("_", "."): content for name, content in parts.items()}
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in named:
                new.writestr(part, old.read(part))
        for name, content in named.items():
            new.writestr(name, content)
    return made.getvalue()
